"""YAML that is safe on a terminal, by PyYAML's C library where it is there.

Layer: framework, no I/O.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from phyware.formatters.values import expressible

_Python: Any = yaml.SafeDumper
_Fastest: Any = getattr(yaml, 'CSafeDumper', _Python)


def dump(plain: Any, unicode: bool) -> str:
    """Return ``plain`` as YAML in block style, keys sorted.

    Text beyond ASCII stays readable, unless the value (or the item, if it is a
    list) holds format characters and the like: it is escaped altogether then.

    :param plain: what values.to_plain returns
    :param unicode: False if the stream cannot carry more than ASCII
    """
    if not unicode:
        return _dump(plain, allow_unicode=False)
    text = _dump(plain, allow_unicode=True)
    if text.isascii() or text.replace('\n', '').isprintable():
        return text
    if isinstance(plain, list) and len(plain) > 1:
        return ''.join(dump([item], unicode) for item in plain)
    return _dump(plain, allow_unicode=False)


def _dump(plain: Any, allow_unicode: bool) -> str:
    try:
        return _dump_with(_Fastest, plain, allow_unicode)
    except UnicodeEncodeError:
        # The C library takes no lone surrogates.
        return _dump_with(_Python, plain, allow_unicode=False)
    except ValueError:
        return _dump(expressible(plain, nan=True), allow_unicode)


def _dump_with(dumper: Any, plain: Any, allow_unicode: bool) -> str:
    text: str = yaml.dump(
        plain, Dumper=_careful(dumper), default_flow_style=False, allow_unicode=allow_unicode
    )
    return text


def _careful(dumper: Any) -> Any:
    careful: Any = type('Dumper', (dumper,), {})
    careful.add_implicit_resolver(
        'tag:yaml.org,2002:float', _NUMBER_OF_YAML_1_2, list('-+.0123456789')
    )
    return careful


# YAML 1.2 section 10.3.2: text like 1e5 and 0o17 is quoted, or a reader of 1.2
# takes it for a number, which one of 1.1 (PyYAML) does not.
_NUMBER_OF_YAML_1_2 = re.compile(
    r'[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z|0o[0-7]+\Z'
)
