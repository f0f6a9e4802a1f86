"""Bases of plugin tests.

Layer: shipped for plugin authors; nothing imports it at run time.
"""

from __future__ import annotations

import tempfile
import unittest

from phyware.testing.cli import Cli, isolated_environment
from phyware.testing.fakes import FakeProvider
from phyware.testing.host import FakeHost


class TestCase(unittest.TestCase):
    """A test with a home of its own; ``self.cli.run(...)`` runs a command line."""

    def setUp(self) -> None:
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.home = directory.name
        self.cli = Cli(isolated_environment(self.home))


class CloudTestCase(TestCase):
    """A test of commands that use ``self.cloud``, against a host of its own.

    ``self.host.answer(...)`` says what the host answers; the command lines are
    logged in to it with the token of ``self.provider``.
    """

    def setUp(self) -> None:
        super().setUp()
        self.host = self.enterContext(FakeHost())
        self.provider = FakeProvider()
        self.cli.provider = self.provider
        self.cli.environ['PHYCLOUD_URL'] = self.host.url
