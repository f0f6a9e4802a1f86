"""The tables of security cases and cliff's traps in the docs: whole, and only of tests that exist.

Layer: unit test.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

EXTENSION = Path(__file__).parents[2] / 'doc' / 'source' / '_ext' / 'proofs.py'


def load() -> Any:
    """Return the Sphinx extension as a module."""
    spec = importlib.util.spec_from_file_location('proofs', EXTENSION)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class ProofsTest(unittest.TestCase):
    """What is promised is held by a test, and the page says by which."""

    def setUp(self) -> None:
        self.table = load()

    def test_the_lists_are_whole(self) -> None:
        cases = [case.number for case in self.table.read_cases('case')]
        self.assertEqual(cases, [str(number) for number in range(1, 96)])
        traps = [trap.number for trap in self.table.read_cases('trap')]
        wanted = [*map(str, range(1, 31)), *(f'R{number}' for number in range(1, 14))]
        self.assertEqual(traps, wanted)

    def test_each_is_named_by_a_test_and_no_test_names_another(self) -> None:
        for kind in ('case', 'trap'):
            with self.subTest(kind):
                listed = {case.number for case in self.table.read_cases(kind)}
                self.assertEqual(listed, set(self.table.read_proofs(kind)))

    def test_numbers_are_read_from_the_names_of_test_methods_only(self) -> None:
        folder = Path(self.enterContext(tempfile.TemporaryDirectory())) / 'tests'
        folder.mkdir()
        (folder / 'test_x.py').write_text(
            'class X:\n'
            '    """Case 3."""\n'
            '    def test_case_1_2_ends(self): ...\n'
            '    def test_trap_r3_and_case_4_and_5_go(self): ...\n'
            '    def case_6_is_a_helper(self): ...\n'
        )
        proofs = self.table.read_proofs('case', folder)
        self.assertEqual(sorted(proofs), ['1', '2', '4', '5'])
        self.assertEqual(proofs['2'], ['tests.test_x.X.test_case_1_2_ends'])
        self.assertEqual(list(self.table.read_proofs('trap', folder)), ['R3'])

    def test_a_row_without_a_test_says_so_and_one_that_is_unproven_as_well(self) -> None:
        cases = [self.table.Case('1', 'G', 'a', ''), self.table.Case('2', 'G', 'b', 'on the moon')]
        text = '\n'.join(self.table.table_lines(cases, {'2': ['tests.unit.T.test_case_2']}))
        self.assertIn('**no test**', text)
        self.assertIn('*Not provable here:* on the moon.', text)
        self.assertIn('``unit.T.test_case_2``', text)
