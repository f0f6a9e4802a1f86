"""The menu of faults."""

from __future__ import annotations

import unittest

from phyware.errors import Validation
from phyware_auth.devcloud.faults import ALWAYS, MENU, Faults, menu_text


class FaultsTest(unittest.TestCase):
    def test_off_by_default(self) -> None:
        faults = Faults()

        self.assertFalse(any(faults.on(name) or faults.take(name) for name in MENU))

    def test_a_count_is_used_up(self) -> None:
        faults = Faults.parse(['slow-down=2'])

        taken = [faults.take('slow-down') for _ in range(3)]

        self.assertEqual([True, True, False], taken)

    def test_a_default_counts_without_a_value(self) -> None:
        faults = Faults.parse(['rate-limit', 'short-lifetimes', 'token-hang'])

        self.assertEqual([True, False], [faults.take('rate-limit') for _ in range(2)])
        self.assertEqual(5, faults.seconds('short-lifetimes', 3600))
        self.assertTrue(faults.on('token-hang') and MENU['token-hang'].default == ALWAYS)

    def test_seconds_of_a_fault_that_is_off(self) -> None:
        self.assertEqual(3600, Faults().seconds('short-lifetimes', 3600))

    def test_unknown_name_lists_the_known_ones(self) -> None:
        with self.assertRaises(Validation) as caught:
            Faults.parse(['nope'])

        self.assertTrue(all(name in caught.exception.remediation for name in MENU))

    def test_bad_values(self) -> None:
        for word in (
            'slow-down=', 'slow-down=x', 'slow-down=-1', 'interval=1.5', 'interval=1_0',
            'interval=٣', 'interval=9999999999', 'deny=1', 'counters=',
        ):
            with self.subTest(word), self.assertRaises(Validation):
                Faults.parse([word])

    def test_every_fault_is_in_the_help(self) -> None:
        lines = menu_text().splitlines()

        self.assertEqual(list(MENU), [line.split('[')[0].split()[0] for line in lines])
