"""The page of API keys (personal access tokens): create, see once, revoke.

Layer: devcloud, Flask views.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Blueprint, abort, redirect, render_template, request
from sqlalchemy import select, update
from werkzeug.wrappers import Response

from phyware_auth.devcloud.cloud import cloud
from phyware_auth.devcloud.codes import KEY_PREFIX, new_secret
from phyware_auth.devcloud.database import changed
from phyware_auth.devcloud.models import ApiKey
from phyware_auth.devcloud.pages.person import Person, signed_in
from phyware_auth.devcloud.seeding import new_key
from phyware_auth.devcloud.settings import SCOPES

blueprint = Blueprint('keys', __name__)
LIFETIMES = {'30': '30 days', '90': '90 days', '365': '1 year', 'never': 'Never'}
_DAY = 24 * 3600
_NAME_LENGTH = 80


@dataclass(frozen=True)
class KeyForm:
    """What was typed into the form, and what is wrong with it."""

    name: str = ''
    scopes: Sequence[str] = ('openid', 'email')
    lifetime: str = '90'
    errors: dict[str, str] = field(default_factory=dict)


@blueprint.get('/keys')
@signed_in
def index(person: Person) -> str:
    """List the keys and offer to create one."""
    return _page(person, KeyForm())


@blueprint.post('/keys')
@signed_in
def create(person: Person) -> str | tuple[str, int]:
    """Create a key and show it, this once."""
    form = _read_form()
    if form.errors:
        return _page(person, form), 400
    secret, now = new_secret(KEY_PREFIX), cloud.clock.now()
    key = new_key(person.user.id, form.name, secret, ' '.join(form.scopes), now)
    if form.lifetime != 'never':
        key.expires_at = now + int(form.lifetime) * _DAY
    with cloud.database.write() as session:
        session.add(key)
    return render_template('key_created.html', key=key, secret=secret)


@blueprint.post('/keys/<key_id>/revoke')
@signed_in
def revoke(person: Person, key_id: str) -> Response:
    """Revoke one of the person's keys."""
    statement = update(ApiKey).where(
        ApiKey.id == key_id, ApiKey.user_id == person.user.id, ApiKey.revoked_at.is_(None)
    )
    with cloud.database.write() as session:
        if not changed(session, statement.values(revoked_at=cloud.clock.now())):
            abort(404, 'There is no such key, or it was revoked before.')
    return redirect('/keys', 303)


def _page(person: Person, form: KeyForm) -> str:
    query = (
        select(ApiKey)
        .where(ApiKey.user_id == person.user.id, ApiKey.revoked_at.is_(None))
        .order_by(ApiKey.created_at.desc(), ApiKey.id)
    )
    with cloud.database.read() as session:
        keys = session.scalars(query).all()
    return render_template(
        'keys.html', keys=keys, form=form, scopes=SCOPES, lifetimes=LIFETIMES,
        now=cloud.clock.now(),
    )


def _read_form() -> KeyForm:
    name = request.form.get('name', '').strip()
    chosen = request.form.getlist('scope')
    scopes = [scope for scope in SCOPES if scope in chosen]
    lifetime = request.form.get('lifetime', '')
    errors = {}
    if not name or len(name) > _NAME_LENGTH or not name.isprintable():
        errors['name'] = f'Give the key a name of 1 to {_NAME_LENGTH} characters.'
    if not scopes or len(scopes) != len(set(chosen)):
        errors['scope'] = 'Choose at least one thing that the key may do.'
    if lifetime not in LIFETIMES:
        errors['lifetime'] = 'Choose when the key expires.'
    return KeyForm(name[:_NAME_LENGTH], scopes, lifetime, errors)
