"""Write a new plugin package that installs and passes its own tests.

Layer: framework; writes files, installs nothing.
"""

from __future__ import annotations

import importlib.util
import keyword
import re
import sys
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from string import Template

from phyware import __version__
from phyware.blame import CORE_DISTRIBUTION
from phyware.errors import Conflict, GenericError, Validation
from phyware.text import clean

_NAME = re.compile(r'[a-z][a-z0-9]*(-[a-z0-9]+)*\Z')
_LONGEST_NAME = 40
# Directories of the package itself.
_TAKEN = frozenset({'tests', 'test', 'build', 'dist', 'docs', 'setup'})
_FILES = {
    'pyproject.toml': 'pyproject.toml.txt',
    'setup.cfg': 'setup.cfg.txt',
    '.gitignore': 'gitignore.txt',
    'README.rst': 'README.rst.txt',
    '{package}/__init__.py': 'init.py.txt',
    '{package}/commands.py': 'commands.py.txt',
    '{package}/py.typed': None,
    'tests/__init__.py': None,
    'tests/test_commands.py': 'test_commands.py.txt',
}


def check_name(name: str, commands: Iterable[str]) -> None:
    """Refuse a name that could not be a distribution, a package and a command at once.

    :param commands: names of the commands that are installed
    :raises Validation: it cannot be
    :raises Conflict: it is taken here
    """
    package = name.replace('-', '_')
    if not _NAME.match(name) or len(name) > _LONGEST_NAME or keyword.iskeyword(package):
        raise Validation(
            f'{clean(name)} is no name of a plugin',
            f'Take lower-case letters, digits and single hyphens, at most {_LONGEST_NAME}',
        )
    first_words = {command.partition(' ')[0] for command in commands}
    installed = package in sys.stdlib_module_names or importlib.util.find_spec(package) is not None
    if name in first_words | _TAKEN or installed or name.startswith(CORE_DISTRIBUTION):
        raise Conflict(f'the name {name} is taken by something installed', 'Take another name')


def write_package(name: str, parent: Path) -> list[Path]:
    """Write the package into ``parent/NAME`` and return its files.

    :param name: one that ``check_name`` lets pass
    :raises Conflict: there is something of that name already
    :raises GenericError: it cannot be written
    """
    root = parent / name
    try:
        root.mkdir()
        return [_write(root, file, template, _values(name)) for file, template in _FILES.items()]
    except FileExistsError:
        raise Conflict(
            f'{clean(str(root), limit=None)} exists', 'Take another name or --directory'
        ) from None
    except OSError as error:
        raise GenericError(
            f'the package cannot be written: {clean(error.strerror)}: {clean(error.filename)}',
            'Choose another --directory',
        ) from error


def _values(name: str) -> dict[str, str]:
    title = name.replace('-', ' ').capitalize()
    bar = '=' * len(title)
    return {
        'name': name,
        'package': name.replace('-', '_'),
        'title': title,
        'heading': f'{bar}\n{title}\n{bar}',
        'version': __version__,
    }


def _write(root: Path, file: str, template: str | None, values: dict[str, str]) -> Path:
    path = root / file.format(**values)
    path.parent.mkdir(exist_ok=True)
    folder = resources.files('phyware.plugins') / 'templates'
    text = (folder / template).read_text('utf-8') if template else ''
    path.write_text(Template(text).substitute(values), encoding='utf-8')
    return path
