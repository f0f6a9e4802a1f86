"""What a function that gives candidates is told.

Layer: framework; part of what plugin authors use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from phyware.context import Context


@dataclass(frozen=True)
class Request:
    """A value that somebody wants completed.

    :param context: environment, clock and paths; its streams take nothing
    :param prefix: what is typed of the value
    :param given: the options typed so far: destination (``host``) to value
    :param before: the values typed so far of the command's arguments
    :param names: the names of all commands
    """

    context: Context
    prefix: str = ''
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    before: tuple[str, ...] = ()
    names: Sequence[str] = ()
