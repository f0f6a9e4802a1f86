"""Run a devcloud without the command line around it.

Layer: temporary entry for tests.
"""

from __future__ import annotations

import argparse
import sys

from phyware.context import SystemClock
from phyware_auth.devcloud.faults import Faults
from phyware_auth.devcloud.options import Options
from phyware_auth.devcloud.process import serve

parser = argparse.ArgumentParser()
parser.add_argument('--port', type=int, default=8000)
parser.add_argument('--database')
parser.add_argument('--approve')
parser.add_argument('--fault', action='append', default=[])
parser.add_argument('--seed-sessions', type=int, default=0)
parser.add_argument('--ready-file')
a = parser.parse_args()
serve(
    Options(a.port, a.database, a.approve, Faults.parse(a.fault), a.seed_sessions, a.ready_file),
    sys.stdout, SystemClock(),
)
