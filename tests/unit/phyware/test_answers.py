"""phyware.answers: what is wrong with what a display command returns, and whose it is."""

from __future__ import annotations

from phyware.testing import CliResult
from tests.unit.phyware.plugins import PluginCase

# Both kinds: plain cliff's and phyware's.
SOURCE = '''
from cliff.lister import Lister as PlainLister
from cliff.show import ShowOne as PlainShow
from phyware.command import Lister, ShowOne

class Mixin:
    def take_action(self, parsed_args):
        NAMES = {{'id': 'Identifier', 'name': 'Name'}}
        {action}

class OwnList(Mixin, Lister):
    """List"""
class OwnShow(Mixin, ShowOne):
    """Show"""
class AnyList(Mixin, PlainLister):
    """List"""
class AnyShow(Mixin, PlainShow):
    """Show"""
'''
LISTS = ('OwnList', 'AnyList')
SHOWS = ('OwnShow', 'AnyShow')


class AnswerCase(PluginCase):
    def answered(self, kind: str, action: str, *argv: str) -> CliResult:
        with self.another_site():
            self.install('robots', SOURCE.format(action=action), robots_run=kind)
            return self.cli.run('robots', 'run', *argv)

    def refused(self, kind: str, action: str) -> str:
        """Return the message; the remediation names command and package."""
        result = self.answered(kind, action, '-o', 'json')
        self.assertEqual((1, ''), (result.exit_code, result.stdout), result.stderr)
        error = result.error()
        self.assertEqual(
            "It comes from the command 'robots run' of the package robots: "
            'see more with --debug, report it there', error['remediation'],
        )
        return str(error['message'])


class SoundTest(AnswerCase):
    def test_whatever_two_iterables_hold_names_and_values(self) -> None:
        for kind in SHOWS:
            for action in (
                "return tuple(NAMES), ('a', 'b')",
                "return [tuple(NAMES), ['a', 'b']]",
                "return NAMES, iter(('a', 'b'))",
                "return zip(*{'id': 'a', 'name': 'b'}.items())",
                "d = {'id': 'a', 'name': 'b'}; return d.keys(), d.values()",
            ):
                with self.subTest(action, kind=kind):
                    result = self.answered(kind, action, '-o', 'json')
                    self.assertEqual({'id': 'a', 'name': 'b'}, result.json(), result.stderr)

    def test_rows_may_be_a_generator_or_none_at_all(self) -> None:
        for kind in LISTS:
            for rows, found in (("(('a', 'b') for _ in '1')", [{'id': 'a', 'name': 'b'}]),
                                ('[]', []), ('()', [])):
                with self.subTest(rows, kind=kind):
                    result = self.answered(kind, f'return tuple(NAMES), {rows}', '-o', 'json')
                    self.assertEqual(found, result.json(), result.stderr)


class WrongTest(AnswerCase):
    def test_what_is_no_pair_is_called_what_it_is(self) -> None:
        for action, called in (
            ('pass', 'nothing'),
            ('return {"id": 1, "name": 2}', 'a dict'),
            ('return "ab"', 'a str'),
            ('return 7', 'a int'),
            ('return ("id", "name")', 'a tuple of 2 (str, str)'),
            ('return [{"id": 1}]', 'a list of 1 (dict)'),
            ('return tuple(NAMES), None', 'a tuple of 2 (tuple, NoneType)'),
            ('return tuple(NAMES), {"id": 1}', 'a tuple of 2 (tuple, dict)'),
            ('return "id", [["a"]]', 'a tuple of 2 (str, list)'),
            ('yield from [("a", "b")] * 5', 'a generator'),
        ):
            for kinds, wanted in ((LISTS, '(names, rows)'), (SHOWS, '(names, values)')):
                for kind in kinds:
                    with self.subTest(action, kind=kind):
                        self.assertEqual(f'take_action returned {called}, not {wanted}',
                                         self.refused(kind, action))

    def test_of_one_thing_names_and_values_are_as_many(self) -> None:
        for kind in SHOWS:
            self.assertEqual('take_action returned 2 names and 1 values',
                             self.refused(kind, 'return tuple(NAMES), ("a",)'))

    def test_a_row_that_does_not_fit_is_its_commands(self) -> None:
        for kind in LISTS:
            for row, said in (('("a",)', 'row 1 has 1 value for 2 columns'),
                              ('{"id": 1, "name": 2}', 'a row is a dict, not')):
                with self.subTest(row, kind=kind):
                    self.assertIn(said, self.refused(kind, f'return tuple(NAMES), [{row}]'))
