"""``auth token`` and ``auth status --offline``, where nothing is unusual.

Layer: beside the commands, which say the same (tests/functional/test_fast.py
compares them); imports next to nothing (performance.md, P2 and P3).

Only what is stored in files of this user, valid, and asked for in the plainest
way is answered here.  For all else, an error first of all, the function
declines and the command itself runs.
"""

import os
import time

from phyware.fast.files import OTHERS, read_own, write_out
from phyware.places import NoPlace, config_dir
from phyware.slugs import host_slug
from phyware_auth.store import codec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Fields = dict[str, str | list[str] | None]

# As phyware.options, phyware.formatters, phyware.active and phyware_auth.service have them.
_MAX_WIDTH = 'PHYWARE_MAX_WIDTH'
DEFAULT_URL = 'http://localhost:8000'
ACTIVE = 'active'
TOKEN_MARGIN = 60
_LONGEST = 256 * 1024
_LONGEST_ACTIVE = 4096
# Whose end is in the year 9999 at the latest.
_LONGEST_LIFE = 1000 * 365 * 86400
_PRIVATE = ('PHYCLOUD_API_KEY', 'PHYWARE_AUTH_PROVIDER')
_LOOPBACK = ('http://localhost', 'http://127.0.0.1', 'http://[::1]')
_JSON = (['-o', 'json'], ['--output', 'json'], ['-f', 'json'], ['--format', 'json'])


def token(argv: list[str]) -> int | None:
    """Print the stored access token, if it is good for a minute."""
    record = None if argv else stored(os.environ)
    if record is None:
        return None
    if record['storage'] == 'file':
        text = _good(record) or _refreshed(record)
    elif not _lasts(record, TOKEN_MARGIN):
        return None
    else:
        text = _cached(record)
        if text is None:
            import gc

            # Modules are never garbage, and the launcher ends the process at once.
            gc.disable()
            from phyware_auth.fastkeyring import print_token

            return print_token(record['host'], TOKEN_MARGIN)
    return 0 if text and write_out(f'{text}\n') else None


def status(argv: list[str]) -> int | None:
    """Print what is stored of a login that is not over, as JSON or as a table of any width."""
    write = _writer(argv)
    record = None if write is None else stored(os.environ)
    if write is None or record is None or not _lasts(record, 0):
        return None
    fields = _fields(record)
    return 0 if _is_plain(fields) and write_out(write(fields)) else None


def _writer(argv: list[str]) -> 'Callable[[Fields], str] | None':
    if argv == ['--offline']:
        # On a terminal a table is fitted to its width.
        fitted = os.environ.get(_MAX_WIDTH) or os.isatty(1)
        return None if fitted else _table
    offline_last = argv[-1:] == ['--offline']
    rest = argv[:-1] if offline_last else argv[1:]
    asked = rest in _JSON and (offline_last or argv[0] == '--offline')
    return _object if asked else None


def stored(environ: 'Mapping[str, str]') -> 'dict[str, str] | None':
    """Return the record of the host of this call, None if anything is unusual."""
    if any(environ.get(name) for name in _PRIVATE):
        return None
    try:
        directory = config_dir(environ)
        host = environ.get('PHYCLOUD_URL') or _active(directory) or DEFAULT_URL
        data = read_own(os.path.join(directory, 'hosts', host_slug(host)), _LONGEST, OTHERS)
        record = None if data is None else codec.decode(data)
    except (NoPlace, ValueError):
        return None
    # What is stored has the normal form of a host; another spelling is not found.
    if record is None or record.get('host') != host or _is_plain_http(host):
        return None
    return record if _is_whole(record) else None


def _good(record: 'dict[str, str] | None') -> str | None:
    """Return the access token of a record in a file, if it is good for long enough."""
    if record is None or record['storage'] != 'file' or not _lasts(record, TOKEN_MARGIN):
        return None
    return record.get('access_token') or None


