"""phyware.repl.remember: which lines may be shown again."""

from __future__ import annotations

import unittest

from phyware.redaction import Redactor
from phyware.repl.remember import MOST_LINES, History
from phyware.secret import Secret

FIRST = ('auth', 'say', 'exit')
OPAQUE = 'q8Zr5vT2kLm9wXc4'


class HistoryTest(unittest.TestCase):
    def setUp(self) -> None:
        self.redactor = Redactor()
        self.history = History(self.redactor)

    def kept(self, line: str, refused: bool = False) -> bool:
        return self.history.add(line, FIRST, refused=refused)

    def test_case_68_a_line_with_a_secret_is_left_out(self) -> None:
        self.redactor.add(Secret('a-live-secret'))
        for line in (
            'auth status --api-key value', 'auth status --api-key=value', 'say --password "x y"',
            'say --client-secret x', '--api-key x auth status', 'say a; auth x --token y',
            'say phk_abcdefgh', 'say Bearer abcdefghijk', 'say https://me:pw@example.org',
            'say a-live-secret', 'say --pin 1234', 'say | curl --oauth-token x',
        ):
            with self.subTest(line):
                self.assertFalse(self.kept(line))
        self.assertEqual([], self.history.lines)

    def test_case_68_a_line_that_is_no_command_is_left_out(self) -> None:
        for line in (OPAQUE, 'hunter2', f'"{OPAQUE}', f'-{OPAQUE}', '!ls', ' auth status', '', '#'):
            with self.subTest(line):
                self.assertFalse(self.kept(line, refused=True))

    def test_case_68_what_looks_like_a_token_is_left_out_of_a_line_that_was_refused(self) -> None:
        line = f'auth sessions revoke {OPAQUE}'

        self.assertFalse(self.kept(line, refused=True))
        self.assertTrue(self.kept(line))

    def test_other_lines_are_kept(self) -> None:
        lines = [
            'auth login --with-token', 'auth login --password --email me@example.org',
            'auth status --show-token -o json', 'auth stauts', '--url https://a.example auth token',
            'say a | grep b > c', 'auth login --with-token > out.txt',
        ]
        for line in lines:
            self.assertTrue(self.kept(f'{line} '), line)
        self.assertEqual(lines, self.history.lines)

    def test_it_does_not_grow_without_end_nor_repeat_the_last_line(self) -> None:
        for number in range(MOST_LINES + 5):
            self.kept(f'say {number}')
        self.kept(f'say {MOST_LINES + 4}')

        self.assertEqual(MOST_LINES, len(self.history.lines))
        self.assertEqual('say 5', self.history.lines[0])
