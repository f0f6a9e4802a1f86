"""phyware_auth.store.slowdown: what the kernel counts, as a factor."""

from __future__ import annotations

import os
import tempfile
import unittest

from phyware_auth.store.slowdown import Slowdown

# Nanoseconds.
MS = 1_000_000


class SlowdownTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix='phyware-test-'))
        self.path = os.path.join(folder, 'schedstat')
        self.slowdown = Slowdown(self.path)

    def counted(self, ran: int, waited: int) -> float:
        """Return the factor after so many milliseconds in all."""
        return self.told(f'{ran * MS} {waited * MS} 12\n')

    def told(self, text: str) -> float:
        with open(self.path, 'w') as stream:
            stream.write(text)
        return self.slowdown()

    def test_case_28_as_much_longer_as_it_was_kept_waiting(self) -> None:
        self.assertEqual(4, self.counted(200, 3000))

    def test_case_28_a_process_that_has_hardly_run_is_judged_by_its_life(self) -> None:
        self.assertEqual(4, self.counted(10, 150))
        self.assertEqual(4, self.counted(10, 150))

    def test_case_28_a_deadline_ends_even_where_the_machine_stands_still(self) -> None:
        self.assertEqual(6, self.counted(200, 99000))

    def test_case_22_on_a_machine_with_turns_to_spare_it_is_none(self) -> None:
        for waited in 0, 600:
            with self.subTest(waited):
                self.assertEqual(1, self.counted(200, waited))

    def test_case_28_calm_hours_do_not_hide_a_storm(self) -> None:
        self.assertEqual(1, self.counted(60_000, 100))
        self.assertEqual(5, self.counted(60_100, 2000))

    def test_case_22_nor_a_storm_the_calm_after_it(self) -> None:
        self.assertEqual(6, self.counted(1000, 99_000))
        self.assertEqual(1, self.counted(1200, 99_010))

    def test_case_28_a_moment_later_the_storm_is_still_known(self) -> None:
        self.counted(60_000, 100)
        self.assertEqual(5, self.counted(60_100, 2000))
        self.assertEqual(5, self.counted(60_101, 2019))

    def test_case_22_one_long_turn_of_another_is_no_storm(self) -> None:
        self.counted(60_000, 100)
        self.assertEqual(1, self.counted(60_002, 150))

    def test_where_nothing_is_counted_it_is_none(self) -> None:
        for text in ('', '0 0 0\n', '1\n', 'x y z\n', '0 90000000000 1\n'):
            with self.subTest(text):
                self.slowdown = Slowdown(self.path)
                self.assertEqual(1, self.told(text))
        self.assertEqual(1, Slowdown(os.path.join(self.path, 'none'))())

    def test_of_this_process(self) -> None:
        self.assertTrue(1 <= Slowdown()() <= 6)
