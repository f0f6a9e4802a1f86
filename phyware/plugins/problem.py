"""What ``plugin doctor`` has to say of one thing.

Layer: framework, no I/O.
"""

from __future__ import annotations

from dataclasses import dataclass

ERROR, WARNING = 'error', 'warning'


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    :param plugin: the distribution to blame
    :param item: the part of it, such as ``command 'robots list'``
    :param severity: ``error`` if something does not work, else ``warning``
    """

    plugin: str
    item: str
    severity: str
    problem: str
    remediation: str
