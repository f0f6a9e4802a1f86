"""What takes secrets out of text: by their value and by what they are called.

Layer: framework, no I/O.  The last line of defence (rule 17, security cases 63
to 65 and 75), not a licence to log secrets: whoever writes a message still
leaves them out.  Meant for messages and logs only; data goes another way.

What a secret looks like is in ``secretshapes``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple, Self

from phyware.secret import MASK, Secret
from phyware.text import clean

# Below this, a value is too likely to be part of an ordinary word.
_SHORTEST = 4
# A derived form shorter than this says too little to be told from other text.
_SHORTEST_BASE64 = 8
# A token cut off by a length limit is still known by its beginning: by this much
# wherever it stands, and by less right before the mark of the cut.
_PREFIX, _SHORTEST_WITH_PREFIX = 16, 24
_CUT = r'…|\.\.\.'

_HTTP_LIBRARIES = ('urllib3', 'requests')
_QUERY = r'(?<=\?)[^\s"\'<>]+'


class Redactor:
    """Knows the live secrets of an invocation and takes them out of text.

    A value of fewer than 4 characters is not looked for, because masking each
    ``a`` would make every message unreadable; it is masked still where it has
    a name (``password=abc``).  Values are found as they are and URL-quoted,
    base64-encoded (also as a part of more), and escaped as JSON or ``repr``
    do; and if their end was cut off, by a mark of the cut that follows.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._secrets: list[str] = []
        self._made = _Forms(0, (), {})

    def add(self, secret: Secret | str) -> None:
        """Take note of a secret, for the life of this object; from any thread."""
        value = secret.reveal() if isinstance(secret, Secret) else secret
        if value not in self._seen and len(value) >= _SHORTEST:
            self._seen.add(value)
            self._secrets.append(value)

    def add_environment(self, environ: Mapping[str, str]) -> None:
        """Take note of the API key, and of the passwords of proxies (security case 75)."""
        if key := environ.get('PHYCLOUD_API_KEY'):
            self.add(key)
        for name, value in environ.items():
            if '@' in value and name.lower().endswith('_proxy'):
                for password in _proxy_passwords(value):
                    self.add(password)

    def redact(self, text: str) -> str:
        """Return ``text`` with each secret replaced by ``***``."""
        made = self._forms()
        for form in made.forms:
            text = text.replace(form, MASK)
        for form in made.forms:
            if len(form) >= _SHORTEST_WITH_PREFIX and form[:_PREFIX] in text:
                text = re.sub(re.escape(form[:_PREFIX]) + r'[\w.~+/=%-]*…?', MASK, text)
        text = _without_cut(text, made)
        # Most invocations write nothing that is redacted.
        from phyware.secretshapes import mask_shapes

        return mask_shapes(text)

    def _forms(self) -> _Forms:
        # Made here, since most invocations write nothing that is redacted.  A
        # thread that is late may take others' forms back, but not their count.
        made, count = self._made, len(self._secrets)
        if made.of_secrets < count:
            added = (_forms(value) for value in self._secrets[made.of_secrets : count])
            self._made = made = _Forms.of(count, {*made.forms, *chain.from_iterable(added)})
        return made


class _Forms(NamedTuple):
    """What is looked for; replaced as a whole.

    :param of_secrets: how many it is made from
    :param forms: the longest first, as one secret may begin with another
    :param beginnings: of forms, by each piece in them that is long enough to tell
    """

    of_secrets: int
    forms: tuple[str, ...]
    beginnings: Mapping[str, Collection[str]]

    @classmethod
    def of(cls, count: int, forms: set[str]) -> Self:
        ordered = tuple(sorted(forms, key=lambda form: (-len(form), form)))
        beginnings: dict[str, set[str]] = {}
        for beginning in {form[:_SHORTEST_WITH_PREFIX] for form in forms}:
            for at in range(len(beginning) - _SHORTEST + 1):
                beginnings.setdefault(beginning[at : at + _SHORTEST], set()).add(beginning)
        return cls(count, ordered, beginnings)


