"""Installed packages for tests: real metadata and modules in a directory on ``sys.path``.

What is tested reads them through ``importlib.metadata``, as it reads any other.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self
from unittest import mock

from phyware import testing

COMMANDS = 'phyware.commands'
PROVIDERS = 'phyware.auth.providers'


class Site(contextlib.AbstractContextManager['Site']):
    """A directory that packages are installed into while the block runs.

    :param first: True to be searched before the environment's own packages
    """

    def __init__(self, first: bool = False) -> None:
        self._first = first
        self._modules = set(sys.modules)
        self._directory = tempfile.TemporaryDirectory()
        self.path = Path(self._directory.name)

    def __enter__(self) -> Self:
        sys.path.insert(0 if self._first else len(sys.path), str(self.path))
        importlib.invalidate_caches()
        return self

    def __exit__(self, *exc_info: object) -> None:
        sys.path.remove(str(self.path))
        for name in set(sys.modules) - self._modules:
            origin = getattr(sys.modules[name], '__file__', None) or ''
            if origin.startswith(f'{self.path}{os.sep}'):
                del sys.modules[name]
        self._directory.cleanup()
        importlib.invalidate_caches()

    def install(
        self, name: str, source: str = '', groups: Mapping[str, Mapping[str, str]] | None = None
    ) -> str:
        """Install a package of one module; return the module's name.

        :param source: text of the module, in any indentation
        :param groups: entry points: group to name to attribute of the module
        """
        module = name.replace('-', '_')
        (self.path / f'{module}.py').write_text(textwrap.dedent(source))
        lines = []
        for group, members in (groups or {}).items():
            lines.append(f'[{group}]')
            lines += [f'{entry} = {module}:{attribute}' for entry, attribute in members.items()]
        self.metadata(name, '\n'.join(lines) + '\n')
        return module

    def metadata(self, name: str, entry_points: str | bytes, metadata: str | None = '') -> Path:
        """Write a ``.dist-info`` directory and return it.

        :param entry_points: what ``entry_points.txt`` holds
        :param metadata: what ``METADATA`` holds; name and version if empty, no file if None
        """
        directory = self.path / f'{name.replace("-", "_")}-1.0.dist-info'
        directory.mkdir()
        raw = entry_points.encode() if isinstance(entry_points, str) else entry_points
        (directory / 'entry_points.txt').write_bytes(raw)
        if metadata is not None:
            text = metadata or f'Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n'
            (directory / 'METADATA').write_text(text)
        importlib.invalidate_caches()
        return directory


class PluginCase(testing.TestCase):
    """A test with a home of its own and a directory to install plugins into."""

    def setUp(self) -> None:
        super().setUp()
        self.site = self.enterContext(Site())

    @contextlib.contextmanager
    def another_site(self) -> Iterator[None]:
        """Install into a directory of its own while the block runs."""
        with Site() as site, mock.patch.object(self, 'site', site):
            yield

    def install(self, name: str, source: str, **commands: str) -> str:
        """Install a package whose commands are ``entry_point='Class'``."""
        return self.site.install(name, source, {COMMANDS: commands})


# A command of plain cliff, as other projects have them: it says what it was given.
PLAIN_COMMAND = '''
from cliff.command import Command

class Echo(Command):
    """Say what was given"""

    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        parser.add_argument('words', nargs='*')
        parser.add_argument('--log')
        parser.add_argument('--out')
        parser.add_argument('--host')
        return parser

    def take_action(self, parsed_args):
        given = {k: v for k, v in vars(parsed_args).items() if v and not k.startswith('phyware_')}
        self.app.stdout.write(repr(given) + '\\n')
'''
