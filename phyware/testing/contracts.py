"""Contract suites: what every command and every auth provider must hold.

Layer: shipped for plugin authors; nothing imports it at run time.  Each suite
is a mixin: put it before a TestCase and say what it is about.
"""

from __future__ import annotations

import argparse
import io
import itertools
import shlex
from functools import cached_property
from typing import Any, Protocol, cast
from unittest import mock

from cliff.display import DisplayCommandBase

from phyware.app import PhywareApp
from phyware.auth import AuthProvider, AuthRequest, Credential, Identity
from phyware.command import Described, description_of
from phyware.context import Context
from phyware.errors import PhywareError
from phyware.options import GLOBAL_OPTIONS, OUTPUT_FLAGS
from phyware.parsing import parse_exactly
from phyware.plain import make_command
from phyware.plugins.checks import command_faults
from phyware.secret import Secret
from phyware.testing.cli import Cli, CliResult


class _Asserts(Protocol):
    """What a mixin uses of the TestCase that it is put before."""

    cli: Cli

    def subTest(self, msg: object = ..., **params: Any) -> Any: ...
    def fail(self, msg: Any = None) -> Any: ...
    def assertEqual(self, first: Any, second: Any, msg: Any = None) -> None: ...
    def assertTrue(self, expr: Any, msg: Any = None) -> None: ...
    def assertIsInstance(self, obj: Any, cls: Any, msg: Any = None) -> None: ...
    def assertNotIn(self, member: Any, container: Any, msg: Any = None) -> None: ...


class CommandContract:
    """A command's help, options and catalog data are whole.

    ::

        class ListContract(CommandContract, phyware.testing.TestCase):
            command = 'robots list'

    :cvar command: the name of an installed command, as it is typed
    """

    command: str

    @cached_property
    def _asserts(self) -> _Asserts:
        return cast(_Asserts, self)

    @cached_property
    def _app(self) -> PhywareApp:
        streams = io.StringIO(), io.StringIO(), io.StringIO()
        return PhywareApp(Context(*streams, self._asserts.cli.environ))

    @cached_property
    def _factory(self) -> Any:
        name = getattr(self, 'command', None)
        if not name:
            self._asserts.fail("say which command it is about: command = 'robots list'")
        if name not in self._app.command_manager.commands:
            self._asserts.fail(
                f"no command '{name}' is installed: look at [options.entry_points], "
                'then run pip install -e .'
            )
        return self._app.command_manager.load(self.command)

    def _parser(self) -> argparse.ArgumentParser:
        command = make_command(self._factory, self.command, self._app)
        return self._app.command_parser(command, self.command)

    def test_contract_the_command_is_sound(self) -> None:
        """No option twice, no stray ``%``, a description (cliff-traps 26 and 27)."""
        factory = self._factory
        owner = self._app.command_manager.distribution(self.command)
        faults = command_faults(factory, self.command, self._app, owner)
        self._asserts.assertEqual([fault.text for fault in faults], [])

    def test_contract_the_options_of_every_command_stay_what_they_are(self) -> None:
        """``--url`` and the others mean the same in each command (cliff-traps 8)."""
        command = make_command(self._factory, self.command, self._app)
        own = command.get_parser(self.command)._option_string_actions
        globals_ = {flag for option in GLOBAL_OPTIONS for flag in option.flags}
        display = isinstance(command, DisplayCommandBase)
        taken = globals_ if display else globals_ | set(OUTPUT_FLAGS)
        self._asserts.assertEqual(sorted(taken & set(own)), [])

    def test_contract_every_option_and_argument_is_explained(self) -> None:
        """Help says what each is for."""
        silent = [action.dest for action in self._parser()._actions if not action.help]
        self._asserts.assertEqual(silent, [])

    def test_contract_the_catalog_data_is_whole(self) -> None:
        """Description, examples, output fields and errors are given."""
        factory = self._factory
        self._asserts.assertTrue(issubclass(factory, Described), 'it is of plain cliff')
        self._asserts.assertTrue(description_of(factory).strip(), 'it has no docstring')
        self._asserts.assertTrue(factory.examples, 'it has no example')
        wrong = [error for error in factory.errors if not issubclass(error, PhywareError)]
        self._asserts.assertEqual(wrong, [])
        if issubclass(factory, DisplayCommandBase):
            described = factory.output_fields or factory.output_schema
            self._asserts.assertTrue(described, 'it has no output_fields')

    def test_contract_examples_are_command_lines_of_this_command(self) -> None:
        """Each example is one that the parser takes."""
        for example in self._factory.examples:
            with self._asserts.subTest(example.command):
                parse_exactly(self._parser(), self.arguments(example.command))

    def arguments(self, line: str) -> list[str]:
        """Return the arguments that follow the command's words in an example.

        What a shell does before (``echo TOKEN |``) or after is left out.
        """
        start = f'phyware {self.command}'
        self._asserts.assertTrue(start in line, f'it does not run {start}')
        words = shlex.shlex(line.partition(start)[2], posix=True, punctuation_chars=True)
        words.whitespace_split = True
        # Read no further: behind $(...) may be the end of a quotation.
        return list(itertools.takewhile(lambda word: not set(word) & set('|&;<>()'), words))


