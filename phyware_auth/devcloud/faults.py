"""The faults a devcloud can be started with (security case 95).

Layer: devcloud, no I/O; imports none of the extra's libraries.  Counts are of
one server process: a fault belongs to the process that was told to have it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from phyware.errors import Validation

ALWAYS = 10**9
_MAX_SECONDS = 10 * 365 * 24 * 3600


@dataclass(frozen=True)
class Fault:
    """One entry of the menu.

    ``unit`` is ``times`` (how often it happens), ``seconds``, or None for a
    fault that takes no value; ``default`` counts when no value is given.
    """

    name: str
    help: str
    unit: str | None = None
    default: int = 1


MENU = {
    fault.name: fault
    for fault in (
        Fault('slow-down', 'polls answered with slow_down', 'times'),
        Fault('device-5xx', 'polls answered with 503', 'times'),
        Fault('deny', 'deny every device code'),
        Fault('code-lifetime', 'lifetime of a device code', 'seconds', 3),
        Fault('interval', 'polling interval of the device flow', 'seconds', 1),
        Fault('pending-for-ever', 'go on with authorization_pending after the code expired'),
        Fault('token-5xx', 'token requests answered with 503', 'times', ALWAYS),
        Fault('token-429', 'token requests answered with 429 and Retry-After', 'times', ALWAYS),
        Fault('token-html', 'token requests answered with 200 and a sign-in page', 'times', ALWAYS),
        Fault('token-reset', 'token requests whose connection is closed unanswered', 'times'),
        Fault('token-hang', 'token requests never answered', 'times', ALWAYS),
        Fault('short-lifetimes', 'lifetime of an access token', 'seconds', 5),
        Fault('odd-expires-in', 'refreshes with another odd expires_in each', 'times', ALWAYS),
        Fault('rotation-without-answer', 'refreshes done, but not answered', 'times'),
        Fault('no-rotation', 'refreshes that keep the old refresh token', 'times', ALWAYS),
        Fault('reuse-grace', 'a used refresh token gets the same successor for', 'seconds', 30),
        Fault('userinfo-5xx', 'userinfo requests answered with 503', 'times', ALWAYS),
        Fault('userinfo-needs-openid', 'userinfo refuses tokens without the scope openid'),
        Fault('api-401', 'API requests answered with 401, whatever the token', 'times', ALWAYS),
        Fault('api-5xx', 'API requests answered with 503', 'times'),
        Fault('rate-limit', 'API requests answered with 429 and Retry-After', 'times'),
        Fault('no-revocation', 'no revocation endpoint'),
        Fault('revoke-one', 'a revoked refresh token leaves its successors alive'),
        Fault('revocation-5xx', 'revocations answered with 503', 'times', ALWAYS),
        Fault('no-sessions-endpoint', 'metadata without the sessions endpoint'),
        Fault('no-device-endpoint', 'metadata without the device endpoint'),
        Fault('counters', 'count requests: GET /api/v1/debug/counters'),
    )
}


def menu_text() -> str:
    """Return the menu, one fault a line, for ``--help``."""
    return '\n'.join(f'  {_usage(fault):<33}{fault.help}' for fault in MENU.values())


def _usage(fault: Fault) -> str:
    if fault.unit is None:
        return fault.name
    default = 'always' if fault.default == ALWAYS else fault.default
    letter = 'N' if fault.unit == 'times' else 'SECONDS'
    return f'{fault.name}[={letter}] ({default})'


class Faults:
    """The faults that are on; safe to use from many threads."""

    def __init__(self, values: Mapping[str, int] | None = None) -> None:
        self._values = dict(values or {})
        self._left = dict(self._values)
        self._lock = threading.Lock()

    @classmethod
    def parse(cls, words: Iterable[str]) -> Faults:
        """Return the faults that ``NAME`` and ``NAME=VALUE`` words ask for.

        :raises Validation: an unknown name, or a value that is not right for it
        """
        return cls(dict(_parse_word(word) for word in words))

    def on(self, name: str) -> bool:
        """Tell whether the fault was asked for; it does not count."""
        return name in self._values

    def take(self, name: str) -> bool:
        """Tell whether the fault happens now, and count it."""
        with self._lock:
            left = self._left.get(name, 0)
            self._left[name] = left - 1
            return left > 0

    def turn(self, name: str) -> int | None:
        """Return how often the fault happened before, None if it does not happen now."""
        with self._lock:
            left = self._left.get(name, 0)
            self._left[name] = left - 1
            return self._values[name] - left if left > 0 else None

    def seconds(self, name: str, otherwise: int) -> int:
        """Return the fault's seconds, ``otherwise`` when it is off."""
        return self._values.get(name, otherwise)


def _parse_word(word: str) -> tuple[str, int]:
    name, equals, text = word.partition('=')
    fault = MENU.get(name)
    if fault is None:
        raise Validation(f'There is no fault {name!r}', f'Faults: {", ".join(MENU)}')
    if not equals:
        return name, fault.default
    return name, _parse_value(fault, text)


def _parse_value(fault: Fault, text: str) -> int:
    if fault.unit is None:
        raise Validation(f'The fault {fault.name} takes no value', f'Use --fault {fault.name}')
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > _MAX_SECONDS:
        raise Validation(
            f'The fault {fault.name} needs a whole number of {fault.unit}, not {text!r}',
            f'Use --fault {fault.name}={fault.default}',
        )
    return int(text)
