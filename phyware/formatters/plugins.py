"""Formatters of other packages, found by entry points and loaded one at a time.

Layer: framework.  Never asked about a name that is built in.
"""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING, Any

from phyware import formatters
from phyware.blame import PackageFailed, described
from phyware.errors import GenericError, Validation
from phyware.extensions import Installed, distribution_of, entry_points_of, load_entry_point
from phyware.text import clean

if TYPE_CHECKING:
    from phyware.formatters.named import NamedFormatter


def plugin_names(group: str, installed: Installed | None = None) -> list[str]:
    """Return the sorted names that packages declare in ``group``; imports none.

    :param installed: where the entry points are taken from; read now if None
    """
    return sorted({ep.name for ep in entry_points_of(group, installed)})


def load_plugin(group: str, name: str) -> Any:
    """Import the formatter that a package declares as ``name`` and make one.

    :raises Validation: no package declares it
    :raises GenericError: two packages do, or it fails to load (cliff-traps 17)
    """
    return _construct(_found(group, name))


def load_named(group: str, name: str) -> NamedFormatter:
    """Import the formatter ``name`` of a package; what it raises will name it.

    :raises PhywareError: as ``load_plugin``
    """
    from phyware.formatters.named import NamedFormatter  # to tell the names takes none

    found = _found(group, name)
    return NamedFormatter(_construct(found), name, distribution_of(found))


def _found(group: str, name: str) -> importlib.metadata.EntryPoint:
    found = [ep for ep in entry_points_of(group) if ep.name == name]
    if not found:
        raise Validation(
            f"no output format is named '{clean(name)}'",
            f'Choose one of {", ".join(formatters.formatter_names(group))}',
        )
    if len(found) > 1:
        owners = ', '.join(sorted(distribution_of(ep) for ep in found))
        raise GenericError(
            f"the output format '{clean(name)}' is claimed by {owners}", 'Uninstall one of them'
        )
    return found[0]


def _construct(entry_point: importlib.metadata.EntryPoint) -> Any:
    factory = load_entry_point(entry_point)
    try:
        return factory()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        owner = distribution_of(entry_point)
        raise PackageFailed(
            owner,
            f"the output format '{clean(entry_point.name)}' of the package {owner} "
            f'cannot be used: {described(error)}',
        ) from error
