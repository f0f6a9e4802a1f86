"""Packages of many commands, made of metadata only.

Layer: bench.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

COMMANDS = 10_000
# How many distributions the commands are in.
SIZES = {'one distribution': 1, '2,000 distributions': 2_000}


def with_packages(environ: Mapping[str, str], site: Path) -> dict[str, str]:
    """Return ``environ`` with the packages of ``site``, and with a cache of its own.

    With one cache both would take turns with one index.
    """
    return {**environ, 'PYTHONPATH': str(site), 'XDG_CACHE_HOME': f'{site}-cache'}


def install(site: Path, distributions: int) -> None:
    """Make distributions that have ``COMMANDS`` together, as old as an installation usually is."""
    each = COMMANDS // distributions
    for number in range(distributions):
        info = site / f'many{number}-1.0.dist-info'
        info.mkdir(parents=True)
        (info / 'METADATA').write_text(f'Metadata-Version: 2.1\nName: many{number}\nVersion: 1.0\n')
        lines = [f'm{number}_c{i} = many{number}:C{i}' for i in range(each)]
        # plugin list tells those whose module is gone.
        (site / f'many{number}.py').write_text('')
        (info / 'entry_points.txt').write_text('[phyware.commands]\n' + '\n'.join(lines) + '\n')
    # What was installed just now is not relied upon by the index.
    time.sleep(2.5)
