"""The contract suites: phyware's own pass, and each fault fails its own test.

Layer: unit test.
"""

from __future__ import annotations

import unittest
from typing import Any, ClassVar

from phyware import testing
from phyware.auth import AuthProvider, AuthRequest, Credential, Identity
from phyware.discovery import CommandManager
from phyware.secret import Secret
from tests.unit.phyware.plugins import PluginCase

HOST = testing.ProviderContract.known_host


def broken_by(case: type[unittest.TestCase]) -> set[str]:
    """Return the names of the contract's tests that ``case`` does not pass."""
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    found = [*result.failures, *result.errors]
    tests = [getattr(test, 'test_case', test) for test, _ in found]
    return {test.id().rpartition('.')[2].removeprefix('test_contract_') for test in tests}


class OwnCommandsTest(unittest.TestCase):
    """What is asked of a plugin's commands holds for ours."""

    def test_our_commands_keep_the_contract(self) -> None:
        for name in CommandManager().commands:
            kind = type('Own', (testing.CommandContract, testing.TestCase), {'command': name})
            with self.subTest(name):
                self.assertEqual(broken_by(kind), set())


class NothingToTestTest(unittest.TestCase):
    """A suite that does not know what it is about says what to write."""

    def said(self, suite: type, **members: object) -> set[str]:
        """Return the last lines of what each test that does not pass says."""
        case = type('Suite', (suite, testing.TestCase), members)
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
        self.assertFalse(result.wasSuccessful())
        return {text.strip().splitlines()[-1] for _, text in (*result.failures, *result.errors)}

    def test_no_command_or_one_that_is_not_installed(self) -> None:
        self.assertEqual(
            {"AssertionError: say which command it is about: command = 'robots list'"},
            self.said(testing.CommandContract),
        )
        self.assertEqual(
            {"AssertionError: no command 'robots lst' is installed: look at "
             '[options.entry_points], then run pip install -e .'},
            self.said(testing.OutputContract, command='robots lst'),
        )

    def test_a_command_that_shows_no_data_is_of_the_other_suite(self) -> None:
        self.assertEqual(
            {"AssertionError: 'shell' shows no data: use CommandContract"},
            self.said(testing.OutputContract, command='shell'),
        )

    def test_no_provider(self) -> None:
        self.assertEqual(
            {'NotImplementedError: define make_provider(self, request) -> AuthProvider'},
            self.said(testing.ProviderContract),
        )


COMMANDS_MODULE = '''
from phyware.command import Example, Lister, ShowOne

class List(Lister):
    """List robots"""
    examples = (Example('phyware robots list', 'See all robots'),)
    output_fields = {{'id': 'Identifier'}}
    def get_parser(self, prog_name):
        parser = super().get_parser(prog_name)
        {options}
        return parser
    def take_action(self, parsed_args):
        found = self.cloud.get('/api/v1/robots').json_object()['robots']
        return ('id',), [(robot['id'],) for robot in found]
{more}
'''


