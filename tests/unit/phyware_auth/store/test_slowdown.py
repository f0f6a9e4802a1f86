"""phyware_auth.store.slowdown: what the kernel counts, as a factor."""

from __future__ import annotations

import os
import tempfile
import unittest

from phyware_auth.store.slowdown import slowdown


class SlowdownTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix='phyware-test-'))
        self.path = os.path.join(folder, 'schedstat')

    def of(self, text: str) -> float:
        with open(self.path, 'w') as stream:
            stream.write(text)
        return slowdown(self.path)

    def test_case_28_as_much_longer_as_it_was_kept_waiting(self) -> None:
        self.assertEqual(4, self.of('200000000 3000000000 12\n'))

    def test_case_28_a_deadline_ends_even_where_the_machine_stands_still(self) -> None:
        self.assertEqual(6, self.of('200000000 99000000000 12\n'))

    def test_case_22_on_a_machine_with_turns_to_spare_it_is_none(self) -> None:
        for text in ('200000000 0 12\n', '200000000 600000000 12\n'):
            with self.subTest(text):
                self.assertEqual(1, self.of(text))

    def test_where_nothing_is_counted_it_is_none(self) -> None:
        for text in ('', '0 0 0\n', '1\n', 'x y z\n', '0 90000000000 1\n'):
            with self.subTest(text):
                self.assertEqual(1, self.of(text))
        self.assertEqual(1, slowdown(os.path.join(self.path, 'none')))

    def test_of_this_process(self) -> None:
        self.assertTrue(1 <= slowdown() <= 6)
