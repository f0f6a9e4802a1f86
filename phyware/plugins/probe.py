"""The child that ``plugin doctor`` imports plugins in: ``python -m phyware.plugins.probe``.

A plugin may hang, exit or crash the interpreter while it is imported, so this
is done in a process that can be killed.  On stdin comes a JSON list of
``[group, name, distribution]``; on stdout goes a line when one is begun,
``{"begin": INDEX}``, one when it is imported, ``{"imported": true}``, one
before each hook of a command, ``{"hook": [DISTRIBUTION, LABEL]}``, and one when
it is done, ``{"done": INDEX, "seconds": FLOAT, "faults": [[TEXT, DISTRIBUTION,
ADVICE, WHERE]]}``, its hooks' time left out.

Layer: framework; its own process.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from typing import Any, TextIO

from phyware.app import PhywareApp
from phyware.context import Context
from phyware.extensions import distribution_of
from phyware.plugins.checks import entry_point_faults


def main() -> int:
    """Check what stdin names, one after the other."""
    report = _private_stdout()
    asked = json.load(sys.stdin)
    app = PhywareApp(_silent_context())
    for index, (group, name, owner) in enumerate(asked):
        _say(report, {'begin': index})
        watch = _Watch(report)
        faults = [
            fault
            for ep in app.command_manager.installed.of(group)
            if ep.name == name and distribution_of(ep) == owner
            for fault in entry_point_faults(ep, app, watch.hook, watch.imported)
        ]
        _say(report, {'done': index, 'seconds': watch.seconds(), 'faults': faults})
    return 0


class _Watch:
    """Tells the parent which hook is tried, and whose time it is."""

    def __init__(self, report: TextIO) -> None:
        self._report = report
        self._began = time.monotonic()
        self._ended: float | None = None

    def imported(self) -> None:
        _say(self._report, {'imported': True})

    def hook(self, owner: str, label: str) -> None:
        if self._ended is None:
            self._ended = time.monotonic()
        _say(self._report, {'hook': [owner, label]})

    def seconds(self) -> float:
        return (time.monotonic() if self._ended is None else self._ended) - self._began


def _say(report: TextIO, line: dict[str, Any]) -> None:
    print(json.dumps(line), file=report, flush=True)


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
