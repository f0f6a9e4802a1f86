"""The Bearer token on its way into a request, bound to one origin.

Layer: framework, below ``phyware.transport.wire``.
"""

from __future__ import annotations

from requests import PreparedRequest
from requests.auth import AuthBase

from phyware.errors import Validation
from phyware.secret import Secret
from phyware.transport.message import origin_of


class BearerAuth(AuthBase):
    """Add ``Authorization: Bearer`` if the prepared URL has the token's origin.

    The prepared URL is what is connected to; the URL that was asked for may
    read differently to another parser (security case 73, rule 12).

    :param host: URL of the host the token is for
    :raises Validation: another origin, or a token no header can hold; the
        token is not echoed (security case 65)
    """

    def __init__(self, token: Secret, host: str) -> None:
        self._token = token
        self._host = host

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if origin_of(request.url or '') != origin_of(self._host):
            raise Validation(
                'The URL belongs to another host than the credential',
                'A credential is only ever sent to the host it is for',
            )
        if not self._is_visible_ascii():
            raise Validation('The credential has characters that no token has', 'Log in again')
        request.headers['Authorization'] = f'Bearer {self._token.reveal()}'
        return request

    def _is_visible_ascii(self) -> bool:
        return all('!' <= char <= '~' for char in self._token.reveal()) and bool(self._token)
