"""What the functional tests of the transport share.

Layer: test fixture.
"""

from __future__ import annotations

import io
import unittest
from collections.abc import Callable, Mapping

from phyware.context import Context
from phyware.errors import PhywareError
from phyware.redaction import Redactor
from phyware.transport import Transport
from tests.functional.transport_server import Script, ScriptedServer


class TransportCase(unittest.TestCase):
    """A transport with short limits, and servers that end with the test."""

    def setUp(self) -> None:
        self.stderr = io.StringIO()
        self.redactor = Redactor()

    def transport(
        self,
        environ: Mapping[str, str] | None = None,
        *,
        ca_bundle: str | None = None,
        connect_timeout: float = 60.0,
        total_timeout: float = 120.0,
        max_bytes: int = 64 * 1024,
    ) -> Transport:
        context = Context(
            io.StringIO(),
            io.StringIO(),
            self.stderr,
            environ or {},
            redactor=self.redactor,
        )
        transport = Transport(
            context, ca_bundle=ca_bundle, connect_timeout=connect_timeout,
            total_timeout=total_timeout, max_bytes=max_bytes,
        )
        self.addCleanup(transport.close)
        return transport

    def server(self, script: Script) -> ScriptedServer:
        server = ScriptedServer(script)
        self.addCleanup(server.close)
        return server

    def failure(self, call: Callable[[], object]) -> PhywareError:
        """Return the error of ``call``, which carries no other exception."""
        with self.assertRaises(PhywareError) as caught:
            call()
        self.assertIsNone(caught.exception.__context__)
        self.assertIsNone(caught.exception.__cause__)
        return caught.exception