def _refreshed(record: 'dict[str, str]') -> str | None:
    """Return the access token that another process gets, None if it is for this one to do."""
    if _lasts(record, 0) or not record.get('refresh_token') or not record.get('token_endpoint'):
        return None
    try:
        from phyware_auth.fastgate import others_token
    except ImportError:
        # There is no flock on Windows.
        return None
    gate = f'.lock-{host_slug(record["host"])}.gate'
    path = os.path.join(config_dir(os.environ), 'hosts', gate)
    return others_token(path, lambda: _good(stored(os.environ)))


def _cached(record: 'dict[str, str]') -> str | None:
    from phyware_auth.store import tokencache

    return tokencache.read(os.environ, record) if tokencache.is_wanted(os.environ) else None


def _active(directory: str) -> str | None:
    """Return the active host.

    :raises NoPlace: the file is there and is not as it should be
    """
    path = os.path.join(directory, ACTIVE)
    data = read_own(path, _LONGEST_ACTIVE)
    if data is None and os.path.lexists(path):
        raise NoPlace('the file is unusual')
    return None if data is None else data.decode('ascii').strip()


def _is_plain_http(host: str) -> bool:
    """Tell whether a token is readable on its way there, which is to be warned of."""
    if host.startswith('https://'):
        return False
    return not any(host == name or host.startswith((f'{name}:', f'{name}/')) for name in _LOOPBACK)


def _is_whole(record: 'dict[str, str]') -> bool:
    named = all(record.get(name) for name in ('client_id', 'issuer', 'generation'))
    keyring = record.get('storage') == 'keyring' and record.get('backend')
    kept = keyring or record.get('storage') == 'file'
    counted = all(_is_number(record.get(name, '0')) for name in ('obtained', 'serial'))
    return bool(named and kept and counted and record.get('kind') in ('oauth', 'pat'))


def _lasts(record: 'dict[str, str]', seconds: int) -> bool:
    expiry = record.get('expiry')
    if expiry is None:
        return True
    return _is_number(expiry) and seconds < int(expiry) - time.time() < _LONGEST_LIFE


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12


def _fields(record: 'dict[str, str]') -> 'Fields':
    backend, storage = record.get('backend'), record['storage']
    expiry, scopes = record.get('expiry'), record.get('scopes')
    return {
        'user': record.get('user'),
        'scopes': None if scopes is None else scopes.split(),
        'expiry': None if expiry is None else _rfc3339(int(expiry)),
        'host': record['host'],
        'state': 'valid',
        'source': storage,
        'token_kind': record['kind'],
        'storage': f'{storage} ({backend})' if backend else storage,
    }


def _rfc3339(seconds: int) -> str:
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(seconds))


def _is_plain(fields: 'Fields') -> bool:
    """Tell whether every format shows the values as they are."""
    values = ''.join([''.join(value or ()) for value in fields.values()])
    return values.isascii() and values.isprintable() and not set(values) & set('"\\')


def _object(fields: 'Fields') -> str:
    """Return JSON as the formatter writes it."""
    lines = []
    for name, value in fields.items():
        if value is None:
            text = 'null'
        elif isinstance(value, str):
            text = f'"{value}"'
        else:
            inner = ',\n'.join(f'    "{item}"' for item in value)
            text = f'[\n{inner}\n  ]' if value else '[]'
        lines.append(f'  "{name}": {text}')
    shown = ',\n'.join(lines)
    return f'{{\n{shown}\n}}\n'


def _table(fields: 'Fields') -> str:
    """Return a table as the formatter writes it, as wide as it has to be."""
    rows = [('Field', 'Value')]
    rows += [(name, _cell(value)) for name, value in fields.items()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = '+' + ''.join('-' * (width + 2) + '+' for width in widths) + '\n'
    lines = [f'| {name:<{widths[0]}} | {value:<{widths[1]}} |\n' for name, value in rows]
    return rule + lines[0] + rule + ''.join(lines[1:]) + rule


def _cell(value: 'str | list[str] | None') -> str:
    return value if isinstance(value, str) else ', '.join(value or ())
