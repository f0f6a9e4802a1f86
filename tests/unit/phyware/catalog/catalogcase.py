"""A catalog of plugins that are installed for a test, and the richest of them.

Layer: test fixture.
"""

from __future__ import annotations

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]

from phyware.app import PhywareApp
from phyware.catalog import build_catalog, schema_text
from phyware.context import Context
from phyware.testing import Terminal
from tests.unit.phyware.plugins import PluginCase

SOURCE = '''
import argparse, os, sys
print('noise at import')
from phyware.command import Command, Example, Field, Lister, ShowOne
from phyware.declared import from_env
from phyware.errors import Conflict, NotFound

def size(text: str) -> int:
    return int(text)

class List(Lister):
    """List robots

    All of them.
    """
    examples = (Example('phyware robots list', 'All'),)
    agent_notes = 'Ask for few.'
    errors = (NotFound, Conflict)
    scopes = ('robots:read',)
    reads_stdin = 'a list of names'
    output_fields = {'name': 'Its name', 'size': Field('m', 'number', nullable=True)}

    def get_parser(self, prog_name):
        print('noise in a parser')
        parser = super().get_parser(prog_name)
        from_env(parser.add_argument('--region', default='eu', help='of %(default)s'), 'REGION')
        parser.add_argument('--size', type=size, default=3)
        parser.add_argument('--ratio', type=float, required=True)
        parser.add_argument('--tag', action='append', default=[])
        parser.add_argument('--pair', nargs=2, type=int)
        parser.add_argument('--port', type=int, choices=range(1, 65536))
        parser.add_argument('--hidden', help=argparse.SUPPRESS)
        parser.add_argument('--yes', action=argparse.BooleanOptionalAction)
        parser.add_argument('--odd', help='100% of it')
        one = parser.add_mutually_exclusive_group(required=True)
        one.add_argument('--all', action='store_true')
        one.add_argument('--owner')
        parser.add_argument('name', metavar='NAME')
        parser.add_argument('more', metavar='MORE', nargs='*')
        return parser

    def take_action(self, parsed_args):
        return (), ()
'''


class CatalogCase(PluginCase):
    def catalog(self, *names: str, seconds: float = 10.0) -> dict[str, Any]:
        """Return the entries by name, checked against the published schema."""
        self.stdout = Terminal()
        app = PhywareApp(Context(Terminal(), self.stdout, Terminal(), self.cli.environ))
        built = build_catalog(app, names or None, seconds)
        jsonschema.Draft202012Validator(json.loads(schema_text())).validate(built)
        return {one['name'].removeprefix('phyware '): one for one in built['commands']}

    def entry(self, name: str) -> dict[str, Any]:
        return dict(self.catalog(name)[name])

    def inputs(self, name: str) -> dict[str, Any]:
        found = self.entry(name)
        return {one['name']: one for one in (*found['options'], *found['arguments'])}