def _without_cut(text: str, made: _Forms) -> str:
    """Mask what is left of a secret before ``…`` or ``...``."""
    parts, end = [], 0
    for cut in re.finditer(_CUT, text):
        part = text[end : cut.start()]
        possible = made.beginnings.get(part[-_SHORTEST:], ())
        left = max((_overlap(part, beginning) for beginning in possible), default=0)
        parts += [part[: len(part) - left], MASK if left else '', cut[0]]
        end = cut.end()
    return ''.join([*parts, text[end:]])


def _overlap(text: str, beginning: str) -> int:
    """Return how many of the first characters of ``beginning`` end ``text``; 0 for few."""
    end = text[-_SHORTEST:]
    at = beginning.rfind(end)
    while at >= 0:
        if text.endswith(beginning[: at + _SHORTEST]):
            return at + _SHORTEST
        at = beginning.rfind(end, 0, at + _SHORTEST - 1)
    return 0


def _proxy_passwords(value: str) -> Iterator[str]:
    """Yield the password of a proxy's URL, as it is written and as it is meant."""
    from urllib.parse import unquote

    userinfo = value.partition('://')[2].rpartition('@')[0] or value.rpartition('@')[0]
    password = userinfo.partition(':')[2]
    yield from dict.fromkeys((password, unquote(password)))


def _forms(value: str) -> Iterator[str]:
    import json
    from urllib.parse import quote, quote_plus

    raw = value.encode('utf-8', 'surrogatepass')
    yield value
    yield clean(value, None)
    for quoted in (quote(raw), quote(raw, safe=''), quote_plus(raw)):
        yield quoted
        yield re.sub('%..', lambda match: match[0].lower(), quoted)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]
    yield ascii(value)[1:-1]
    yield repr(raw)[2:-1]
    yield from _base64_forms(raw)


def _base64_forms(raw: bytes) -> Iterator[str]:
    """Yield what ``raw`` looks like at each place of a longer encoded text."""
    from base64 import b64encode, urlsafe_b64encode

    for before, skipped in ((0, 0), (1, 2), (2, 3)):
        data = b'\0' * before + raw
        for encode in (b64encode, urlsafe_b64encode):
            form = encode(data).decode('ascii')[skipped : len(data) * 8 // 6]
            if len(form) >= _SHORTEST_BASE64:
                yield form


def _names_only(query: re.Match[str]) -> str:
    parts = (part.partition('=') for part in query[0].split('&'))
    return '&'.join(f'{name}={MASK}' if mark else MASK for name, mark, _ in parts)


class RedactingFilter(logging.Filter):
    """Redacts a record when it is made, and again before a handler writes it.

    For handlers, not loggers: a logger's filter doesn't see the records of
    the loggers below it, urllib3's among them.  The record's message,
    traceback, stack and text attributes are replaced; its arguments go.  Of a
    query that an HTTP library logs, the names alone stay (security case 64).

    :param redactor: the secrets, as they are when a record is written
    """

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def factory(self, make: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
        """Return ``make``, a factory of records, with each record redacted.

        It reaches handlers that are no handlers of the root logger, too.
        """

        def redacted(*args: Any, **kwargs: Any) -> logging.LogRecord:
            record = make(*args, **kwargs)
            self.filter(record)
            return record

        return redacted

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact ``record`` in place; never refuses or raises."""
        record.msg, record.args = _message(record), ()
        if record.exc_info:
            record.exc_text = record.exc_text or _traceback(record)
            record.exc_info = None
        for name, value in vars(record).items():
            if isinstance(value, str):
                setattr(record, name, self._redactor.redact(value))
        # Last: a query ends where a secret in it, not quoted, may go on.
        if str(record.name).partition('.')[0] in _HTTP_LIBRARIES:
            record.msg = re.sub(_QUERY, _names_only, record.msg)
        return True


def _message(record: logging.LogRecord) -> str:
    # A log call that is wrong must not become a crash, nor show what logging
    # shows of one: the arguments, unredacted, on stderr.
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001 - an argument's repr may raise anything
        name = type(error).__name__
    template = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    return f'{template} (arguments withheld, {name} while formatting)'


def _traceback(record: logging.LogRecord) -> str:
    try:
        return logging.Formatter().formatException(record.exc_info)  # type: ignore[arg-type]
    except Exception as error:  # noqa: BLE001 - likewise
        return f'(no traceback, {type(error).__name__} while formatting)'
