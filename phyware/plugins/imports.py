"""Import entry points in a child process, with a deadline for each.

Layer: framework.  A plugin that hangs, exits or crashes at import ends the
child, and the answer says so (security case 82).
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from phyware.children import child_environ
from phyware.extensions import distribution_of
from phyware.plugins.checks import Fault, module_or_name
from phyware.text import clean

# A new interpreter on a busy machine; this is not the plugin's time.
_START_SECONDS = 30.0
# Its output is closed a moment before it is gone, on a busy machine a long one.
_END_SECONDS = 60.0
_Child = subprocess.Popen[str]


@dataclass(frozen=True)
class Answer:
    """What is wrong with one entry point, and how long its import took in seconds.

    :param imported: whether its module was imported, however it went on
    """

    faults: list[Fault]
    seconds: float
    imported: bool = True


def answers(
    entries: list[importlib.metadata.EntryPoint], environ: Mapping[str, str], seconds: float
) -> Iterator[Answer]:
    """Yield an answer for each entry point, up to the first that ends the child.

    :param environ: the environment, of which the child gets what is not ours
    :param seconds: how long one may take
    """
    with _child(environ) as child:
        lines = _lines_of(child)
        _ask(child, entries)
        for entry in entries:
            hook: list[str] = []
            imported = False
            patience = _END_SECONDS
            try:
                line = _next(lines, seconds) if _next(lines, _START_SECONDS) else None
                while line is not None and 'done' not in line:
                    imported, hook = True, line.get('hook', hook)
                    line = _next(lines, seconds)
            except queue.Empty:
                # It was waited for long enough.
                line, patience = None, 0.0
            if line is None:
                fault = _end_of(child, patience, seconds, imported, *hook)
                where = clean(entry.value) if imported else module_or_name(entry)
                yield Answer([fault._replace(where=fault.where or where)], seconds, imported)
                return
            yield Answer([Fault(*fault) for fault in line['faults']], float(line['seconds']))


@contextmanager
def _child(environ: Mapping[str, str]) -> Iterator[_Child]:
    # The child sees the modules that we see, whoever put them on the path.
    path = os.pathsep.join(entry for entry in sys.path if entry)
    with subprocess.Popen(
        [sys.executable, '-P', '-m', 'phyware.plugins.probe'],
        env={**child_environ(environ), 'PYTHONPATH': path},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def _ask(child: _Child, entries: list[importlib.metadata.EntryPoint]) -> None:
    assert child.stdin is not None
    asked = [[ep.group, ep.name, distribution_of(ep)] for ep in entries]
    try:
        json.dump(asked, child.stdin)
        child.stdin.close()
    except BrokenPipeError:
        return


def _lines_of(child: _Child) -> queue.Queue[str]:
    """Return what the child writes, read by a thread since a pipe has no deadline."""
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in child.stdout or ():
            lines.put(line)
        lines.put('')

    threading.Thread(target=read, name='phyware-doctor', daemon=True).start()
    return lines


def _next(lines: queue.Queue[str], seconds: float) -> dict[str, Any] | None:
    """Return the next line, None at the end of the output, or raise ``queue.Empty``."""
    line = lines.get(timeout=seconds)
    return json.loads(line) if line else None


def _end_of(
    child: _Child, patience: float, seconds: float, imported: bool, owner: str = '', hook: str = ''
) -> Fault:
    """Return how ``child`` ended.

    :param imported: whether what it was at was imported already
    """
    try:
        status = child.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        ready = 'ready' if imported and not hook else 'imported'
        text = f'{hook or "it"} was not {ready} after {seconds:g} s'
    else:
        text = hook or ('making it' if imported else 'importing it')
        text += f' ended the process with status {status}'
    return Fault(text, owner, where=hook)
