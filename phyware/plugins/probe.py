"""The child that ``plugin doctor`` imports plugins in: ``python -m phyware.plugins.probe``.

A plugin may hang, exit or crash the interpreter while it is imported, so this
is done in a process that can be killed.  On stdin comes a JSON list of
``[group, name, distribution]``; on stdout goes a line when one is begun,
``{"begin": INDEX}``, and one when it is done, ``{"done": INDEX, "seconds":
FLOAT, "faults": [TEXT]}``.

Layer: framework; its own process.
"""

from __future__ import annotations

import importlib.metadata
import io
import json
import os
import sys
import time
from typing import Any, TextIO

from phyware.app import PhywareApp
from phyware.context import Context
from phyware.errors import PhywareError
from phyware.extensions import distribution_of
from phyware.plugins.checks import entry_point_faults


def main() -> int:
    """Check what stdin names, one after the other."""
    report = _private_stdout()
    asked = json.load(sys.stdin)
    app = PhywareApp(_silent_context())
    for index, (group, name, owner) in enumerate(asked):
        print(json.dumps({'begin': index}), file=report, flush=True)
        began = time.monotonic()
        faults = [
            fault
            for ep in app.command_manager.installed.of(group)
            if ep.name == name and distribution_of(ep) == owner
            for fault in _faults(ep, app)
        ]
        done = {'done': index, 'seconds': time.monotonic() - began, 'faults': faults}
        print(json.dumps(done), file=report, flush=True)
    return 0


def _faults(entry_point: importlib.metadata.EntryPoint, app: PhywareApp) -> list[str]:
    try:
        return list(entry_point_faults(entry_point, app))
    except PhywareError as error:
        return [error.message]


def _private_stdout() -> TextIO:
    """Return our stdout, after which what plugins print goes nowhere."""
    ours = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return os.fdopen(ours, 'w', encoding='utf-8')


def _silent_context() -> Context:
    environ: dict[str, Any] = dict(os.environ)
    return Context(io.StringIO(), io.StringIO(), io.StringIO(), environ)


if __name__ == '__main__':
    sys.exit(main())
