"""The host part of a URL: names, IDN and IP addresses, in one spelling.

Layer: framework, no I/O; used by ``phyware.hosts`` only.  Nothing here knows
schemes, ports or paths.
"""

from __future__ import annotations

import re
import unicodedata

from phyware.errors import Validation

_LABEL = r'[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
_NUMBER = r'[0-9]+|0x[0-9a-f]*'
_HINT = 'Write a host URL such as https://cloud.phyware.io'

# The highly restrictive level of UTS 39 section 5.2: what East Asian names
# mix by nature.  ``unicodedata`` has no script property; the first word of a
# character's name stands for it, and an unknown word is a script of its own.
_SCRIPT_WORDS = {
    'IDEOGRAPHIC': 'CJK',
    'KATAKANA-HIRAGANA': 'KATAKANA',
    'ARABIC-INDIC': 'ARABIC',
    'EXTENDED': 'ARABIC',
}
_SHARED = {'COMBINING', 'MIDDLE', 'ZERO'}
_MIXES = (
    {'LATIN', 'CJK', 'HIRAGANA', 'KATAKANA'},
    {'LATIN', 'CJK', 'BOPOMOFO'},
    {'LATIN', 'CJK', 'HANGUL'},
)


def ascii_host(text: str) -> str:
    """Return the one spelling of a host name or address.

    Names: lower case, IDN as A-labels, no trailing dot, letters, digits and
    hyphens only (RFC 1123; so a pasted ``phk_…`` is no host).  IPv4: four
    decimal numbers; whatever other parsers read as one is refused.  IPv6, in
    brackets: RFC 5952; an IPv4-mapped address is refused, because it is a
    second spelling of an IPv4 host.  0.0.0.0 and :: name no host.

    :param text: the host part of a URL, IPv6 in brackets
    :raises Validation: anything else; the message shows ASCII only
    """
    if text.startswith('['):
        return _ipv6(text[1:-1])
    mapped = _uts46(text).removesuffix('.')
    if not mapped:
        raise Validation('The URL has no host name', _HINT)
    name = '.'.join(_label(label) for label in mapped.split('.'))
    if len(name) > 253:
        raise Validation('The host name is longer than 253 characters', _HINT)
    return _ipv4(name) if re.fullmatch(_NUMBER, name.rpartition('.')[2]) else name


def is_loopback_host(host: str) -> bool:
    """Tell whether ``host``, as ``ascii_host`` gives it, is this machine.

    ``localhost``, 127.0.0.0/8 and ``[::1]`` only: literal, no DNS (rule 15).
    """
    is_ipv4 = re.fullmatch(_NUMBER, host.rpartition('.')[2]) is not None
    return host in ('localhost', '[::1]') or (is_ipv4 and host.startswith('127.'))


def _ipv6(text: str) -> str:
    import ipaddress

    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        address = None
    usable = address is not None and address.scope_id is None and address.ipv4_mapped is None
    if address is None or not usable or address.is_unspecified:
        raise Validation('The URL has an IPv6 address that can not be used', _HINT)
    return f'[{address.compressed}]'


def _ipv4(name: str) -> str:
    import ipaddress

    try:
        address = ipaddress.IPv4Address(name)
    except ValueError:
        address = None
    if address is None or address.is_unspecified:
        hint = 'Write an IPv4 address as four decimal numbers, such as https://192.0.2.1'
        raise Validation('The URL has an IPv4 address that can not be used', hint)
    return str(address)


def _uts46(text: str) -> str:
    if text.isascii():
        return text.lower()
    import idna

    try:
        mapped = idna.uts46_remap(text, std3_rules=True)
    except UnicodeError:
        mapped = None
    if mapped is None:
        raise Validation('The host name has characters that no host name may have', _HINT)
    return mapped


def _label(label: str) -> str:
    if label.isascii() and not label.startswith('xn--'):
        if not re.fullmatch(_LABEL, label):
            raise Validation('The URL has a host name that is not valid', _HINT)
        return label
    return _idn_label(label)


def _idn_label(label: str) -> str:
    import idna

    try:
        ascii_label = idna.alabel(label).decode('ascii')
        unicode_label = idna.ulabel(ascii_label)
    except UnicodeError:
        ascii_label = unicode_label = ''
    if not ascii_label:
        raise Validation('The international host name is not valid (IDNA 2008)', _HINT)
    if _mixes_scripts(unicode_label):
        hint = 'Check where the URL comes from: look-alike letters are a way to deceive'
        raise Validation(f'The host name mixes writing systems: {ascii_label}', hint)
    return ascii_label


def _mixes_scripts(label: str) -> bool:
    scripts = {_script(char) for char in label if not char.isascii() or char.isalpha()} - {''}
    return len(scripts) > 1 and not any(scripts <= mix for mix in _MIXES)


def _script(char: str) -> str:
    word = unicodedata.name(char, 'UNKNOWN').partition(' ')[0]
    return '' if word in _SHARED else _SCRIPT_WORDS.get(word, word)
