"""Device authorization: the answer, and the polling (RFC 8628).

Layer: OAuth protocol; waits through the function it is given, prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from phyware.context import Clock
from phyware.errors import ConnectionFailed, Expired, PhywareError, Unauthorized
from phyware.retry import parse_retry_after
from phyware.secret import Secret
from phyware.transport import Response
from phyware_auth.oauth.answers import json_object
from phyware_auth.oauth.fields import (
    opaque_member,
    optional_text,
    required_text,
    seconds_member,
    unexpected,
)
from phyware_auth.oauth.refusal import error_of, is_busy, refusal_code
from phyware_auth.oauth.tokens import Tokens, parse_tokens

DEFAULT_INTERVAL = 5
LONGEST_INTERVAL = 60
SLOW_DOWN_STEP = 5
LONGEST_LIFE = 86400
_GO_ON = ('authorization_pending', 'slow_down')


@dataclass(frozen=True)
class DeviceAuthorization:
    """The answer of the device endpoint (RFC 8628 section 3.2).

    :param expires_in: seconds that the code lives
    :param interval: seconds between two polls, 1 to 60
    """

    device_code: Secret
    user_code: str
    verification_uri: str
    verification_uri_complete: str | None
    expires_in: int
    interval: int


class Poll(Protocol):
    """One question to the token endpoint."""

    def __call__(self) -> Response:
        """Send it once.

        :raises PhywareError: no answer
        """


def parse_device_authorization(answer: Mapping[str, Any]) -> DeviceAuthorization:
    """Return the parsed answer; the interval is 5 where it is unusable.

    :raises ConnectionFailed: a member is missing or of the wrong type
    """
    device_code = opaque_member(answer, 'device_code')
    life = seconds_member(answer, 'expires_in', LONGEST_LIFE)
    if device_code is None or not life:
        raise unexpected('device_code or expires_in is missing')
    asked = answer.get('interval')
    interval = seconds_member(answer, 'interval', LONGEST_INTERVAL)
    return DeviceAuthorization(
        Secret(device_code),
        required_text(answer, 'user_code'),
        _uri(answer),
        _complete_uri(answer),
        life,
        DEFAULT_INTERVAL if asked is None or interval is None else max(interval, 1),
    )


def _uri(answer: Mapping[str, Any]) -> str:
    # Of any length: what is no address of a page is shown, and not opened (case 58).
    value = answer.get('verification_uri')
    if not isinstance(value, str) or not value:
        raise unexpected('verification_uri is missing')
    return value


def _complete_uri(answer: Mapping[str, Any]) -> str | None:
    try:
        return optional_text(answer, 'verification_uri_complete')
    except PhywareError:
        # It is a convenience; the code alone does as well.
        return None


class DevicePoller:
    """Poll until the code is approved, denied or over.

    :param authorization: what is polled for
    :param clock: its monotonic time decides when the code is over
    :param wait: waits that many seconds
    :param scopes: what was asked for
    """

    def __init__(
        self,
        authorization: DeviceAuthorization,
        clock: Clock,
        wait: Callable[[float], None],
        scopes: tuple[str, ...],
    ) -> None:
        self._clock = clock
        self._wait = wait
        self._scopes = scopes
        self._interval: float = authorization.interval
        self._backoff = 1
        self._deadline = clock.monotonic() + authorization.expires_in

    def run(self, poll: Poll) -> Tokens:
        """Return the tokens of the approved code.

        :raises Unauthorized: the person denied it
        :raises Expired: it is over
        :raises PhywareError: any other OAuth error stops at once
        """
        delay = self._interval
        while self._waited(delay):
            try:
                response = poll()
            except ConnectionFailed:
                delay = self._backed_off()
                continue
            tokens = self._read(response)
            if tokens is not None:
                return tokens
            delay = self._delay_after(response)
        raise code_expired()

    def _waited(self, delay: float) -> bool:
        """Wait for the next poll; False if the code is over before the interval is.

        A longer wait ends with the code, so that trouble at the wrong moment
        does not cost a login that was approved in time.
        """
        left = max(self._deadline - self._clock.monotonic(), 0.0)
        self._wait(min(delay, left))
        return left >= min(delay, self._interval)

    def _read(self, response: Response) -> Tokens | None:
        """Return tokens, None to go on, or raise what ends the polling.

        Only an answer of the server ends it, not a proxy's page (case 52).
        """
        # With any status: some servers refuse with 200.
        code = refusal_code(response)
        if is_busy(response) or code in _GO_ON:
            return None
        if code == 'access_denied':
            raise Unauthorized('Invalid credentials: the login was denied on the page')
        if code == 'expired_token':
            raise code_expired()
        answer = _answer(response)
        if code or (answer is not None and response.status >= 400) or _redirects(response):
            raise error_of(response)
        if response.status == 200 and answer is not None and 'access_token' in answer:
            return parse_tokens(answer, self._scopes)
        return None

    def _delay_after(self, response: Response) -> float:
        code = refusal_code(response) if response.status < 500 else ''
        if code == 'slow_down':
            self._interval += SLOW_DOWN_STEP
        if code in _GO_ON:
            self._backoff = 1
        asked = parse_retry_after(response.headers.get('Retry-After'), self._clock.now())
        if asked is not None:
            return max(self._interval, asked)
        return self._interval if code in _GO_ON else self._backed_off()

    def _backed_off(self) -> float:
        self._backoff = min(self._backoff * 2, 64)
        return min(self._interval * self._backoff, max(LONGEST_INTERVAL, self._interval))


def _answer(response: Response) -> dict[str, Any] | None:
    try:
        return json_object(response)
    except ConnectionFailed:
        return None


def _redirects(response: Response) -> bool:
    return 300 <= response.status < 400


def code_expired() -> Expired:
    """Return the error of a code that nobody approved in time."""
    return Expired(
        'Token expired: the login code is over, nobody approved it in time', 'Re-run auth login'
    )
