"""What a command says of itself: the class data behind ``--help`` and the catalog.

Layer: framework, no I/O.  Every start pays for what is here: a named tuple is
made in a quarter of the instructions of a frozen dataclass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, NamedTuple

from phyware.errors import ExitStatus, PhywareError

EXIT_MEANINGS: Mapping[ExitStatus, str] = {
    ExitStatus.OK: 'success',
    ExitStatus.ERROR: 'generic or connection error',
    ExitStatus.AUTH: 'authentication or authorisation error',
    ExitStatus.NOT_FOUND: 'resource not found',
    ExitStatus.VALIDATION: 'validation error',
    ExitStatus.SERVER: 'server-side error',
    ExitStatus.INTERRUPTED: 'interrupted',
    ExitStatus.BROKEN_PIPE: 'nobody read the output',
}


class Example(NamedTuple):
    """One command line that works as it is written, with what it is for.

    Tests run it by ``sh``.  What only exists on a reader's host has these names:
    ``https://cloud.phyware.io`` and ``https://staging.phyware.io`` two hosts,
    ``me@example.org`` an address, ``usr_abc123`` a user's id, ``ses_abc123`` a
    session's, ``$PAT`` a personal access token.
    """

    command: str
    purpose: str


class Field(NamedTuple):
    """One field of a command's output, as JSON has it.

    :param meaning: what it says, for a person
    :param type: the type of JSON Schema
    :param items: the type of each item, if it is an array
    :param format: ``date-time`` (RFC 3339), ``uri`` or another of JSON Schema's
    :param choices: the only values it can have, if there are few
    :param nullable: whether it can be null
    :param optional: whether it can be absent
    """

    meaning: str
    type: Literal['string', 'integer', 'number', 'boolean', 'array', 'object'] = 'string'
    items: str = 'string'
    format: str = ''
    choices: tuple[str, ...] = ()
    nullable: bool = False
    optional: bool = False

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        found: dict[str, Any] = {'description': self.meaning}
        found['type'] = [self.type, 'null'] if self.nullable else self.type
        if self.type == 'array':
            found['items'] = {'type': self.items}
        if self.format:
            found['format'] = self.format
        if self.choices:
            found['enum'] = [*self.choices, None] if self.nullable else [*self.choices]
        return found


class Described:
    """What help and the catalog say of a command, as class data.

    ``errors`` are the error classes the command is known to raise beyond
    VALIDATION; ``scopes`` the OAuth scopes it needs; ``output_fields`` the
    fields of its output, a plain text standing for a ``Field`` of type string.
    ``reads_stdin`` says what it reads there; ``plain_output`` what it prints if
    that is no fields, or is not when no ``--output`` is given.
    ``output_schema`` takes the place of what is derived from these.
    """

    examples: ClassVar[tuple[Example, ...]] = ()
    agent_notes: ClassVar[str] = ''
    errors: ClassVar[tuple[type[PhywareError], ...]] = ()
    scopes: ClassVar[tuple[str, ...]] = ()
    output_fields: ClassVar[Mapping[str, str | Field]] = {}
    output_schema: ClassVar[Mapping[str, Any] | None] = None
    plain_output: ClassVar[str] = ''
    reads_stdin: ClassVar[str] = ''


def as_field(given: str | Field) -> Field:
    """Return a field, given as one or as its meaning alone."""
    return given if isinstance(given, Field) else Field(given)


def example_text(examples: tuple[Example, ...]) -> str:
    """Return the examples as ``--help`` shows them; empty if there are none."""
    lines = [f'  {example.command}\n      {example.purpose}' for example in examples]
    return 'examples:\n' + '\n'.join(lines) if lines else ''


def exit_meanings(errors: Iterable[Any] = ()) -> dict[int, str]:
    """Return what each exit status of a command means, in their order.

    :param errors: its error classes, of which a plugin's may have a status of their own
    """
    own = {
        int(kind.exit_code): str(kind.default_message or kind.code) for kind in errors
        if isinstance(getattr(kind, 'exit_code', None), int)
    }
    # Of a status that is phyware's, what phyware says counts.
    own |= {int(code): meaning for code, meaning in EXIT_MEANINGS.items()}
    return dict(sorted(own.items()))


def exit_code_text(errors: Iterable[Any] = ()) -> str:
    """Return the exit codes as ``--help`` shows them; see ``exit_meanings``."""
    lines = [f'  {int(code)}  {meaning}' for code, meaning in exit_meanings(errors).items()]
    return 'exit codes:\n' + '\n'.join(lines)
