"""``phyware commands catalog``: what there is, for programs and agents.

Layer: core's commands.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import Any

from phyware import catalog
from phyware.command import Example, Field, Lister
from phyware.declared import completed_by
from phyware.formatters import load_show_formatter

_FIELDS = {
    'name': Field('The words to type'),
    'description': Field('What it does; why it does not run, in brackets'),
    'plugin': Field('The package it comes from; null if several claim it', nullable=True),
    'state': Field('Whether it runs', choices=('ok', 'broken', 'conflict')),
}
_DOCUMENTS = ('json', 'yaml')


class Catalog(Lister):
    """Describe every command for a program: options, schemas, examples, errors

    With -o json or yaml it is one document, which follows the JSON Schema that
    --schema prints. Any other format, and --column, give a list of the commands.
    """

    examples = (
        Example('phyware commands catalog -o json', 'Everything about every command'),
        Example('phyware commands catalog auth login -o json', 'Everything about one command'),
        Example('phyware commands catalog -o json -c name -c description', 'A short list'),
        Example('phyware commands catalog --schema', 'The JSON Schema that the catalog follows'),
    )
    agent_notes = (
        'The whole catalog is long: list names with -c name first, then ask for one command. '
        'A key of input_schema is the "property" of an option or argument; a value of stdin is '
        'to be written there. Output is described as -o json writes it.'
    )
    output_fields = _FIELDS
    output_schema = {
        'anyOf': [
            {'$ref': catalog.SCHEMA_ID},
            {
                'description': 'with --column',
                'type': 'array',
                'items': {
                    'type': 'object',
                    'properties': {name: one.schema() for name, one in _FIELDS.items()},
                    'additionalProperties': False,
                },
            },
        ],
    }

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Return the parser with WORD and --schema."""
        parser = super().get_parser(prog_name)
        completed_by(parser.add_argument(
            'words', nargs='*', metavar='WORD',
            help='words of a command or of a group; all commands if not given',
        ), 'phyware.completion.values:command_words')
        parser.add_argument(
            '--schema', action='store_true', help='print the JSON Schema of the catalog instead'
        )
        return parser

    def run(self, parsed_args: argparse.Namespace) -> int:
        """Print the schema as it is published, or the catalog."""
        if not parsed_args.schema:
            return super().run(parsed_args)
        self.app.stdout.write(catalog.schema_text())
        return 0

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[Any, Any]:
        """Return the columns of the list, and the entries.

        :raises Validation: the words name no command and no group
        """
        built = catalog.build_catalog(self.app, self._names(parsed_args.words))
        return tuple(_FIELDS), built['commands']

    def produce_output(
        self, parsed_args: argparse.Namespace, column_names: Sequence[str], data: Iterable[Any]
    ) -> int:
        """Write the document, or a row for each entry."""
        if parsed_args.formatter in _DOCUMENTS and not parsed_args.columns:
            document = {'schema_version': catalog.SCHEMA_VERSION, 'commands': data}
            formatter = load_show_formatter(parsed_args.formatter)
            formatter.emit_one(
                tuple(document), tuple(document.values()), self.app.stdout, parsed_args
            )
            return 0
        rows = [_row(entry) for entry in data]
        return super().produce_output(parsed_args, column_names, rows)

    def _names(self, words: Sequence[str]) -> list[str] | None:
        if not words:
            return None
        manager = self.app.command_manager
        typed = [part for word in words for part in word.split(' ')]
        name = ' '.join(typed)
        names = manager.group_members(typed)
        if name in manager.commands or manager.refusal(name):
            names.insert(0, name)
        if not names:
            from phyware.suggestions import unknown_command  # almost never needed

            raise unknown_command(manager, typed)
        return names


def _row(entry: dict[str, Any]) -> list[Any]:
    first_line = entry['description'].partition('\n')[0]
    if entry['error']:
        first_line = f'({entry["error"]["message"]})'
    return [entry['name'], first_line, entry['plugin'], entry['state']]
