"""phyware.distributions: the name that importlib.metadata gives, and where it comes from."""

from __future__ import annotations

import tempfile
import unittest
from importlib.metadata import Distribution
from pathlib import Path
from unittest import mock

from hypothesis import example, given
from hypothesis import strategies as st

from phyware.distributions import InstalledDistribution

_HEAD = 'Metadata-Version: 2.1\n'
_LINES = st.lists(st.sampled_from([
    'Metadata-Version: 2.1\n', 'Name: acme\n', 'Name: two words\n', 'name: lower\n', 'Name:tight\n',
    'Name: acme \n', 'Name: \n', ' folded\n', '\tfolded\n', 'Name: acme\r\n', '\n', 'no field\n',
    'Version: 1\n', 'Name: \u00e9t\u00e9\n', 'A b: c\n', ': x\n', 'Name: a\x0bb\n', 'Name: end',
    'Version: 1\n 2\n', 'Version: 1\rName: c\n', 'Version: \n', 'Version: 1\t\n', 'Version: 1',
]), max_size=6).map(''.join)


class NameTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.where = Path(folder) / 'acme-1.dist-info'
        self.where.mkdir()

    def outcome(self, dist: Distribution) -> object:
        try:
            return dist.name
        except Exception as error:  # noqa: BLE001 - whatever that version of Python raises
            return type(error)

    @given(_LINES)
    @example(_HEAD + 'Name: acme\n folded\n\n')
    @example(_HEAD + 'Name: acme\n\nName: body\n')
    @example(_HEAD + 'name: lower\nName: acme\n')
    @example(_HEAD + 'Summary: a\rName: hidden\nName: acme\n\n')
    @example('Metadata-Version: 2.1\rName: hidden\nName: acme\nVersion: 1\n\n')
    def test_it_is_what_importlib_has(self, text: str) -> None:
        (self.where / 'METADATA').write_bytes(text.encode())

        expected = self.outcome(Distribution.at(self.where))
        self.assertEqual(expected, self.outcome(InstalledDistribution(str(self.where))))

    @given(_LINES, st.sampled_from(['Version', 'Summary', 'Name']))
    @example(_HEAD + 'Name: acme\nSummary: a\n b\nVersion: 2\n\n', 'Version')
    @example(_HEAD + 'Name: acme\n\nVersion: of the body\n', 'Version')
    @example('', 'Version')
    @example(_HEAD + 'Name: acme\nVersion: 1\n 2\n\n', 'Version')
    @example(_HEAD + 'Name: acme\nVersion: 1\rSummary: hidden\n\n', 'Version')
    @example(_HEAD + 'Name: acme\nVersion: 1\rSummary: hidden\n\n', 'Summary')
    def test_a_field_is_what_importlib_has(self, text: str, name: str) -> None:
        (self.where / 'METADATA').write_bytes(text.encode())
        found = Distribution.at(self.where).metadata

        self.assertEqual(found.get(name) or '', InstalledDistribution(str(self.where)).field(name))

    def test_a_field_far_behind_is_found_as_well(self) -> None:
        classifiers = 'Classifier: x\n' * 1000
        (self.where / 'METADATA').write_text(f'{_HEAD}{classifiers}Summary: late\n\nA README\n')
        self.assertEqual('late', InstalledDistribution(str(self.where)).field('Summary'))

    def test_without_a_file_it_is_what_importlib_has(self) -> None:
        expected = self.outcome(Distribution.at(self.where))
        self.assertEqual(expected, self.outcome(InstalledDistribution(str(self.where))))

        (self.where / 'PKG-INFO').write_text(_HEAD + 'Name: old\n\n')
        self.assertEqual('old', InstalledDistribution(str(self.where)).name)

    def test_the_usual_one_is_not_taken_apart(self) -> None:
        (self.where / 'METADATA').write_text(_HEAD + 'Name: acme\nVersion: 1\n\nA README\n')
        with mock.patch('email.message_from_string', side_effect=AssertionError):
            self.assertEqual('acme', InstalledDistribution(str(self.where)).name)
