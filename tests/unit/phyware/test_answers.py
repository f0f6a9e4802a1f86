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

    def refused(self, kind: str, action: str, *argv: str) -> str:
        """Return the message; the remediation names command and package."""
        result = self.answered(kind, action, '-o', 'json', *argv)
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


    def test_names_may_be_whatever_can_be_gone_through(self) -> None:
        for kind in LISTS + SHOWS:
            values = "[('a', 'b')]" if kind in LISTS else "('a', 'b')"
            for names in ('(name for name in NAMES)', 'NAMES', 'map(str.title, NAMES)'):
                for argv in ((), ('-c', 'id', '-c', 'name'), ('--sort-column', 'name')):
                    if '--sort-column' in argv and kind in SHOWS:
                        continue
                    with self.subTest(names, kind=kind, argv=argv):
                        action = f'return {names}, {values}'
                        found = self.answered(kind, action, '-o', 'value', *argv)
                        self.assertEqual((0, 'ab'), (found.exit_code, ''.join(
                            found.stdout.split())), found.stderr)

    def test_names_that_are_no_text_can_be_sorted_by(self) -> None:
        for kind in LISTS:
            found = self.answered(kind, 'return (1, None), [(2, 0), (1, 0)]', '-o', 'csv',
                                  '--sort-column', '1')
            self.assertEqual('"1","None"\n1,0\n2,0\n', found.stdout, found.stderr)

    def test_rows_that_cannot_be_sorted_are_all_there(self) -> None:
        for kind in LISTS:
            for row in ('row', 'iter(row)'):
                rows = f"({row} for row in ((1, 'x'), ('y', 2), (None, 'z')))"
                with self.subTest(row, kind=kind):
                    found = self.answered(kind, f'return tuple(NAMES), {rows}', '-o', 'value',
                                          '--sort-column', 'id')
                    self.assertEqual('1 x\ny 2\nNone z\n', found.stdout)
                    self.assertIn("Could not sort on field 'id'", found.stderr)


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

    def test_it_does_not_fit_whatever_is_chosen_or_sorted(self) -> None:
        for row, said in (('("a",)', 'row 1 has 1 value for 2 columns'),
                          ('("a", "b", "c")', 'row 1 has more than 2 values for 2 columns'),
                          ('{"id": 1, "name": 2}', 'a row is a dict, not'),
                          ('"ab"', 'a row is a str, not'), ('None', 'a row is a NoneType, not')):
            for argv in (('-c', 'id'), ('--sort-column', 'name')):
                with self.subTest(row, argv=argv):
                    action = f'return tuple(NAMES), [{row}]'
                    self.assertIn(said, self.refused('OwnList', action, *argv))

    def test_values_without_an_end_are_too_many(self) -> None:
        for kind in SHOWS:
            for argv in ((), ('-c', 'id')):
                self.assertEqual(
                    'take_action returned 2 names and more than 2 values',
                    self.refused(kind, 'return tuple(NAMES), iter(int, 1)', *argv),
                )
