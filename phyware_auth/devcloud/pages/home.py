"""The landing page, signing in and signing out.

Layer: devcloud, Flask views.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from phyware_auth.devcloud import people
from phyware_auth.devcloud.cloud import cloud
from phyware_auth.devcloud.models import User
from phyware_auth.devcloud.pages import person
from phyware_auth.devcloud.urls import origin

blueprint = Blueprint('home', __name__)
# A list, not a rule: "next" comes from outside, and must lead nowhere else.
_NEXT = ('/', '/device', '/keys', '/sessions')
_WRONG = 'The e-mail address or the password is wrong.'


@blueprint.app_context_processor
def page_context() -> dict[str, object]:
    """Give every page who is signed in and which host this is."""
    return {'person': person.current(), 'host': request.host, 'origin': origin()}


@blueprint.get('/')
def index() -> str:
    """Say what this is and where to go."""
    return render_template('index.html')


@blueprint.get('/login')
def login() -> Response | str:
    """Show the sign-in form."""
    target = safe_next(request.args.get('next', '/'))
    if person.current() is not None:
        return redirect(target, 303)
    return render_template('login.html', next=target, email='', error=None)


@blueprint.post('/login')
def sign_in() -> Response | tuple[str, int]:
    """Sign in, at most so often per address and altogether."""
    email = request.form.get('email', '').strip().lower()
    target = safe_next(request.form.get('next', '/'))
    user, status, error = _check(email, request.form.get('password', ''))
    if user is None:
        return render_template('login.html', next=target, email=email, error=error), status
    person.sign_in(user)
    return redirect(target, 303)


@blueprint.post('/logout')
def logout() -> Response:
    """Sign out of this browser."""
    person.sign_out()
    return redirect('/', 303)


def _check(email: str, password: str) -> tuple[User | None, int, str]:
    now = cloud.clock.now()
    wait = cloud.sign_ins.begin(email, now)
    if wait:
        return None, 429, f'Too many wrong passwords. Try again in {-(-wait // 60)} minutes.'
    with cloud.database.read() as session:
        user = people.user_with_password(session, email, password)
    if user is None:
        return None, 401, _WRONG
    cloud.sign_ins.succeeded(email, now)
    return user, 200, ''


def safe_next(target: str) -> str:
    """Return ``target`` if it is one of our pages, else the landing page."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return '/'
    if parts.scheme or parts.netloc or parts.path not in _NEXT:
        return '/'
    return f'{parts.path}?{parts.query}' if parts.query else parts.path
