"""The options that every command has, before or after its name.

Layer: framework; argparse only.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterable, Mapping
from itertools import takewhile
from types import MappingProxyType
from typing import Any, NamedTuple

from phyware.declared import completed_by, names_default, names_env
from phyware.formatters import FORMATS
from phyware.parsing import usage_error
from phyware.text import clean

DEFAULT_URL = 'http://localhost:8000'
OUTPUT_FLAGS = ('-o', '--output', '-f', '--format')
OUTPUT_DEST = 'phyware_output'


class GlobalOption(NamedTuple):
    """One global option: flags, where its value goes, how argparse takes it.

    :param env: the variable that stands for it
    :param default: what there is without either
    :param completer: what gives candidates, as in ``declared.completed_by``
    """

    flags: tuple[str, ...]
    dest: str
    help: str
    kwargs: Mapping[str, Any] = MappingProxyType({})
    env: str | None = None
    default: str | None = None
    completer: str = ''

    def add_to(self, group: argparse._ArgumentGroup, flags: list[str]) -> None:
        """Add it to a parser, by the flags that are free there."""
        note = f' (env {self.env})' if self.env else ''
        action = group.add_argument(
            *flags, dest=f'phyware_{self.dest}', default=argparse.SUPPRESS,
            help=self.help + note, **self.kwargs,
        )
        if self.env:
            names_env(action, self.env)
        if self.default:
            names_default(action, self.default)
        completed_by(action, self.completer)


GLOBAL_OPTIONS = (
    GlobalOption(
        ('--url',), 'url', 'URL of the PhyCloud host',
        {'metavar': 'URL'}, 'PHYCLOUD_URL', DEFAULT_URL, 'phyware.completion.values:hosts',
    ),
    GlobalOption(
        ('--api-key',), 'api_key', 'API key to use in place of a stored login',
        {'metavar': 'KEY'}, 'PHYCLOUD_API_KEY',
    ),
    GlobalOption(
        ('--auth-provider',), 'auth_provider', 'name of the auth provider to use',
        {'metavar': 'NAME'}, 'PHYWARE_AUTH_PROVIDER',
        completer='phyware.completion.values:providers',
    ),
    GlobalOption(
        ('--ca-bundle',), 'ca_bundle', 'file of certificate authorities to trust',
        {'metavar': 'FILE'}, 'REQUESTS_CA_BUNDLE',
    ),
    GlobalOption(
        ('-v', '--verbose'), 'verbose',
        'tell each request and where the credential is from; -vv and -vvv tell more',
        {'action': 'count'},
    ),
    GlobalOption(
        ('-q', '--quiet'), 'quiet', 'say nothing but the answer, warnings and errors',
        {'action': 'store_true'},
    ),
    GlobalOption(
        ('--log-file',), 'log_file', 'file to write the log to', {'metavar': 'FILE'}
    ),
    GlobalOption(
        ('--debug',), 'debug', 'tell all that -vvv does, and the traceback of an error',
        {'action': 'store_true'},
    ),
)


class GlobalOptions(NamedTuple):
    """The values given on one command line; None or False where not given."""

    url: str | None = None
    api_key: str | None = None
    auth_provider: str | None = None
    ca_bundle: str | None = None
    verbose: int = 0
    quiet: bool = False
    log_file: str | None = None
    debug: bool = False
    output: str | None = None

    def __repr__(self) -> str:
        """Return the names of what was given, never a key."""
        given = [name for name, value in self._asdict().items() if value]
        return f'{type(self).__name__}(given: {", ".join(given) or "nothing"})'

    def merged(self, parsed: argparse.Namespace) -> GlobalOptions:
        """Return these options overridden by those that ``parsed`` holds."""
        values = self._asdict()
        for name in values:
            given = getattr(parsed, f'phyware_{name}', None)
            if name == 'verbose':
                values[name] += given or 0
            elif given or given == '' and isinstance(given, str):
                values[name] = given
        return GlobalOptions(**values)


def cliff_options(options: GlobalOptions) -> argparse.Namespace:
    """Return what commands of plain cliff expect to find in ``app.options``."""
    return argparse.Namespace(
        verbose_level=0 if options.quiet and not options.verbose else 1 + options.verbose,
        log_file=options.log_file,
        debug=options.debug,
    )


def add_global_options(
    parser: argparse.ArgumentParser, formats: Collection[str] | None = FORMATS
) -> None:
    """Add the global options whose flags the command does not use itself.

    A plugin's own ``--url`` or ``-v`` stays the plugin's (cliff-traps 8).

    :param formats: what ``--output`` takes if the command has no formatters of
        its own; None before the command, where nobody knows yet
    """
    group = parser.add_argument_group('global options')
    for option in GLOBAL_OPTIONS:
        flags = free_flags(parser, option.flags)
        if flags:
            option.add_to(group, flags)
    _add_output(parser, group, formats)


def free_flags(parser: argparse.ArgumentParser, flags: Iterable[str]) -> list[str]:
    """Return the flags that ``parser`` does not use yet."""
    return [flag for flag in flags if flag not in parser._option_string_actions]


def _add_output(
    parser: argparse.ArgumentParser,
    group: argparse._ArgumentGroup,
    formats: Collection[str] | None,
) -> None:
    flags = free_flags(parser, OUTPUT_FLAGS)
    display = parser._option_string_actions.get('--format')
    if display is not None and display.dest == 'formatter':
        for flag in flags:
            parser._option_string_actions[flag] = display
        # The specification's name comes first in help and catalog.
        display.option_strings = [*flags, *display.option_strings]
        _name_formats(parser, display)
    elif flags:
        names_default(group.add_argument(
            *flags, dest=OUTPUT_DEST, default=argparse.SUPPRESS, metavar='FORMAT',
            choices=formats, help=_output_help(FORMATS, 'table'),
        ), 'table')


def _name_formats(parser: argparse.ArgumentParser, display: argparse.Action) -> None:
    """Let help list the formats once, where cliff's does for each flag and in the usage."""
    names = sorted(display.choices or ())
    ours = [name for name in FORMATS if name in names]
    display.metavar = 'FORMAT'
    display.help = _output_help(dict.fromkeys(ours + names), display.default)
    for group in parser._action_groups:
        if group.title == 'output formatters':
            group.description = None


