"""The directions of architecture.md, read from the imports by import-linter."""

from __future__ import annotations

import ast
import configparser
import io
import tempfile
import unittest
from pathlib import Path

from importlinter.api import use_cases

_ROOT = Path(__file__).parents[2]

_CONTRACTS = {
    'core knows nothing of its plugins': {
        'type': 'forbidden',
        'source_modules': 'phyware',
        'forbidden_modules': 'phyware_auth',
    },
    'commands, provider, service and the rest': {
        'type': 'layers',
        'layers': """
            phyware_auth.commands
            phyware_auth.provider
            phyware_auth.service
            phyware_auth.refresh
            phyware_auth.oauth : phyware_auth.store
        """,
    },
    'the protocol keeps nothing': {
        'type': 'forbidden',
        'source_modules': 'phyware_auth.oauth',
        'forbidden_modules': 'phyware_auth.store',
    },
    'nobody imports the devcloud': {
        'type': 'forbidden',
        'source_modules': """
            phyware
            phyware_auth.commands
            phyware_auth.oauth
            phyware_auth.provider
            phyware_auth.refresh
            phyware_auth.service
            phyware_auth.store
        """,
        'forbidden_modules': 'phyware_auth.devcloud',
    },
}

# Slow or special libraries, and the only places that may import them.
_ONLY_IN = {
    'requests': ('phyware/transport/',),
    'urllib3': ('phyware/transport/',),
    'keyring': ('phyware_auth/store/',),
    'filelock': ('phyware_auth/store/',),
    'tabulate': ('phyware/formatters/',),
    'prettytable': (),
    'yaml': ('phyware/formatters/',),
    'cmd2': ('phyware/repl/',),
    'prompt_toolkit': ('phyware/repl/',),
    'rich': (),
    'flask': ('phyware_auth/devcloud/',),
    'authlib': ('phyware_auth/devcloud/',),
    'sqlalchemy': ('phyware_auth/devcloud/',),
    'waitress': ('phyware_auth/devcloud/',),
}


class TestImportDirections(unittest.TestCase):
    def test_layers_hold(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder, 'contracts.ini')
            config.write_text(_config(), encoding='utf-8')
            kept = use_cases.lint_imports(config_filename=str(config), cache_dir=None)
        self.assertTrue(kept, 'import-linter printed the broken contracts above')

    def test_a_broken_direction_is_seen(self) -> None:
        broken = {'backwards': {
            'type': 'forbidden',
            'source_modules': 'phyware_auth',
            'forbidden_modules': 'phyware',
        }}
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder, 'contracts.ini')
            config.write_text(_config(broken), encoding='utf-8')
            kept = use_cases.lint_imports(config_filename=str(config), cache_dir=None)
        self.assertFalse(kept)

    def test_libraries_stay_in_their_rooms(self) -> None:
        strays = [
            f'{path}: {name}'
            for path, name, _ in _imports()
            if name in _ONLY_IN and not path.startswith(_ONLY_IN[name])
        ]
        self.assertEqual([], strays)

    def test_testing_is_not_imported_at_run_time(self) -> None:
        strays = [path for path, _, full in _imports() if full.startswith('phyware.testing')]
        self.assertEqual([], [path for path in strays if not path.startswith('phyware/testing/')])


def _config(contracts: dict[str, dict[str, str]] | None = None) -> str:
    parser = configparser.ConfigParser()
    parser['importlinter'] = {
        'root_packages': '\nphyware\nphyware_auth',
        'include_external_packages': 'False',
    }
    for name, contract in (contracts or _CONTRACTS).items():
        values = {key: _indented(value) for key, value in contract.items()}
        parser[f'importlinter:contract:{name}'] = {'name': name, **values}
    stream = io.StringIO()
    parser.write(stream)
    return stream.getvalue()


def _indented(value: str) -> str:
    lines = [line.strip() for line in value.strip().splitlines()]
    return lines[0] if len(lines) == 1 else '\n' + '\n'.join(lines)


def _imports() -> list[tuple[str, str, str]]:
    """Return path, top-level package and module of every import that runs."""
    found = []
    for package in ('phyware', 'phyware_auth'):
        for path in sorted((_ROOT / package).rglob('*.py')):
            relative = path.relative_to(_ROOT).as_posix()
            for module in _modules(ast.parse(path.read_text(encoding='utf-8'))):
                found.append((relative, module.partition('.')[0], module))
    return found


def _modules(tree: ast.AST) -> list[str]:
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return names

