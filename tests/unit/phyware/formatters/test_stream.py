"""phyware.formatters.stream: batches that start early and any text into any stream."""

from __future__ import annotations

import io
import unittest

from phyware.errors import GenericError, WrongData
from phyware.formatters.rows import Row
from phyware.formatters.stream import ENOUGH_CHARACTERS, MOST_ROWS, Sink, emit_batches
from tests.unit.phyware.formatters.support import (
    Encoded,
    Recorder,
    Source,
    Terminal,
    emit_list,
    emit_one,
)

ROW_FORMATS = ('json', 'yaml', 'csv', 'value', 'tsv')
WHOLE_FORMATS = ('table', 'markdown', 'html', 'plain')


class BatchTest(unittest.TestCase):
    def test_the_first_row_is_written_and_flushed_at_once(self) -> None:
        for name in ROW_FORMATS:
            source = Source(100)
            stdout = Recorder(source)
            emit_list(name, ('Id', 'Name'), source, stdout)
            with self.subTest(name):
                self.assertIn('name 0', stdout.getvalue())
                self.assertIn(1, stdout.taken_at_write)
                self.assertEqual([1], stdout.taken_at_flush)

    def test_later_batches_are_bounded(self) -> None:
        sizes: list[int] = []

        def render(rows: list[Row]) -> str:
            sizes.append(len(rows))
            return 'x' * len(rows)

        count = emit_batches(1, ([0] for _ in range(5000)), Sink(io.StringIO()), render)

        self.assertEqual(5000, count)
        self.assertEqual([1, 2, 4, 8], sizes[:4])
        self.assertEqual(MOST_ROWS, max(sizes))

    def test_long_rows_make_small_batches(self) -> None:
        sizes: list[int] = []

        def render(rows: list[Row]) -> str:
            sizes.append(len(rows))
            return 'x' * (len(rows) * ENOUGH_CHARACTERS)

        emit_batches(1, ([0] for _ in range(20)), Sink(io.StringIO()), render)

        self.assertEqual([1] * 20, sizes)

    def test_rows_may_be_iterators(self) -> None:
        for name in ROW_FORMATS + WHOLE_FORMATS:
            stdout = io.StringIO()
            emit_list(name, ('A', 'B'), (iter(('left', 'right')) for _ in range(3)), stdout)
            with self.subTest(name):
                self.assertEqual(3, stdout.getvalue().count('right'))

    def test_a_row_of_another_length_is_an_error_that_counts_it(self) -> None:
        rows = [('a', 'b'), ('a', 'b'), ('a',)]
        for name in ROW_FORMATS + WHOLE_FORMATS:
            with (
                self.subTest(name),
                self.assertRaisesRegex(GenericError, 'row 3 has 1 value for 2 columns'),
            ):
                emit_list(name, ('A', 'B'), rows, io.StringIO())

    def test_what_is_no_row_is_not_taken_for_one(self) -> None:
        for row, kind in (({'a': 1, 'b': 2}, 'dict'), ('ab', 'str'), (7, 'int')):
            for name in ROW_FORMATS + WHOLE_FORMATS:
                stdout = io.StringIO()
                with self.subTest(name, row=row), self.assertRaisesRegex(
                    WrongData, f'a row is a {kind}, not one value for each column'
                ):
                    emit_list(name, ('A', 'B'), [row], stdout)

    def test_one_object_of_another_length_writes_nothing(self) -> None:
        for name in ROW_FORMATS + WHOLE_FORMATS:
            stdout = io.StringIO()
            with self.subTest(name), self.assertRaises(GenericError):
                emit_one(name, ('A', 'B'), ('a',), stdout)
            self.assertEqual('', stdout.getvalue())


class FailingStream(io.StringIO):
    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def write(self, text: str) -> int:
        raise self._error


class SinkTest(unittest.TestCase):
    def test_case_91_errors_of_the_stream_pass_through_unchanged(self) -> None:
        for error in (BrokenPipeError(32, 'Broken pipe'), OSError(28, 'No space left')):
            for name in ROW_FORMATS + WHOLE_FORMATS:
                with self.subTest(name), self.assertRaises(OSError) as caught:
                    emit_list(name, ('A',), [('a',)], FailingStream(error))
                self.assertIs(error, caught.exception)

    def test_a_lone_surrogate_never_breaks_the_write(self) -> None:
        for name in ROW_FORMATS + WHOLE_FORMATS:
            raw = io.BytesIO()
            stdout = io.TextIOWrapper(raw, encoding='utf-8', write_through=True)
            emit_list(name, ('A',), [('caf\udce9 é',)], stdout)
            with self.subTest(name):
                self.assertIn('dce9', raw.getvalue().decode().lower())

    def test_what_the_encoding_lacks_is_escaped(self) -> None:
        for encoding, shown in (('ascii', r'\xe9 \u4e16'), ('latin-1', 'é \\u4e16')):
            stdout = Encoded(encoding)
            Sink(stdout).write('é 世')
            self.assertEqual(shown, stdout.getvalue())

    def test_a_terminal_is_told_from_a_file(self) -> None:
        self.assertTrue(Sink(Terminal()).terminal)
        self.assertFalse(Sink(io.StringIO()).terminal)
