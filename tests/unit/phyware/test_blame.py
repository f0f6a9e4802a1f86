"""phyware.blame: who is named when foreign code fails."""

from __future__ import annotations

import traceback
import unittest

from phyware.blame import blamed_on, described, quoted_from
from phyware.errors import GenericError, WrongData
from phyware.parsing import HelpShown


class DescribedTest(unittest.TestCase):
    def test_type_and_text_on_one_line(self) -> None:
        self.assertEqual('ValueError: a\\nb', described(ValueError('a\nb')))
        self.assertEqual('ValueError', described(ValueError()))
        self.assertEqual('ValueError', described(ValueError('text'), quote=False))

    def test_a_text_that_fails_is_left_out(self) -> None:
        class Rude(Exception):
            def __str__(self) -> str:
                raise SystemExit(0)

        self.assertEqual('Rude', described(Rude()))


class BlamedOnTest(unittest.TestCase):
    def test_what_goes_wrong_inside_names_the_package(self) -> None:
        for error in (ValueError('odd'), SystemExit(3), BaseException('odd'), OSError('odd')):
            raised = self.assertRaises(GenericError)
            with self.subTest(error), raised as caught, blamed_on('acme', 'the thing'):
                raise error
            self.assertIn('the thing of the package acme failed: ', caught.exception.message)
            self.assertIn(type(error).__name__, caught.exception.message)
            self.assertIs(error, caught.exception.__cause__)

    def test_case_65_what_may_hold_a_credential_is_not_quoted(self) -> None:
        with self.assertRaises(GenericError) as caught, blamed_on('acme', 'it', quote=False):
            raise ValueError('phk_canary') from KeyError('canary')

        self.assertEqual('it of the package acme failed: ValueError', caught.exception.message)
        self.assertIn('; --debug shows where', caught.exception.remediation)
        shown = ''.join(traceback.format_exception(caught.exception))
        self.assertIn('Withheld: ValueError, whose text may hold a credential\n', shown)
        self.assertEqual(1, shown.count("KeyError('canary')"), 'the line of the source')
        self.assertNotIn("KeyError: 'canary'", shown)
        self.assertNotIn('ValueError: phk_canary', shown)

    def test_what_phyware_raises_and_ctrl_c_pass(self) -> None:
        for error in (GenericError('own'), KeyboardInterrupt(), HelpShown(), BrokenPipeError()):
            raised = self.assertRaises(type(error))
            with self.subTest(error), raised as caught, blamed_on('acme', 'the thing'):
                raise error
            self.assertIs(error, caught.exception)


class QuotedFromTest(unittest.TestCase):
    def test_what_a_plugin_says_reaches_the_person_with_its_name(self) -> None:
        for error, text in (
            (RuntimeError('no such robot'), 'RuntimeError: no such robot'),
            (BaseException('odd'), 'BaseException: odd'),
            (GeneratorExit(), 'GeneratorExit'),
        ):
            with self.subTest(text), self.assertRaises(GenericError) as caught, quoted_from('acme', 'it'):  # noqa: E501
                raise error
            self.assertEqual(text, caught.exception.message)
            self.assertIn('It comes from it of the package acme', caught.exception.remediation)

    def test_what_the_outcome_knows_passes(self) -> None:
        for error in (GenericError('own'), KeyboardInterrupt(), SystemExit(3), SystemExit(),
                      BrokenPipeError(), HelpShown()):
            raised = self.assertRaises(type(error))
            with self.subTest(error), raised as caught, quoted_from('acme', 'it'):
                raise error
            self.assertIs(error, caught.exception)

    def test_what_a_file_or_a_client_library_raises_is_named_and_keeps_its_advice(self) -> None:
        missing = FileNotFoundError(2, 'No such file or directory', '/etc/robots')
        for error, message, advice in (
            (missing, 'input or output failed: No such file or directory: /etc/robots',
             'Check the file, the disk and the stream; it comes from it of the package acme'),
            (ConnectionError('no route to the robots'), 'ConnectionError: no route to the robots',
             'It comes from it of the package acme: see more with --debug, report it there'),
        ):
            raised = self.assertRaises(GenericError)
            with self.subTest(message), raised as caught, quoted_from('acme', 'it'):
                raise error
            self.assertEqual((message, advice),
                             (caught.exception.message, caught.exception.remediation))

    def test_a_text_that_ends_it_is_quoted_and_a_number_where_it_must_not_end(self) -> None:
        for error, exits, message in (
            (SystemExit('no robot'), True, 'no robot'),
            (SystemExit('not on a Friday'), False, 'not on a Friday'),
            (SystemExit(0), False, 'SystemExit: 0'),
            (SystemExit(), False, 'SystemExit'),
        ):
            raised = self.assertRaises(GenericError)
            with self.subTest(error), raised as caught, quoted_from('acme', 'it', exits=exits):
                raise error
            self.assertEqual(message, caught.exception.message)
            self.assertIn('It comes from it of the package acme', caught.exception.remediation)

    def test_who_gave_the_wrong_data_is_named(self) -> None:
        with self.assertRaises(GenericError) as caught, quoted_from('acme', 'it'):
            raise WrongData('row 1 has 1 values for 2 columns')
        self.assertEqual('row 1 has 1 values for 2 columns', caught.exception.message)
        self.assertIn('It comes from it of the package acme', caught.exception.remediation)


class CoreTest(unittest.TestCase):
    def test_what_core_raises_is_a_bug_and_passes(self) -> None:
        for context in (blamed_on('phyware', 'it'), quoted_from('phyware', 'it')):
            with self.assertRaises(KeyError), context:
                raise KeyError
