"""Candidates for values that core knows: hosts, auth providers, words of commands.

Layer: framework.
"""

from __future__ import annotations

from contextlib import suppress

from phyware.blame import blamed_on
from phyware.completion.request import Request
from phyware.errors import PhywareError

COMPLETION_GROUP = 'phyware.completion'


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
    ``phyware.completion``: a function of a ``Request``.  One that fails has none.
    """
    from phyware.extensions import entry_points_of, load_entry_point
    from phyware.options import DEFAULT_URL

    found = [DEFAULT_URL]
    for ep in entry_points_of(COMPLETION_GROUP):
        with suppress(PhywareError), blamed_on('unknown', 'a completion'):
            found += load_entry_point(ep)(request) if ep.name == 'hosts' else ()
    return found
