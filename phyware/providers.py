"""Load the one auth provider that an invocation uses.

Layer: framework; finds providers by entry points alone.
"""

from __future__ import annotations

from phyware.auth import PROVIDER_GROUP, AuthProvider, AuthRequest
from phyware.errors import GenericError, PhywareError, Validation
from phyware.extensions import (
    CORE_DISTRIBUTION,
    LazyExtensionManager,
    distribution_of,
    load_entry_point,
)
from phyware.text import clean

API_KEY_PROVIDER = 'api-key'
STORED_PROVIDER = 'stored'


def load_provider(name: str, request: AuthRequest) -> AuthProvider:
    """Return the provider ``name``, made by its factory.

    Core's names cannot be taken over; another name claimed twice is refused.

    :raises Validation: nobody provides ``name``
    :raises GenericError: it cannot be loaded, or is no AuthProvider
    """
    entry_points = LazyExtensionManager(PROVIDER_GROUP).list_entry_points()
    matches = [ep for ep in entry_points if ep.name == name]
    own = [ep for ep in matches if distribution_of(ep) == CORE_DISTRIBUTION]
    matches = own or matches
    if not matches:
        known = ', '.join(sorted({ep.name for ep in entry_points})) or 'none'
        raise Validation(
            f'no auth provider is named {clean(name)}', f'Providers installed: {clean(known)}'
        )
    if len(matches) > 1:
        owners = ', '.join(sorted(distribution_of(ep) for ep in matches))
        raise GenericError(
            f'the auth provider {clean(name)} is claimed by {owners}', 'Uninstall one of them'
        )
    return _made(load_entry_point(matches[0]), name, request)


def _made(factory: object, name: str, request: AuthRequest) -> AuthProvider:
    if not callable(factory):
        raise _broken(name, 'it is not callable')
    try:
        provider = factory(request)
    except (PhywareError, KeyboardInterrupt):
        raise
    except BaseException as error:
        # A provider is foreign code: whatever it raises harms itself only.
        raise _broken(name, type(error).__name__) from error
    if not isinstance(provider, AuthProvider):
        raise _broken(name, f'it made a {type(provider).__name__}, not an AuthProvider')
    return provider


def _broken(name: str, cause: str) -> GenericError:
    return GenericError(
        f'the auth provider {clean(name)} failed: {cause}',
        'Choose another one with --auth-provider, or upgrade its package',
    )
