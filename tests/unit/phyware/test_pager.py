"""Who gets a pager, and what it gets.

Layer: unit test; the pager itself is tests/functional/test_cli_pager.py's.
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from phyware.context import Context
from phyware.pager import paged, pager_of
from phyware.testing import Terminal


class PagerCase(unittest.TestCase):
    """A terminal of five lines, and pagers that are shell scripts."""

    def setUp(self) -> None:
        super().setUp()
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        size = os.terminal_size((80, 5))
        self.enterContext(mock.patch('shutil.get_terminal_size', return_value=size))
        self.environ = {'TERM': 'xterm', 'PATH': f'{self.folder}:/usr/bin:/bin'}
        self.out = Terminal()

    def context(self, stdin: io.StringIO | None = None) -> Context:
        return Context(stdin or Terminal(), self.out, io.StringIO(), self.environ)

    def pager(self, script: str) -> None:
        """Make ``script`` the pager; ``$F`` is a file for what it has to tell."""
        path = self.folder / 'pager'
        path.write_text(f'#!/bin/sh\nF={self.folder}/told\n{script}\n')
        path.chmod(0o755)
        self.environ['PAGER'] = 'pager'

    @property
    def told(self) -> str:
        """Return what the pager told."""
        path = self.folder / 'told'
        return path.read_text() if path.exists() else ''


class ChoiceTest(PagerCase):
    """A pager only where a person reads."""

    def chosen(self, **environ: str) -> str | None:
        with mock.patch.dict(self.environ, environ):
            command = pager_of(self.context())
        return None if command is None else ' '.join([os.path.basename(command[0]), *command[1:]])

    def setUp(self) -> None:
        super().setUp()
        for name in ('less', 'more', 'pager'):
            (self.folder / name).write_text('#!/bin/sh\n')
            (self.folder / name).chmod(0o755)

    def test_less_and_what_the_environment_names(self) -> None:
        self.assertEqual(self.chosen(), 'less')
        self.assertEqual(self.chosen(PAGER='more'), 'more')
        self.assertEqual(self.chosen(PAGER='more', PHYWARE_PAGER='pager -x "a b"'), 'pager -x a b')

    def test_none_is_said_by_an_empty_value_or_cat(self) -> None:
        for environ in ({'PAGER': ''}, {'PAGER': 'cat'}, {'PHYWARE_PAGER': '', 'PAGER': 'more'},
                        {'PAGER': ' '}, {'PAGER': '"'}, {'PAGER': 'absent'}):
            with self.subTest(environ):
                self.assertIsNone(self.chosen(**environ))

    def test_a_dumb_terminal_and_a_job_have_none(self) -> None:
        for environ in ({'TERM': 'dumb'}, {'CI': 'true'}):
            self.assertIsNone(self.chosen(**environ))

    def test_where_nobody_sits_there_is_none(self) -> None:
        self.assertIsNone(pager_of(self.context(stdin=io.StringIO())))
        self.out = io.StringIO()  # type: ignore[assignment]
        self.assertIsNone(pager_of(self.context()))


class PagedTest(PagerCase):
    """What is longer than the screen, and what is not."""

    def write(self, *texts: str) -> None:
        with paged(self.context()) as out:
            for text in texts:
                out.write(text)

    def test_what_fits_is_written_as_it_is(self) -> None:
        self.pager('cat >$F')
        self.write('1\n2\n', '3\n4\n')
        self.assertEqual((self.out.getvalue(), self.told), ('1\n2\n3\n4\n', ''))

    def test_what_does_not_fit_goes_to_the_pager_whole(self) -> None:
        self.pager('cat >$F')
        self.write('1\n2\n', '3\n4\n5\n', '6é\n')
        self.assertEqual((self.out.getvalue(), self.told), ('', '1\n2\n3\n4\n5\n6é\n'))

    def test_to_leave_the_pager_is_no_error_and_ends_what_is_written(self) -> None:
        self.pager('exit 0')
        with paged(self.context()) as out:
            for _ in range(100_000):
                out.write('1\n2\n3\n4\n5\n6\n')
            self.fail('it never ended')

    def test_an_error_while_it_is_written_is_an_error(self) -> None:
        self.pager('cat >$F')
        with self.assertRaises(ZeroDivisionError), paged(self.context()) as out:
            out.write('1\n2\n3\n4\n5\n6\n')
            raise ZeroDivisionError
        self.assertEqual(self.told, '1\n2\n3\n4\n5\n6\n')

    def test_what_fits_is_shown_before_an_error_that_comes_after_it(self) -> None:
        self.pager('cat >$F')
        for error in (ZeroDivisionError, KeyboardInterrupt):
            with self.subTest(error), self.assertRaises(error), paged(self.context()) as out:
                self.out.truncate(0)
                self.out.seek(0)
                out.write('1\n2\n')
                raise error
            self.assertEqual((self.out.getvalue(), self.told), ('1\n2\n', ''))

    def test_an_error_is_one_even_if_the_pager_was_left_before(self) -> None:
        self.pager('exit 0')
        with self.assertRaises(ZeroDivisionError), paged(self.context()) as out:
            with contextlib.suppress(BrokenPipeError):
                for _ in range(100_000):
                    out.write('1\n2\n3\n4\n5\n6\n')
            raise ZeroDivisionError

    def test_it_says_which_terminal_it_is_that_a_table_has_to_fit(self) -> None:
        self.pager('cat >$F')
        with mock.patch.object(self.out, 'fileno', return_value=7), paged(self.context()) as out:
            self.assertEqual(out.fileno(), 7)

    def test_a_closed_pipe_without_a_pager_is_still_one(self) -> None:
        self.pager('cat >$F')
        with self.assertRaises(BrokenPipeError), paged(self.context()):
            raise BrokenPipeError

    def test_case_67_the_pager_gets_no_secret_of_ours(self) -> None:
        self.environ |= {'PHYCLOUD_API_KEY': 'phk_canary', 'LESS': 'X'}
        self.pager('cat >/dev/null; env >$F')
        self.write('1\n2\n3\n4\n5\n6\n')
        self.assertNotIn('phk_canary', self.told)
        self.assertIn('LESS=X\n', self.told)
        self.assertIn('LV=-c\n', self.told)

    def test_a_pager_that_cannot_be_started_is_done_without(self) -> None:
        self.pager('cat >$F')
        (self.folder / 'pager').write_text('#!/no/such/interpreter\n')
        self.write('1\n2\n3\n', '4\n5\n6\n', '7\n')
        self.assertEqual(self.out.getvalue(), '1\n2\n3\n4\n5\n6\n7\n')
