"""The output of a command as a JSON Schema.

Layer: framework, no I/O.
"""

from __future__ import annotations

from typing import Any

from cliff import command, display, lister

from phyware.described import Described, as_field

_JSON = 'what -o json writes'


def output_schema(cmd: command.Command, said: type[Described]) -> dict[str, Any]:
    """Return the schema of what a command writes on stdout.

    A list for a Lister, an object for a ShowOne, text for the rest.  Where a
    command writes something else unless a format is asked for, it is either.

    :param said: what the command says of itself
    """
    if said.output_schema is not None:
        return dict(said.output_schema)
    text = {'type': 'string', 'contentMediaType': 'text/plain'}
    if not isinstance(cmd, display.DisplayCommandBase):
        return {**text, 'description': said.plain_output or 'text for a person'}
    data = _object(said)
    if isinstance(cmd, lister.Lister):
        data = {'type': 'array', 'items': data}
    data['description'] = _JSON
    if said.plain_output:
        return {'anyOf': [data, {**text, 'description': said.plain_output}]}
    return data


def _object(said: type[Described]) -> dict[str, Any]:
    """Return the schema of one thing; of a command that names no fields, any object.

    ``--column`` leaves fields out: then they are not required.
    """
    fields = {name: as_field(given) for name, given in said.output_fields.items()}
    if not fields:
        return {'type': 'object'}
    return {
        'type': 'object',
        'properties': {name: one.schema() for name, one in fields.items()},
        'required': [name for name, one in fields.items() if not one.optional],
        'additionalProperties': False,
    }
