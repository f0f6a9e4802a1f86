"""phyware.completion.values: packages that tell hosts, and those that fail to.

Layer: unit test.
"""

from __future__ import annotations

import io
from typing import Any
from unittest import mock

from phyware import deadline
from phyware.completion import values
from phyware.completion.request import Request
from phyware.context import Context
from phyware.deadline import call_within
from phyware.options import DEFAULT_URL
from tests.unit.phyware.plugins import PluginCase


class HostsTest(PluginCase):
    """What breaks in one package takes no candidate of another (security case 82)."""

    def setUp(self) -> None:
        super().setUp()
        streams = io.StringIO(), io.StringIO(), io.StringIO()
        self.enterContext(mock.patch.object(values, 'SECONDS', 60.0))
        self.request = Request(Context(*streams, {'HOME': self.home}))

    def hosts(self, body: str) -> list[str]:
        """Return the hosts that are told where a package tells its own by ``body``."""
        source = f'import itertools, threading\ndef hosts(request):\n    {body}\n'
        self.site.install('acme', source, {'phyware.completion': {'hosts': 'hosts'}})
        good = 'def hosts(request): return ["https://good.example"]'
        self.site.install('good', good, {'phyware.completion': {'hosts': 'hosts'}})
        return [host for host in values.hosts(self.request) if host != 'again']

    def test_those_of_all_packages(self) -> None:
        found = self.hosts('return ["https://acme.example"]')
        self.assertEqual({DEFAULT_URL, 'https://acme.example', 'https://good.example'}, {*found})

    def test_case_82_one_that_never_answers(self) -> None:
        def within(tell: Any, seconds: float) -> Any:
            # Only the one that hangs has no time, however busy the machine is.
            return call_within(tell, 0.0 if tell.args[0].dist.name == 'acme' else seconds)

        with mock.patch.object(deadline, 'call_within', within):
            found = self.hosts('threading.Event().wait()')
        self.assertEqual({DEFAULT_URL, 'https://good.example'}, {*found})

    def test_case_82_one_that_never_ends(self) -> None:
        found = self.hosts('return itertools.repeat("again")')
        self.assertEqual({DEFAULT_URL, 'https://good.example'}, {*found})

    def test_case_82_one_that_answers_with_something_else(self) -> None:
        found = self.hosts('return None')
        self.assertEqual({DEFAULT_URL, 'https://good.example'}, {*found})
