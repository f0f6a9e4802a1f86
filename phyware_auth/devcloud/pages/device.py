"""The page where a person approves or denies what a terminal asked for.

Layer: devcloud, Flask views (RFC 8628 section 3.3).
"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from phyware_auth.devcloud import device_codes
from phyware_auth.devcloud.cloud import cloud
from phyware_auth.devcloud.codes import normal_user_code
from phyware_auth.devcloud.models import Client, DeviceCode
from phyware_auth.devcloud.pages.person import Person, signed_in
from phyware_auth.devcloud.settings import SCOPES

blueprint = Blueprint('device', __name__)
_UNKNOWN = 'This code is not valid. It may have expired, or been used. Check it, or start again.'


@blueprint.get('/device')
@signed_in
def enter(person: Person) -> str | tuple[str, int]:
    """Ask for the code, or show what a code stands for."""
    typed = request.args.get('user_code', '')
    if not typed:
        return render_template('device_enter.html', typed='', error=None)
    found, status, error = _find(person, typed)
    if found is None:
        return render_template('device_enter.html', typed=typed[:20], error=error), status
    return _confirm_page(found, normal_user_code(typed))


@blueprint.post('/device')
@signed_in
def decide(person: Person) -> str | tuple[str, int]:
    """Approve or deny; the code counts as typed once more."""
    typed = request.form.get('user_code', '')
    approve = request.form.get('decision') == 'approve'
    found, status, error = _find(person, typed)
    if found is not None:
        with cloud.database.write() as session:
            row = session.get_one(DeviceCode, found.code_hash)
            if device_codes.decide(session, row, person.user.id, approve=approve):
                return render_template('device_done.html', approved=approve)
        status, error = 400, _UNKNOWN
    return render_template('device_enter.html', typed=typed[:20], error=error), status


def _find(person: Person, typed: str) -> tuple[DeviceCode | None, int, str]:
    now = cloud.clock.now()
    wait = cloud.user_codes.begin(person.user.id, now)
    if wait:
        return None, 429, f'Too many wrong codes. Try again in {-(-wait // 60)} minutes.'
    with cloud.database.read() as session:
        row = device_codes.pending_by_user_code(session, typed, now)
    if row is None:
        return None, 400, _UNKNOWN
    cloud.user_codes.succeeded(person.user.id, now)
    return row, 200, ''


def _confirm_page(row: DeviceCode, user_code: str) -> str:
    with cloud.database.read() as session:
        client = session.get_one(Client, row.client_id)
    wanted = [(name, SCOPES[name]) for name in row.scope.split() if name in SCOPES]
    return render_template(
        'device_confirm.html', client=client, row=row, user_code=user_code, scopes=wanted
    )
