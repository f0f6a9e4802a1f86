"""What a plugin's tests need: an isolated home, a runner, fakes, contract suites.

Shipped for plugin authors; nothing imports it at run time.
"""

from __future__ import annotations

from phyware.testing.cases import CloudTestCase, TestCase
from phyware.testing.cli import Cli, CliResult, Terminal, isolated_environment, run_cli
from phyware.testing.contracts import CommandContract, OutputContract, ProviderContract
from phyware.testing.fakes import FakeBrowser, FakeClock, FakeProvider
from phyware.testing.host import Call, FakeHost

__all__ = [
    'Call',
    'Cli',
    'CliResult',
    'CloudTestCase',
    'CommandContract',
    'FakeBrowser',
    'FakeClock',
    'FakeHost',
    'FakeProvider',
    'OutputContract',
    'ProviderContract',
    'Terminal',
    'TestCase',
    'isolated_environment',
    'run_cli',
]
