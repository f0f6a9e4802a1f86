"""The input of a command as a JSON Schema.

Layer: framework, no I/O.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator
from typing import Any

from phyware.catalog.inputs import Input

STDIN = 'stdin'


def input_schema(
    parser: argparse.ArgumentParser, inputs: list[Input], reads_stdin: str
) -> dict[str, Any]:
    """Return the schema of an object of all options and arguments by ``property``.

    :param inputs: those of ``parser``
    :param reads_stdin: what the command reads there; empty for nothing
    """
    properties = {one.property: _value(one) for one in inputs}
    if reads_stdin and STDIN not in properties:
        properties[STDIN] = {'type': 'string', 'description': reads_stdin}
    found: dict[str, Any] = {
        'type': 'object',
        'properties': properties,
        'required': [one.property for one in inputs if one.required],
        'additionalProperties': False,
    }
    rules = list(_exclusions(parser, inputs))
    return found | ({'allOf': rules} if rules else {})


def _value(one: Input) -> dict[str, Any]:
    single: dict[str, Any] = {'type': one.items or one.type}
    if one.choices is not None:
        single['enum'] = one.choices
    found = single
    if one.items:
        found = {'type': 'array', 'items': single}
        if one.least > 1 or one.least and not one.repeatable and one.required:
            found['minItems'] = one.least
        if one.most is not None and not one.repeatable:
            found['maxItems'] = one.most
    if one.help:
        found['description'] = one.help
    if one.default is not None:
        found['default'] = one.default
    return found


def _exclusions(
    parser: argparse.ArgumentParser, inputs: list[Input]
) -> Iterator[dict[str, Any]]:
    by_flag = {flag: one for one in inputs for flag in one.flags}
    for group in parser._mutually_exclusive_groups:
        members = [
            by_flag[action.option_strings[0]] for action in group._group_actions
            if action.option_strings and action.option_strings[0] in by_flag
        ]
        for pair in itertools.combinations(members, 2):
            yield {'not': {'allOf': [_given(one) for one in pair]}}
        if group.required:
            yield {'anyOf': [_given(one) for one in members]}


def _given(one: Input) -> dict[str, Any]:
    """Return the schema of an input in which an option is given."""
    given: dict[str, Any] = {'required': [one.property]}
    if one.type == 'boolean':
        given['properties'] = {one.property: {'const': True}}
    return given