class CommandContractTest(PluginCase):
    """Each fault of a command fails the test that is about it."""

    def broken(self, options: str = '', more: str = '') -> set[str]:
        source = COMMANDS_MODULE.format(options=options, more=more)
        self.install('acme-robots', source, robots_list='List')

        class Contract(testing.OutputContract, testing.CloudTestCase):
            command = 'robots list'

            def arrange(self) -> None:
                self.host.answer('GET', '/api/v1/robots', {'robots': [{'id': 'rob_1'}]})

        return broken_by(Contract)

    def test_a_sound_command_keeps_it(self) -> None:
        self.assertEqual(self.broken(), set())

    def test_a_stray_percent(self) -> None:
        found = self.broken("parser.add_argument('--speed', help='100% sure')")
        self.assertEqual(found, {'the_command_is_sound'})

    def test_a_flag_that_is_phywares_own(self) -> None:
        found = self.broken("parser.add_argument('--url', help='of the robot')")
        self.assertEqual(found, {'the_options_of_every_command_stay_what_they_are'})

    def test_an_option_without_help(self) -> None:
        found = self.broken("parser.add_argument('--speed')")
        self.assertEqual(found, {'every_option_and_argument_is_explained'})

    def test_an_example_that_the_parser_refuses(self) -> None:
        found = self.broken(more="List.examples = (Example('phyware robots list --fast', 'x'),)")
        self.assertEqual(found, {
            'examples_are_command_lines_of_this_command',
            'examples_give_the_fields_they_promise',
        })

    def test_fields_that_are_not_the_promised_ones(self) -> None:
        found = self.broken(more="List.output_fields = {'id': 'x', 'name': 'y'}")
        self.assertEqual(found, {'examples_give_the_fields_they_promise'})

    def test_no_catalog_data(self) -> None:
        found = self.broken(more='List.examples = ()')
        self.assertEqual(found, {'the_catalog_data_is_whole'})

    def test_what_a_shell_does_around_an_example_is_left_out(self) -> None:
        contract = testing.CommandContract()
        contract.command = 'robots show'
        for line, arguments in {
            'phyware robots show a -o json | jq .': ['a', '-o', 'json'],
            'echo "$X" | phyware robots show "a b"': ['a b'],
            'curl "$(phyware robots show)"': [],
        }.items():
            contract._asserts = self  # type: ignore[assignment]
            self.assertEqual(contract.arguments(line), arguments)


class Good(AuthProvider):
    """A provider as it should be."""

    def __init__(self, request: AuthRequest) -> None:
        self.request = request
        self._tokens = [Secret('first-token'), Secret('second-token')]

    def credential(self, host: str) -> Credential | None:
        return Credential(host, self._tokens[0], 'oauth', 'test') if host == HOST else None

    def reject(self, credential: Credential) -> Credential | None:
        self._tokens = self._tokens[1:] or self._tokens
        return self.credential(credential.host)

    def identity(self, host: str) -> Identity | None:
        return Identity(host, 'test')


class Prompting(Good):
    def credential(self, host: str) -> Credential | None:
        self.request.context.stdin.readline()
        return super().credential(host)


class Telling(Good):
    def __init__(self, request: AuthRequest) -> None:
        super().__init__(request)
        self.token = 'first-token'


class Generous(Good):
    def credential(self, host: str) -> Credential | None:
        return Credential(host, self._tokens[0], 'oauth', 'test')


class Stubborn(Good):
    def reject(self, credential: Credential) -> Credential | None:
        return credential


class Connecting(Good):
    def identity(self, host: str) -> Identity | None:
        import socket

        with socket.socket() as connection:
            connection.connect(('127.0.0.1', 9))
        return super().identity(host)


class Mistaken(Good):
    def credential(self, host: str) -> Credential | None:
        given = super().credential(host)
        return given and Credential('https://elsewhere.example', given.token, 'oauth', 'test')


class ProviderContractTest(unittest.TestCase):
    """Each fault of a provider fails the test that is about it."""

    FAULTS: ClassVar[dict[type[Good], set[str]]] = {
        Good: set(),
        Telling: {'the_secret_is_in_no_text'},
        Generous: {'an_unknown_host_gets_nothing'},
        Stubborn: {'a_rejected_credential_is_not_given_again'},
        Connecting: {'the_identity_is_known_without_the_network'},
    }

    def broken(self, provider: type[Good]) -> set[str]:
        def make_provider(self: object, request: AuthRequest) -> AuthProvider:
            return provider(request)

        bases: tuple[Any, ...] = (testing.ProviderContract, testing.TestCase)
        return broken_by(type('Contract', bases, {'make_provider': make_provider}))

    def test_each_fault_is_found_by_the_test_about_it(self) -> None:
        for provider, expected in self.FAULTS.items():
            with self.subTest(provider.__name__):
                self.assertEqual(self.broken(provider), expected)

    def test_a_prompt_and_the_credential_of_another_host_are_found(self) -> None:
        found = 'a_credential_is_for_the_host_that_was_asked_for'
        self.assertIn(found, self.broken(Prompting))
        self.assertIn(found, self.broken(Mistaken))
