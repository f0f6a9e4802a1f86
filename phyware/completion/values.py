"""Candidates for values that core knows: hosts, auth providers, words of commands.

Layer: framework.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from importlib.metadata import EntryPoint
from itertools import islice

from phyware.blame import CORE_DISTRIBUTION, blamed_on
from phyware.completion.request import Request
from phyware.errors import PhywareError
from phyware.reserved import COMPLETION_GROUP

SECONDS = 1.0
_MOST = 1000


def command_words(request: Request) -> list[str]:
    """Return the words that follow those typed, in the names of commands."""
    typed = ''.join(f'{word} ' for word in request.before)
    return [
        name[len(typed):].partition(' ')[0] for name in request.names if name.startswith(typed)
    ]


def providers(request: Request) -> list[str]:
    """Return the names of the auth providers that are installed; imports none."""
    from phyware.auth import PROVIDER_GROUP
    from phyware.extensions import entry_points_of

    return [ep.name for ep in entry_points_of(PROVIDER_GROUP)]


def hosts(request: Request) -> list[str]:
    """Return the hosts that packages know of, and the one that is the default.

    A package tells its hosts by an entry point ``hosts`` of the group
    ``phyware.completion``: a function of a ``Request``.  One that fails has none,
    and another package's that takes longer than SECONDS (security case 82).
    """
    from phyware.deadline import call_within
    from phyware.extensions import distribution_of, entry_points_of
    from phyware.options import DEFAULT_URL

    found = [DEFAULT_URL]
    for ep in entry_points_of(COMPLETION_GROUP):
        if ep.name == 'hosts':
            with suppress(PhywareError), blamed_on('unknown', 'a completion'):
                tell = partial(_told, ep, request)
                is_own = distribution_of(ep) == CORE_DISTRIBUTION
                found += tell() if is_own else call_within(tell, SECONDS)
    return found


def _told(entry_point: EntryPoint, request: Request) -> list[str]:
    from phyware.extensions import load_entry_point

    # Any number of them may come, or no end of them.
    return [str(host) for host in islice(load_entry_point(entry_point)(request), _MOST)]
