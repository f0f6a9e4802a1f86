"""One command of the catalog.

Layer: framework.  Runs foreign code: whatever that does ends in the entry's
``error``.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from phyware.blame import blamed_on
from phyware.catalog.bounded import Bounded
from phyware.catalog.defaults import Defaults, Sources
from phyware.catalog.inputs import Input, inputs_of, is_argument
from phyware.catalog.outputs import output_schema
from phyware.catalog.schemas import input_schema
from phyware.command import description_of
from phyware.described import Described, exit_meanings
from phyware.errors import PhywareError, Validation
from phyware.plain import make_command
from phyware.text import clean

if TYPE_CHECKING:
    from phyware.app import PhywareApp

OK = 'ok'
BROKEN = 'broken'
CONFLICT = 'conflict'


def entry_of(
    app: PhywareApp, name: str, sources: Sources, bounded: Bounded
) -> dict[str, Any]:
    """Return the entry of a command; a broken one has its error in place of the rest.

    :param app: one that was made to describe
    :param name: the command's words
    :param sources: one for all entries
    :param bounded: one for all entries
    """
    manager = app.command_manager
    if refusal := manager.refusal(name):
        return _empty(app, name) | {'state': CONFLICT, 'error': _error(app, refusal)}
    owner = manager.distribution(name)
    try:
        # A plugin that prints while it is imported would print into the catalog.
        with contextlib.redirect_stdout(io.StringIO()), blamed_on(owner, 'the description'):
            found = bounded.call(owner, lambda: _described(app, name, sources))
    except PhywareError as error:
        found = _empty(app, name) | {'state': BROKEN, 'error': _error(app, error)}
    return found | {'plugin': owner}


def _described(app: PhywareApp, name: str, sources: Sources) -> dict[str, Any]:
    factory = app.command_manager.load(name)
    cmd = make_command(factory, name, app)
    parser = app.command_parser(cmd, name)
    said: Any = cmd if isinstance(cmd, Described) else Described
    defaults = Defaults(cmd, app.command_manager.distribution(name), sources)
    inputs = inputs_of(parser, defaults)
    members = {
        'synopsis': _synopsis(parser.prog, inputs),
        'description': str(cmd.get_description() or description_of(factory)),
        'options': [one.as_dict() for one in inputs if not is_argument(one)],
        'arguments': [one.as_dict() for one in inputs if is_argument(one)],
        'input_schema': input_schema(parser, inputs, str(said.reads_stdin)),
        'output_schema': output_schema(cmd, said),
        **_data(said),
    }
    # Whatever a plugin put in: what comes back is JSON, or the entry is broken.
    plain: dict[str, Any] = json.loads(json.dumps(_empty(app, name) | members, allow_nan=False))
    return plain


def _data(said: type[Described]) -> dict[str, Any]:
    errors = dict.fromkeys((*said.errors, Validation))
    return {
        'examples': [
            {'command': str(one.command), 'purpose': str(one.purpose)} for one in said.examples
        ],
        'agent_notes': str(said.agent_notes),
        'errors': [_class_error(error) for error in errors],
        'exit_codes': _exit_codes(errors),
        'scopes': [str(scope) for scope in said.scopes],
    }


def _exit_codes(errors: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {'code': int(code), 'meaning': said} for code, said in exit_meanings(errors).items()
    ]


def _class_error(kind: type[PhywareError]) -> dict[str, Any]:
    return {
        'code': str(kind.code),
        'message': str(kind.default_message),
        'remediation': str(kind.default_remediation),
        'exit_code': int(kind.exit_code),
    }


def _synopsis(prog: str, inputs: list[Input]) -> str:
    """Return the usage as the specification writes it."""
    parts = [f'{prog} [OPTIONS]']
    for one in inputs:
        value = f'<{one.metavar}>'
        if is_argument(one):
            value += '...' if one.type == 'array' else ''
            parts.append(value if one.required else f'[{value}]')
        elif one.required:
            parts.append(f'{one.name} {value}')
    return ' '.join(parts)


def _empty(app: PhywareApp, name: str) -> dict[str, Any]:
    full_name = f'{app.NAME} {clean(name, limit=None)}'
    codes = _exit_codes(())
    return {
        'name': full_name, 'synopsis': full_name, 'description': '', 'options': [],
        'arguments': [], 'input_schema': {}, 'output_schema': {}, 'examples': [],
        'agent_notes': '', 'errors': [], 'exit_codes': codes, 'scopes': [], 'plugin': None,
        'state': OK, 'error': None,
    }


def _error(app: PhywareApp, error: PhywareError) -> dict[str, Any]:
    members = error.as_dict()
    for key in ('code', 'message', 'remediation'):
        members[key] = clean(app.context.redactor.redact(str(members[key])), limit=2000)
    return members