class OutputContract(CommandContract):
    """The examples of a command that shows data run, and their JSON is whole.

    ``arrange`` says what the host answers.  Use with ``CloudTestCase``.
    """

    def arrange(self) -> None:
        """Prepare what the examples need; nothing by default."""

    def test_contract_examples_give_the_fields_they_promise(self) -> None:
        """Each example succeeds, and its JSON has just the output fields."""
        if not issubclass(self._factory, DisplayCommandBase):
            self._asserts.fail(f"'{self.command}' shows no data: use CommandContract")
        self.arrange()
        fields = list(self._factory.output_fields)
        for example in self._factory.examples:
            with self._asserts.subTest(example.command):
                result = self._run(example.command)
                shown = result.json()
                for item in shown if isinstance(shown, list) else [shown]:
                    self._asserts.assertEqual(list(item), fields)

    def _run(self, line: str) -> CliResult:
        words = self.command.split()
        result = self._asserts.cli.run(*words, *self.arguments(line), '-o', 'json')
        self._asserts.assertEqual(result.exit_code, 0, result.stderr)
        return result


class ProviderContract:
    """An auth provider keeps to one host, keeps its secret, and never asks.

    ::

        class VaultContract(ProviderContract, phyware.testing.TestCase):
            def make_provider(self, request):
                return VaultProvider(request)

    :cvar known_host: a host that the provider has a credential for
    :cvar unknown_host: one that it has none for; None if it serves every host
    """

    known_host = 'https://cloud.example'
    unknown_host: str | None = 'https://other.example'

    def make_provider(self, request: AuthRequest) -> AuthProvider:
        """Return the provider; what it needs of the outside is prepared here."""
        raise NotImplementedError('define make_provider(self, request) -> AuthProvider')

    @cached_property
    def _asserts(self) -> _Asserts:
        return cast(_Asserts, self)

    def _provider(self) -> AuthProvider:
        return self.make_provider(AuthRequest(self._context()))

    def _context(self) -> Context:
        cli = self._asserts.cli
        unread = _Unread()
        return Context(unread, io.StringIO(), io.StringIO(), dict(cli.environ), cli.clock)

    def test_contract_a_credential_is_for_the_host_that_was_asked_for(self) -> None:
        """And there is one for the known host."""
        given = self._provider().credential(self.known_host)
        self._asserts.assertIsInstance(given, Credential)
        assert given is not None
        self._asserts.assertEqual(given.host, self.known_host)
        self._asserts.assertIsInstance(given.token, Secret)

    def test_contract_an_unknown_host_gets_nothing(self) -> None:
        """None, and never the credential of another host."""
        host = self.unknown_host or 'https://any.example'
        given = self._provider().credential(host)
        expected = None if self.unknown_host else host
        self._asserts.assertEqual(given and given.host, expected)

    def test_contract_the_secret_is_in_no_text(self) -> None:
        """Neither the credential nor the provider shows it."""
        provider = self._provider()
        given = provider.credential(self.known_host)
        assert given is not None
        secret = given.token.reveal()
        for shown in (repr(given), str(given), repr(provider), str(provider), repr(vars(provider))):
            self._asserts.assertNotIn(secret, shown)

    def test_contract_a_rejected_credential_is_not_given_again(self) -> None:
        """A newer one, or None."""
        provider = self._provider()
        given = provider.credential(self.known_host)
        assert given is not None
        newer = provider.reject(given)
        if newer is not None:
            self._asserts.assertEqual(newer.host, self.known_host)
            self._asserts.assertTrue(newer.token != given.token, 'it is the same token')

    def test_contract_the_identity_is_known_without_the_network(self) -> None:
        """Whatever ``identity`` gives, it opens no connection for it."""
        provider = self._provider()
        with mock.patch('socket.socket.connect', side_effect=AssertionError('it connects')):
            given = provider.identity(self.known_host)
        if given is not None:
            self._asserts.assertIsInstance(given, Identity)
            self._asserts.assertEqual(given.host, self.known_host)


class _Unread(io.StringIO):
    """A stdin that a provider must not read."""

    def read(self, size: int | None = -1, /) -> str:
        raise AssertionError('it reads stdin')

    readline = read  # type: ignore[assignment]
