"""phyware.repl.output: the file and the programs that take a command's output."""

from __future__ import annotations

import io
import os
import signal
import tempfile
import unittest
from pathlib import Path

from phyware.context import Context
from phyware.errors import GenericError
from phyware.repl.grammar import parse
from phyware.repl.output import output_of


class OutputTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.terminal = self.enterContext(open(self.folder / 'terminal', 'w+', encoding='utf-8'))
        environ = {'PATH': os.environ['PATH'], 'PHYCLOUD_API_KEY': 'secret', 'OTHER': 'kept'}
        self.context = Context(io.StringIO(), self.terminal, io.StringIO(), environ)

    def put(self, line: str, text: str | None = 'text\n', status: int = 0) -> int:
        """Send ``text`` where the output of ``line`` goes, as a command that ends so."""
        [step] = parse(line.replace('FOLDER', str(self.folder)))
        with output_of(step, self.context) as output:
            if text is not None:
                output.stream.write(text)
            return output.finished(status)

    def shown(self) -> str:
        self.terminal.flush()
        return (self.folder / 'terminal').read_text()

    def test_the_terminal_stays_open(self) -> None:
        self.assertEqual(3, self.put('x', status=3))
        self.assertEqual('text\n', self.shown())

    def test_a_file_is_replaced_or_continued(self) -> None:
        path = self.folder / 'f'
        path.write_text('a longer text\n')
        self.put('x > FOLDER/f')
        self.assertEqual('text\n', path.read_text())
        self.put('x >> FOLDER/f')
        self.assertEqual('text\ntext\n', path.read_text())
        self.put('x > FOLDER/f', None)
        self.assertEqual('', path.read_text())

    def test_a_command_that_fails_without_a_word_changes_no_file(self) -> None:
        path = self.folder / 'f'
        path.write_text('precious\n')
        self.assertEqual(4, self.put('x > FOLDER/f', None, status=4))
        self.assertEqual('precious\n', path.read_text())

        self.put('x > FOLDER/new', None, status=4)
        self.put('x >> FOLDER/new', None, status=4)
        self.assertFalse((self.folder / 'new').exists())

    def test_a_link_and_a_device_are_written_through(self) -> None:
        path = self.folder / 'f'
        path.write_text('old\n')
        (self.folder / 'link').symlink_to(path)

        self.put('x > FOLDER/link')
        self.assertEqual('text\n', path.read_text())
        self.assertEqual(0, self.put('x > /dev/null'))
        self.assertEqual(4, self.put('x > /dev/null', None, status=4))
        self.assertTrue(os.path.exists('/dev/null'))

    def test_programs_feed_each_other(self) -> None:
        self.put('x | cat | tr a-z A-Z')
        self.assertEqual('TEXT\n', self.shown())
        self.put('x | tr t T > FOLDER/f')
        self.assertEqual('TexT\n', (self.folder / 'f').read_text())

    def test_case_67_a_program_gets_the_environment_without_ours(self) -> None:
        self.put('x | env')

        self.assertIn('OTHER=kept', self.shown())
        self.assertNotIn('PHYCLOUD', self.shown())

    def test_a_program_that_ended_before_it_was_told_anything(self) -> None:
        [step] = parse('x | sh -c "exit 5"')
        with output_of(step, self.context) as output:
            output.stream.write('text')
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)

            self.assertEqual(5, output.finished(0))

    def test_the_status_is_the_commands_then_that_of_the_programs(self) -> None:
        for line, status, expected in (
            ('x | cat', 0, 0), ('x | cat', 3, 3), ('x | false', 0, 1), ('x | false', 3, 3),
            ('x | false | cat', 0, 1), ('x | true', 141, 0), ('x | sh -c "exit 5"', 141, 5),
            ('x | sh -c "kill -9 $$" $$', 0, 128 + signal.SIGKILL),
        ):
            with self.subTest(line, status=status):
                self.assertEqual(expected, self.put(line, None, status))

    def test_a_program_that_is_not_there_ends_those_that_have_started(self) -> None:
        with self.assertRaises(GenericError) as caught:
            self.put('x | nosuchprogram | cat')

        self.assertIn('the program nosuchprogram cannot be started', caught.exception.message)

    def test_a_file_that_cannot_be_opened(self) -> None:
        with self.assertRaises(OSError):
            self.put('x > FOLDER')
