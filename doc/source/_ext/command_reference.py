"""The directive ``command-reference``: every command, from the catalog that programs read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

_OF_EVERY_COMMAND = ('global options', 'output formatters', 'formatter options')


def catalog() -> dict[str, Any]:
    """Return the catalog of phyware's own commands."""
    from phyware.app import PhywareApp
    from phyware.catalog import build_catalog
    from phyware.context import Context

    app = PhywareApp(Context(io.StringIO(), io.StringIO(), io.StringIO(), {'HOME': '/home/you'}))
    found = build_catalog(app)
    own = [entry for entry in found['commands'] if entry['plugin'] == 'phyware']
    return {**found, 'commands': own}


def reference_lines(entries: list[dict[str, Any]]) -> Iterator[str]:
    """Return the commands as reStructuredText, a section each."""
    for entry in entries:
        yield from ('', entry['name'], '-' * len(entry['name']), '', entry['description'], '')
        yield from ('.. code-block:: text', '', f'    {entry["synopsis"]}', '')
        yield from _inputs(entry)
        for example in entry['examples']:
            yield from (f'{example["purpose"]}::', '', f'    {example["command"]}', '')
        if entry['scopes']:
            scopes = ', '.join(f'``{scope}``' for scope in entry['scopes'])
            yield from (f'Scopes: {scopes}.', '')
        yield from _errors(entry)


def _inputs(entry: dict[str, Any]) -> Iterator[str]:
    own = [one for one in entry['options'] if one['group'] not in _OF_EVERY_COMMAND]
    for one in (*entry['arguments'], *own):
        flags = ', '.join(one.get('flags') or [one['name']])
        value = f' {one["metavar"]}' if one.get('flags') and one['metavar'] else ''
        yield from (f'``{flags}{value}``', f'    {_escaped(one["help"] or "")}', '')


def _errors(entry: dict[str, Any]) -> Iterator[str]:
    if entry['errors']:
        codes = dict.fromkeys(f'``{error["code"]}`` ({error["exit_code"]})'
                              for error in entry['errors'])
        yield from (f'Errors, with their exit codes: {", ".join(codes)}.', '')


def _escaped(text: str) -> str:
    return text.replace('\\', r'\\').replace('*', r'\*').replace('`', r'\`').replace('|', r'\|')


def setup(app: Any) -> dict[str, bool]:
    """Register the directive, as Sphinx asks."""
    from docutils import nodes
    from docutils.parsers.rst import Directive
    from docutils.statemachine import StringList
    from sphinx.util.nodes import nested_parse_with_titles

    class CommandReference(Directive):
        def run(self) -> list[nodes.Node]:
            lines = StringList(list(reference_lines(catalog()['commands'])), source='catalog')
            holder = nodes.section()
            holder.document = self.state.document
            nested_parse_with_titles(self.state, lines, holder)
            return holder.children

    app.add_directive('command-reference', CommandReference)
    return {'parallel_read_safe': True}
