"""Output formatters: their names, and the loading of the one that is chosen.

Layer: framework.  Imports next to nothing, because every command line asks for
the names (P5): a formatter, cliff and the package metadata are imported on use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

    from cliff.formatters.base import ListFormatter, SingleFormatter

    from phyware.extensions import Installed

LIST_GROUP = 'phyware.formatters.list'
SHOW_GROUP = 'phyware.formatters.show'

# Fixed, so that no plugin on the machine can stand in for one of these.
_BUILT_IN: Mapping[str, str] = {
    'table': 'phyware.formatters.table:TableFormatter',
    'json': 'phyware.formatters.json_format:JSONFormatter',
    'yaml': 'phyware.formatters.yaml_format:YAMLFormatter',
    'csv': 'phyware.formatters.csv_format:CSVFormatter',
    'value': 'phyware.formatters.value_format:ValueFormatter',
    'markdown': 'phyware.formatters.markdown:MarkdownFormatter',
    'html': 'phyware.formatters.html_format:HTMLFormatter',
    'tsv': 'phyware.formatters.tsv_format:TSVFormatter',
    'plain': 'phyware.formatters.plain:PlainFormatter',
}

FORMATS: tuple[str, ...] = tuple(_BUILT_IN)


def formatter_names(group: str, installed: Installed | None = None) -> list[str]:
    """Return the names that ``group`` offers, the built-in ones first.

    Reads package metadata, imports no plugin.

    :param group: LIST_GROUP or SHOW_GROUP
    :param installed: the package metadata; read now if None
    """
    from phyware.formatters.plugins import plugin_names

    return [*FORMATS, *(name for name in plugin_names(group, installed) if name not in _BUILT_IN)]


def load_list_formatter(name: str) -> ListFormatter:
    """Import and return the formatter ``name`` for many objects.

    :raises Validation: no formatter has this name
    :raises GenericError: a plugin provides it and cannot be loaded
    """
    formatter: ListFormatter = _load(LIST_GROUP, name)
    return formatter


def load_show_formatter(name: str) -> SingleFormatter:
    """Import and return the formatter ``name`` for one object.

    :raises Validation: no formatter has this name
    :raises GenericError: a plugin provides it and cannot be loaded
    """
    formatter: SingleFormatter = _load(SHOW_GROUP, name)
    return formatter


def load_for_command(group: str, name: str) -> Any:
    """Import and return the formatter ``name``; what a plugin's raises will name it.

    :param group: LIST_GROUP or SHOW_GROUP
    :raises PhywareError: as ``load_list_formatter``
    """
    if name in _BUILT_IN:
        return _load(group, name)
    from phyware.formatters.plugins import load_named

    return load_named(group, name)


def add_formatter_options(
    parser: argparse.ArgumentParser, *, lister: bool, environ: Mapping[str, str] | None = None
) -> None:
    """Add the options of all built-in formatters, importing none of them.

    :param lister: True for a command that lists many objects
    :param environ: where PHYWARE_MAX_WIDTH is read; the process's if None
    """
    from phyware.formatters import options

    options.add_all(parser, lister=lister, environ=environ)


def _load(group: str, name: str) -> Any:
    built_in = _BUILT_IN.get(name)
    if built_in is None:
        from phyware.formatters.plugins import load_plugin

        return load_plugin(group, name)
    import importlib

    module, _, attribute = built_in.partition(':')
    return getattr(importlib.import_module(module), attribute)()