def _output_help(formats: Iterable[str], default: str) -> str:
    text = f'output format: {", ".join(formats)}; {default} if not given'
    return clean(text, limit=None).replace('%', '%%')


def output_flags(parser: argparse.ArgumentParser) -> list[str]:
    """Return the flags that choose phyware's output format, not those a plugin has taken."""
    actions = parser._option_string_actions
    return [
        flag for flag in OUTPUT_FLAGS
        if flag in actions and actions[flag].dest in ('formatter', OUTPUT_DEST)
    ]


def use_output(parser: argparse.ArgumentParser, output: str) -> None:
    """Make ``output``, given before the command, the format the command starts from.

    :raises Validation: the command has no such format
    """
    flags = output_flags(parser)
    action = parser._option_string_actions[flags[0]] if flags else None
    choices = FORMATS if action is None or action.choices is None else tuple(action.choices)
    if output not in choices:
        raise usage_error(
            parser.prog,
            f"argument {'/'.join(OUTPUT_FLAGS)}: invalid choice: '{clean(output)}' "
            f'(choose from {", ".join(choices)})',
        )
    if action is not None and action.dest == 'formatter':
        parser.set_defaults(formatter=output)


def debug_requested(argv: Iterable[str]) -> bool:
    """Tell whether ``argv`` has ``--debug``, without parsing the rest."""
    return '--debug' in takewhile('--'.__ne__, argv)


def requested_output(argv: Iterable[str], flags: Collection[str] = OUTPUT_FLAGS) -> str | None:
    """Return the output format that ``argv`` asks for, without parsing the rest.

    It decides the form of an error that happens before or while parsing.

    :param flags: those that choose it
    """
    found: str | None = None
    words = iter(argv)
    for word in words:
        flag, equals, value = word.partition('=')
        if flag in flags:
            found = value if equals else next(words, None)
        elif word[:2] in flags and len(word) > 2:
            found = word[2:].removeprefix('=')
        elif word == '--':
            break
    return found
