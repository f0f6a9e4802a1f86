"""When to ask again, and how long to wait before.

Layer: framework, no HTTP of its own.  Used for API calls by ``phyware.cloud``;
whoever polls shares ``parse_retry_after`` and ``backoff``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from phyware.context import Clock
from phyware.errors import ConnectionFailed
from phyware.transport.message import Response

_LOG = logging.getLogger('phyware.http')
ATTEMPTS = 3
BUDGET = 30.0
IDEMPOTENT_METHODS = frozenset({'GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'})


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds a ``Retry-After`` field asks to wait, None if none.

    Whole seconds or an HTTP date (RFC 9110 section 10.2.3); a date that is
    past gives 0.  A sign, a fraction, NaN, words and what no clock can count
    are junk (security case 53); how long is too long, the caller decides.

    :param now: seconds since 1970 UTC
    """
    text = (value or '').strip()
    if not text or len(text) > 64 or not text.isascii():
        return None
    return float(text) if text.isdigit() else _until(text, now)


def _until(date: str, now: float) -> float | None:
    from datetime import UTC
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(date)
        # The asctime form names no zone; every HTTP date is in GMT.
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(moment.timestamp() - now, 0.0)
    except (ValueError, TypeError, OverflowError):
        return None


def backoff(attempt: int, base: float = 0.2) -> float:
    """Return the seconds to wait after failure number ``attempt``, from 1 on.

    It doubles each time; a random half keeps clients apart that failed
    together.

    :param base: longest wait after the first failure
    """
    import random

    return float(base * 2 ** (attempt - 1) * random.uniform(0.5, 1.0))


def with_retries(send: Callable[[], Response], clock: Clock) -> Response:
    """Call ``send``, at most three times while the host is busy or away.

    Asked again after a 429, a 5xx and a ``ConnectionFailed``; ``Retry-After``
    of a 429 or 503 is honoured.  No call starts later than 30 s after the
    first: a host that wants more gets no further call.

    :param send: sends an idempotent request
    :returns: the last answer, whatever its status
    :raises ConnectionFailed: the last call's
    """
    last_start = clock.monotonic() + BUDGET
    for attempt in range(1, ATTEMPTS):
        try:
            response = send()
        except ConnectionFailed:
            wait = backoff(attempt)
            if clock.monotonic() + wait > last_start:
                raise
        else:
            asked = _asked_wait(response, clock)
            wait = backoff(attempt) if asked is None else asked
            if not _is_passing(response) or clock.monotonic() + wait > last_start:
                return response
        _LOG.info('asking again in %.1f s', wait)
        clock.sleep(wait)
    return send()


def _is_passing(response: Response) -> bool:
    return response.status == 429 or response.status >= 500


def _asked_wait(response: Response, clock: Clock) -> float | None:
    if response.status not in (429, 503):
        return None
    return parse_retry_after(response.headers.get('Retry-After'), clock.now())
