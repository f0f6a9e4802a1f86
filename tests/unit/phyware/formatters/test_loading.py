"""phyware.formatters: names are fixed, one formatter is loaded, plugins are kept apart."""

from __future__ import annotations

import subprocess
import sys
import unittest
from collections.abc import Iterable
from typing import Any
from unittest import mock

from cliff.formatters.base import ListFormatter, SingleFormatter

from phyware import entryfiles, formatters
from phyware.errors import GenericError, Validation
from phyware.formatters.json_format import JSONFormatter


class Working(JSONFormatter):
    """A formatter that another package provides."""


def exiting() -> None:
    sys.exit(7)


def interrupted() -> None:
    raise KeyboardInterrupt


def installed(**names: str) -> Any:
    """Have packages declare formatters by these names in both groups."""
    return declared(names.items())


def declared(items: Iterable[tuple[str, str]]) -> Any:
    """Have packages declare each name and value in both groups, names twice as well."""
    lines = ''.join(f'{name} = {value}\n' for name, value in items)
    text = f'[{formatters.LIST_GROUP}]\n{lines}[{formatters.SHOW_GROUP}]\n{lines}'
    found = [('/nowhere/acme.dist-info', text)]
    return mock.patch.object(entryfiles, '_texts', lambda strict: found)


class BuiltInTest(unittest.TestCase):
    def test_the_names_are_those_of_the_conventions(self) -> None:
        expected = ('table', 'json', 'yaml', 'csv', 'value', 'markdown', 'html', 'tsv', 'plain')

        self.assertEqual(expected, formatters.FORMATS)

    def test_each_is_a_cliff_formatter_for_lists_and_for_one(self) -> None:
        for name in formatters.FORMATS:
            with self.subTest(name):
                self.assertIsInstance(formatters.load_list_formatter(name), ListFormatter)
                self.assertIsInstance(formatters.load_show_formatter(name), SingleFormatter)

    def test_no_plugin_replaces_one(self) -> None:
        with installed(json=f'{__name__}:Working'):
            loaded = formatters.load_list_formatter('json')

        self.assertIs(JSONFormatter, type(loaded))

    def test_only_the_chosen_one_is_imported(self) -> None:
        code = (
            'import sys; from phyware import formatters as f; before = set(sys.modules);'
            "assert not any('cliff' in m or 'argparse' == m for m in before), before;"
            "f.load_list_formatter('json');"
            "new = {m for m in sys.modules if m.startswith('phyware.formatters.')};"
            "assert 'phyware.formatters.json_format' in new, new;"
            "unwanted = ('table', 'yaml', 'csv', 'tabulated', 'plugins');"
            "assert not [m for m in new for u in unwanted if u in m], new;"
            "assert not {'yaml', 'tabulate', 'prettytable', 'wcwidth', 'csv'} & set(sys.modules)"
        )

        done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)

        self.assertEqual((0, ''), (done.returncode, done.stderr))


class PluginTest(unittest.TestCase):
    def test_its_name_is_offered_after_the_built_in_ones(self) -> None:
        with installed(xml='missing:X', json='missing:Y', avro='missing:Z'):
            names = formatters.formatter_names(formatters.LIST_GROUP)

        self.assertEqual([*formatters.FORMATS, 'avro', 'xml'], names)

    def test_it_is_loaded_by_its_name(self) -> None:
        with installed(xml=f'{__name__}:Working'):
            self.assertIsInstance(formatters.load_list_formatter('xml'), Working)
            self.assertIsInstance(formatters.load_show_formatter('xml'), Working)

    def test_an_unknown_name_lists_the_known_ones(self) -> None:
        with installed(xml='missing:X'), self.assertRaises(Validation) as caught:
            formatters.load_list_formatter('jsno\x1b[2J')

        self.assertIn(r"'jsno\x1b[2J'", caught.exception.message)
        self.assertIn('table, json, yaml', caught.exception.remediation)
        self.assertIn('xml', caught.exception.remediation)

    def test_a_name_claimed_twice_is_refused(self) -> None:
        with (
            declared((('xml', 'a:X'), ('xml', 'b:X'))),
            self.assertRaisesRegex(GenericError, "'xml' is claimed by"),
        ):
            formatters.load_list_formatter('xml')

    def test_one_that_does_not_import_is_named(self) -> None:
        with (
            installed(xml='no_such_module:X'),
            self.assertRaisesRegex(GenericError, 'package .* ModuleNotFoundError'),
        ):
            formatters.load_list_formatter('xml')

    def test_one_that_exits_when_it_is_made_is_named(self) -> None:
        with (
            installed(xml=f'{__name__}:exiting'),
            self.assertRaisesRegex(GenericError, "'xml' of the package .* SystemExit: 7"),
        ):
            formatters.load_list_formatter('xml')

    def test_an_interrupt_is_let_through(self) -> None:
        with installed(xml=f'{__name__}:interrupted'), self.assertRaises(KeyboardInterrupt):
            formatters.load_list_formatter('xml')
