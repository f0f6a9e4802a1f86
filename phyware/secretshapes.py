"""What secrets are called and look like in text that is none of ours.

Layer: framework, no I/O; for ``phyware.redaction``.

Every expression here takes time linear in the length of the text: a repetition
is bounded or ends at what can't begin a match, and a value whose quotes are
not closed is taken to the end of the text instead of being given up.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from phyware.secret import MASK

_HEADER = 'authorization|cookie'
_PARAMETER = (
    'access_token|refresh_token|id_token|device_code|client_secret|client_assertion'
    r'|code_verifier|api[_-]?key|password|passwd|(?<![\w-])token(?=\\{0,8}["\']|=)'
)
_SPACE = '[ \\t]{0,8}'
_QUOTED_KEY = r'\\{0,8}["\']'
_QUOTED = (
    r'''(?P<open>b?")(?:[^"\\]|\\.)*(?P<close>"?)'''
    r'''|(?P<open1>b?')(?:[^'\\]|\\.)*(?P<close1>'?)'''
    r'''|(?P<open2>\\+["'])[^"'\\]*(?:\\+[^"'\\][^"'\\]*)*(?P<close2>(?:\\+["'])?)'''
)
_NAME_OF_HEADER = (
    # A header's value goes on to the end of its line, real or escaped.
    f'(?P<name>(?:{_HEADER})(?:{_QUOTED_KEY}{_SPACE}[:=,]|{_SPACE}[:=]){_SPACE})'
    rf'(?:{_QUOTED}|(?:[^\r\n\\]|\\(?![rn]))+)'
)
_NAME_OF_PARAMETER = (
    # "argument --password: expected one argument" is no password.
    f'(?P<name>(?:(?<!--)(?:{_PARAMETER})(?:{_QUOTED_KEY})?{_SPACE}[:=]{_SPACE}'
    f'|(?<=--)(?:{_PARAMETER})=))'
    rf'(?:{_QUOTED}|[^\s&"\'<>]+)'
)

# Marks, of which in lower case one stands in every ASCII text with a match; a pattern for
# ``re``, with ``FLAGS``; and its replacement, as ``re.sub`` takes it.
Shape = tuple[tuple[str, ...], str, str | Callable[[re.Match[str]], str]]


def _mask_value(match: re.Match[str]) -> str:
    groups = match.groupdict(default='')
    opening = groups['open'] + groups['open1'] + groups['open2']
    return groups['name'] + opening + MASK + groups['close'] + groups['close1'] + groups['close2']


FLAGS = re.IGNORECASE | re.DOTALL
SHAPES: tuple[Shape, ...] = (
    (('authorization', 'cookie'), _NAME_OF_HEADER, _mask_value),
    (
        ('_token', 'token=', 'token"', "token'", 'token\\', 'device_code', 'client_secret',
         'client_assertion', 'code_verifier', 'api_key', 'api-key', 'apikey', 'passw'),
        _NAME_OF_PARAMETER, _mask_value,
    ),
    (('phk_',), r'phk_[A-Za-z0-9._~+/=-]+', f'phk_{MASK}'),
    # Not the attributes of a WWW-Authenticate header, not prose.
    (
        ('bearer',),
        r'\b(bearer(?:[ \t+]|%20)+)(?!(?:realm|scope|error\w*)=|(?:token|authenti|credential))'
        r'[\w.~+/%-]{8,}=*',
        rf'\1{MASK}',
    ),
    (('eyj',), r'eyJ[\w-]{8,}[\w.-]*', MASK),
    (('@',), r'://[^\s/?#"]*@', f'://{MASK}@'),
    # Not valid, yet what a proxy variable holds: a slash in the password.
    (
        ('@',), r'://[^\s/?#@:"]{0,256}:(?!\d{1,5}(?:[/?#\s]|$))[^\s@"]{1,256}@', f'://{MASK}@'
    ),
)


def mask_shapes(text: str) -> str:
    """Return ``text`` with what looks like a secret, or is called one, masked.

    Most texts have no mark of any, and to compile these expressions takes as long as
    to import the rest of a command (performance.md, P4).
    """
    lower = text.lower() if text.isascii() else None
    for marks, pattern, replacement in SHAPES:
        # Beyond ASCII there are letters that match one of ours.
        if lower is None or any(mark in lower for mark in marks):
            text = re.sub(pattern, replacement, text, flags=FLAGS)
    return text
