"""phyware.errors: codes and exit statuses that scripts rely on."""

from __future__ import annotations

import unittest

from phyware import errors
from phyware.errors import ExitStatus, GenericError, PhywareError


def _tree(kind: type[PhywareError]) -> list[type[PhywareError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in _tree(child))]


OURS = [kind for kind in _tree(PhywareError) if kind.__module__ == errors.__name__]


class TreeTest(unittest.TestCase):
    def test_codes_and_statuses_are_those_of_the_specification(self) -> None:
        table = {(kind.code, int(kind.exit_code)) for kind in OURS}

        self.assertEqual(
            {
                ('ERROR', 1), ('CONNECTION', 1), ('RATE_LIMITED', 1),
                ('UNAUTHORIZED', 2), ('EXPIRED', 2), ('FORBIDDEN', 2),
                ('NOT_FOUND', 3), ('VALIDATION', 4), ('CONFLICT', 4), ('SERVER', 5),
            },
            table,
        )

    def test_each_says_something_and_what_to_do(self) -> None:
        for kind in OURS:
            with self.subTest(kind):
                error = kind()
                self.assertTrue(error.message and error.remediation)
                self.assertEqual(error.message, str(error))

    def test_what_is_given_replaces_the_default_even_if_empty(self) -> None:
        error = GenericError('said', '')

        self.assertEqual(('said', ''), (error.message, error.remediation))
        self.assertEqual('said', str(error))

    def test_signals_have_the_statuses_of_a_shell(self) -> None:
        self.assertEqual((130, 141), (ExitStatus.INTERRUPTED, ExitStatus.BROKEN_PIPE))


class MembersTest(unittest.TestCase):
    def test_the_members_of_the_json_object(self) -> None:
        self.assertEqual(
            {'code': 'NOT_FOUND', 'message': 'm', 'remediation': 'r', 'exit_code': 3},
            errors.NotFound('m', 'r').as_dict(),
        )

    def test_a_plugins_own_has_an_exit_status_that_a_process_can_have(self) -> None:
        for odd in ('7', 0, 256, None):
            with self.subTest(odd), self.assertRaisesRegex(TypeError, 'exit_code of Locked is no'):
                type('Locked', (PhywareError,), {'exit_code': odd})
        locked: type[PhywareError] = type('Locked', (PhywareError,), {'exit_code': 7})
        self.assertEqual(7, locked().as_dict()['exit_code'])
        computed = type('Locked', (PhywareError,), {'exit_code': property(lambda error: 9)})
        self.assertEqual(9, computed().as_dict()['exit_code'])

    def test_a_subclass_that_forgets_its_parent_still_has_them(self) -> None:
        class Forgetful(errors.Validation):
            code = 'FORGETFUL'

            def __init__(self, number: int) -> None:
                self.number = number

        self.assertEqual(
            {'code': 'FORGETFUL', 'message': 'Invalid input',
             'remediation': 'See the command with --help', 'exit_code': 4},
            Forgetful(5).as_dict(),
        )
