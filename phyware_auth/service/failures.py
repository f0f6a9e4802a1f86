"""Errors that more than one verb ends with.

Layer: service; no I/O.
"""

from __future__ import annotations

from collections.abc import Iterable

from phyware.errors import Expired, NotFound, Unauthorized
from phyware.text import clean


def login_command(host: str) -> str:
    """Return the command line that logs in to ``host``."""
    return f'phyware auth login --host {host}'


def not_logged_in(host: str) -> Unauthorized:
    """Return the error of a host that has no credential."""
    return Unauthorized(
        f'Invalid credentials: not logged in to {host}',
        f'Re-run auth login: {login_command(host)}',
    )


def no_credential(host: str, known: Iterable[str], remedy: str = '') -> NotFound:
    """Return the error of a host that must have a credential and has none.

    :param remedy: what helps; to log in if empty
    """
    others = ', '.join(known) or 'none'
    return NotFound(
        f'{host} has no credential; hosts that have one: {others}',
        remedy or f'Log in first: {login_command(host)}',
    )


def token_expired(host: str) -> Expired:
    """Return the error of a credential that is past its expiry."""
    return Expired(
        f'Token expired: the credential for {host}',
        f'Run auth refresh or re-login: {login_command(host)}',
    )


def rejected(host: str, source: str) -> Unauthorized:
    """Return the error of a credential that the host does not accept.

    :param source: a key of ``SOURCES``, or the word of a plugin's auth provider
    """
    where = SOURCES.get(source, f'the auth provider ({clean(source)})')
    remedies = {
        'keyring': f'Re-run auth login: {login_command(host)}',
        'file': f'Re-run auth login: {login_command(host)}',
        'option': f'Re-run auth login without {where}, or correct it',
        'environment': f'Re-run auth login without {where}, or correct it',
    }
    return Unauthorized(
        f'Invalid credentials: {host} does not accept the token from {where}',
        remedies.get(source, 'Correct what it presents, or choose another: --auth-provider'),
    )


SOURCES = {
    'option': 'the option --api-key',
    'environment': 'the variable PHYCLOUD_API_KEY',
    'keyring': 'the keyring',
    'file': 'the credential file',
}
