"""The catalog: a JSON description of every command, from the classes themselves.

Layer: framework.  Imports every plugin it describes, each isolated from the
others; prints nothing and reads nothing of the outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from phyware.catalog.bounded import SECONDS, Bounded
from phyware.catalog.defaults import Sources
from phyware.catalog.entry import entry_of

if TYPE_CHECKING:
    from phyware.app import PhywareApp

SCHEMA_VERSION = 1
SCHEMA_ID = f'urn:phyware:schema:catalog:{SCHEMA_VERSION}'
SCHEMA_FILE = f'catalog-{SCHEMA_VERSION}.json'


def build_catalog(
    app: PhywareApp, names: Iterable[str] | None = None, seconds: float = SECONDS
) -> dict[str, Any]:
    """Return the catalog of the commands ``names``, of all of them if None.

    What is in it follows from what is installed, and from nothing else: not
    from the environment, the options given, a login or the machine.

    :param app: whose command manager knows the commands
    :param seconds: how long a foreign package may take for one command (case 82)
    """
    manager = app.command_manager
    if names is None:
        refused = {name for name, conflict in manager.conflicts.items() if conflict.refused}
        names = sorted({*manager.commands, *refused})
    describer, sources, bounded = _describer(app), Sources(), Bounded(seconds)
    return {
        'schema_version': SCHEMA_VERSION,
        'commands': [entry_of(describer, name, sources, bounded) for name in names],
    }


def schema_text() -> str:
    """Return the JSON Schema that every catalog follows, as it is published."""
    from importlib.resources import files

    return files('phyware').joinpath('schemas', SCHEMA_FILE).read_text(encoding='utf-8')


def _describer(app: PhywareApp) -> PhywareApp:
    """Return an application with no environment and no options given.

    What a parser takes for a default from there is a secret or of this machine.
    """
    mute = app.context.muted().replaced(environ={})
    return type(app)(mute, app.command_manager)
