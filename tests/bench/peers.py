"""The programs that start-up is measured beside, where they are installed.

Layer: bench.  ``gh`` comes from Debian, ``hf`` and ``openstack`` from the packages
that the tox environment ``bench`` has.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from tests.bench.places import BIN

PY = 'python -c pass'
_WANTED = {
    'gh --version': ('gh', '--version'),
    'gh auth token': ('gh', 'auth', 'token'),
    'hf auth token': ('hf', 'auth', 'token'),
    'openstack token issue --help': ('openstack', 'token', 'issue', '--help'),
}


def peers() -> dict[str, list[str]]:
    """Return the command line of each peer that is here, by its name."""
    bare = str(Path(__file__).with_name('bare_cliff.py'))
    places = os.pathsep.join([str(BIN), os.environ.get('PATH', os.defpath)])
    found = {PY: [sys.executable, '-c', 'pass'],
             'bare cliff --version': [sys.executable, bare, '--version']}
    for name, (program, *words) in _WANTED.items():
        path = shutil.which(program, path=places)
        if path is not None:
            found[name] = [path, *words]
    return found

