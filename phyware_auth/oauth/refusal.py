"""The error answer of an OAuth endpoint (RFC 6749 section 5.2, RFC 8628 section 3.5).

Layer: OAuth protocol; no printing, no persistence.
"""

from __future__ import annotations

from dataclasses import dataclass

from phyware.errors import GenericError, PhywareError, Unauthorized
from phyware.problems import error_from_response
from phyware.text import clean
from phyware.transport import Response
from phyware_auth.oauth.answers import json_object


@dataclass(frozen=True)
class Refusal:
    """An OAuth error: its code, and the server's description, cleaned."""

    code: str
    description: str = ''

    def __str__(self) -> str:
        return f'{self.code} ({self.description})' if self.description else self.code


def refusal_of(response: Response) -> Refusal | None:
    """Return the OAuth error in ``response``, None if it holds none."""
    try:
        answer = json_object(response)
    except PhywareError:
        return None
    code = answer.get('error')
    if not isinstance(code, str) or not code:
        return None
    description = answer.get('error_description')
    text = clean(description) if isinstance(description, str) else ''
    return Refusal(clean(code, limit=60), text)


def refusal_code(response: Response) -> str:
    """Return the code of the OAuth error in ``response``, empty if it holds none."""
    refusal = refusal_of(response)
    return refusal.code if refusal else ''


def is_busy(response: Response) -> bool:
    """Tell whether the host cannot answer now, whatever the body claims."""
    return response.status == 429 or response.status >= 500


def error_of(response: Response) -> PhywareError:
    """Return the error for an answer that a caller has no use for.

    A 429 and a 5xx are what their status says.
    """
    error = error_from_response(response)
    if is_busy(response):
        return error
    refusal = refusal_of(response)
    if refusal is None:
        return error
    if refusal.code == 'invalid_client':
        return Unauthorized(
            f'Invalid credentials: the host does not know this client: {refusal}',
            'Set PHYCLOUD_CLIENT_ID to a client id that the host has registered',
        )
    return GenericError(
        f'the host refused: {refusal}', 'Read what the host says, or ask its operator'
    )
