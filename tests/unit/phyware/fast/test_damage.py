"""What is damaged, or what nobody foresaw, is no index and no failure.

Layer: unit test.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from unittest import mock

from phyware.entryfiles import EntryFiles
from phyware.fast import index
from phyware.keptentries import kept_entries
from tests.unit.phyware.fast.indexcase import IndexCase

WORDS = ('robots', 'run')


class DamageTest(IndexCase):
    """Of a disk, or of a machine that lost its power before all was on it."""

    def setUp(self) -> None:
        super().setUp()
        self.add()
        # Of this one it is kept that it has no entry points.
        Path(self.site.metadata('absent', ''), 'entry_points.txt').unlink()
        self.write()
        self.whole = self.path.read_bytes()
        self.end = self.whole.index(b'\nend\n') + 5
        self.found_whole = index.find(self.environ, WORDS)

    def test_zeros_in_place_of_a_block(self) -> None:
        for start in range(0, len(self.whole), 512):
            with self.subTest(start):
                block = self.whole[start : start + 512]
                self.damage(start, bytes(len(block)))
                self.assert_same_or_none()

    def test_any_bit_of_what_is_kept(self) -> None:
        for at in range(self.end, len(self.whole), 101):
            with self.subTest(at):
                self.damage(at, bytes([self.whole[at] ^ 1 << at % 8]))
                self.assertIsNone(kept_entries(self.environ, self.found_whole[0]))

    def test_what_is_damaged_is_made_anew(self) -> None:
        for at in (self.whole.index(b'robots run|'), len(self.whole) - 1):
            with self.subTest(at):
                self.damage(at, b'x')
                states, *_ = index.find(self.environ, WORDS)
                self.assertIsNone(kept_entries(self.environ, states))
                self.assertEqual(('', '', 0), index.find(self.environ, WORDS))

    def test_what_has_no_second_part_stays(self) -> None:
        first = self.whole[: self.end]
        counts = first.split(b'\n')[2]
        alone = counts.rpartition(b' ')[0] + b' 0'
        length = self.end - len(counts) + len(alone)
        alone = alone.replace(b' %010d ' % self.end, b' %010d ' % length)
        self.path.write_bytes(first.replace(counts, alone))
        states, *found = index.find(self.environ, WORDS)
        self.assertEqual(['acme:fast', 2], found)
        self.assertIsNone(kept_entries(self.environ, states))
        self.assertTrue(self.path.exists())

    def test_a_number_that_is_too_long_for_python(self) -> None:
        head, path, counts, rest = self.whole.split(b'\n', 3)
        for word in (1, 2, 4, 5):
            words = counts.split(b' ')
            words[word] = b'9' * 5000
            self.path.write_bytes(b'\n'.join([head, path, b' '.join(words), rest]))
            self.assert_none()

    def test_an_absent_path_that_is_none(self) -> None:
        for name in (b'absent\0', b'absen\xed\xa0\x80'):
            with self.subTest(name):
                length = len(b'absent-1.0')
                at = self.whole.index(b'absent-1.0')
                self.damage(at, (name + b'0' * length)[:length])
                self.assert_same_or_none()

    def damage(self, at: int, data: bytes) -> None:
        """Write ``data`` into the index as it was."""
        self.path.write_bytes(self.whole[:at] + data + self.whole[at + len(data) :])

    def assert_same_or_none(self) -> None:
        found = index.find(self.environ, WORDS)
        self.assertIn(found, (self.found_whole, ('', '', 0), (self.found_whole[0], '', 0)))
        kept = kept_entries(self.environ, found[0])
        if kept is not None:
            self.assertEqual(EntryFiles().groups, kept.groups)

    def assert_none(self) -> None:
        self.assertEqual(('', '', 0), index.find(self.environ, WORDS))


class SearchPathTest(IndexCase):
    """What others put on it."""

    def test_what_is_no_text(self) -> None:
        for odd in (self.site.path, os.fsencode(self.site.path), None, 7):
            with self.subTest(odd), mock.patch.object(sys, 'path', [*sys.path, odd]):
                self.assertEqual((False, '', 0), self.found(*WORDS))

    def test_a_path_that_the_system_cannot_spell(self) -> None:
        for path in ('/\ud800', '/\0'):
            self.assertEqual([True, True], index.readable(['/absent', path]))
            self.assertEqual('', index.states_of([path]))
