"""P11: ``self.cloud`` against a bare ``requests.Session``.

Layer: bench.  CPU time of this process: what the session adds is no waiting.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import requests

from phyware.cloud import CloudSession
from phyware.context import Context
from phyware.testing import FakeProvider
from phyware.transport import Transport
from tests.bench.figure import Figure
from tests.bench.pairs import cpu_of, interleaved, median, p10, serving
from tests.bench.places import environment

_CALLS = 50
_PATH = '/api/v1/sessions'


class Calls:
    """CPU time of a GET and the connections that many take."""

    name = 'P11'

    def measure(self, home: Path, runs: int) -> Iterator[Figure]:
        """Measure batches of calls, interleaved."""
        with serving('tests.bench.page_server', '10') as host, requests.Session() as bare:
            streams = io.StringIO(), io.StringIO(), io.StringIO()
            context = Context(*streams, environment(home))
            transport = Transport(context)
            cloud = CloudSession(host, transport, context, FakeProvider())
            bare.headers['Authorization'] = 'Bearer test-token'
            before = _connections(host)
            values = interleaved(runs, {
                'ours': lambda: cpu_of(lambda: [cloud.get(_PATH).json() for _ in range(_CALLS)]),
                'bare': lambda: cpu_of(
                    lambda: [bare.get(host + _PATH, timeout=30).json() for _ in range(_CALLS)]
                ),
            })
            for what, of in (('p10', p10), ('median', median)):
                yield Figure('P11', f'self.cloud.get by requests.Session.get, CPU {what}',
                             of(values['ours']) / of(values['bare']), 1.05)
            # One is the bare session's, one asks.
            opened = _connections(host) - before - 2
            yield Figure('P11', f'connections of {(runs + 1) * _CALLS} calls', opened, 1, '')
            transport.close()


def _connections(host: str) -> int:
    return int(requests.get(f'{host}/connections', timeout=30).json()['connections'])
