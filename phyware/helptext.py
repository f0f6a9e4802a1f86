"""Help of the root and of a group of commands.

Layer: framework.  The root's help imports no plugin; a group's imports the
classes it describes, each isolated from the others.
"""

from __future__ import annotations

import argparse
from typing import TextIO

from phyware.blame import blamed_on
from phyware.command import description_of
from phyware.discovery import CommandManager
from phyware.errors import ExitStatus, PhywareError
from phyware.text import clean


def write_root_help(
    parser: argparse.ArgumentParser, manager: CommandManager, stdout: TextIO
) -> int:
    """Write the groups of commands, then the options, which fill a screen."""
    usage = f'usage: {parser.prog} [options] <command> [options]'
    description, _, options = parser.format_help().partition('\n\n')[2].partition('\n\n')
    groups: dict[str, list[str]] = {}
    for name in manager.group_members(()):
        first, _, rest = name.partition(' ')
        groups.setdefault(first, []).append(rest)
    lines = [f'  {clean(first):<12} {_members(rest)}'.rstrip() for first, rest in groups.items()]
    stdout.write(f'{usage}\n\n{description}\n\ncommands:\n' + '\n'.join(lines) + '\n')
    stdout.write(f"\n{options}\nSee '{parser.prog} <command> --help' for one of the commands.\n")
    return ExitStatus.OK


def write_group_help(words: list[str], manager: CommandManager, stdout: TextIO) -> int:
    """Write the commands of a group with their descriptions (cliff-traps 10)."""
    group = clean(' '.join(words))
    names = {name: clean(name) for name in manager.group_members(words)}
    width = max(map(len, names.values()))
    stdout.write(f'usage: phyware {group} <command> [options]\n\ncommands:\n')
    for name, shown in names.items():
        stdout.write(f'  {shown:<{width}}  {_description(manager, name)}'.rstrip() + '\n')
    stdout.write(f"\nSee 'phyware {group} <command> --help' for one of them.\n")
    return ExitStatus.OK


def _members(names: list[str]) -> str:
    return clean(', '.join(name for name in names if name))


def _description(manager: CommandManager, name: str) -> str:
    try:
        with blamed_on(manager.distribution(name), 'the description'):
            return clean(description_of(manager.load(name)).partition('\n')[0])
    except PhywareError as error:
        return f'({clean(error.message)})'
