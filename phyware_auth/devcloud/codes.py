"""Identifiers, random secrets, their digests, and the code a person types.

Layer: devcloud, no I/O.  A secret leaves this module once, to its owner; what
is stored is its digest.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

USER_CODE_ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ'
USER_CODE_LENGTH = 8

ACCESS_PREFIX = 'pha_'
REFRESH_PREFIX = 'phr_'
DEVICE_PREFIX = 'phd_'
KEY_PREFIX = 'phk_'
BROWSER_PREFIX = 'phb_'


def new_id(prefix: str) -> str:
    """Return an id such as ``ses_1f…``; 96 random bits, never a secret."""
    return f'{prefix}_{secrets.token_hex(12)}'


def new_secret(prefix: str) -> str:
    """Return a random secret of 256 bits; its characters are those of RFC 6750."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what is stored of ``secret``.

    Plain SHA-256: these secrets are random, so there is nothing to guess.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret_of(stored: str, secret: str) -> bool:
    """Tell whether ``stored`` is the digest of ``secret``, in a time that tells nothing of it."""
    return hmac.compare_digest(stored, digest(secret))


def derived_secret(prefix: str, key: str, source: str) -> str:
    """Return the one secret that ``source`` leads to under ``key``.

    The reuse grace needs it: a replayed refresh token must get the same
    successor, and only digests are stored (security case 40).
    """
    mac = hmac.new(key.encode(), f'{prefix}{source}'.encode(), hashlib.sha256)
    return prefix + mac.hexdigest()


def new_user_code() -> str:
    """Return a code as a person sees it, ``XXXX-XXXX`` (RFC 8628 section 6.1)."""
    letters = ''.join(secrets.choice(USER_CODE_ALPHABET) for _ in range(USER_CODE_LENGTH))
    return f'{letters[:4]}-{letters[4:]}'


def normal_user_code(typed: str) -> str:
    """Return ``typed`` as it was issued: case, spaces and dashes do not count."""
    letters = ''.join(char for char in typed.upper() if char.isalnum())
    return f'{letters[:4]}-{letters[4:]}'
