"""Load the one auth provider that an invocation uses, and check what it answers.

Layer: framework; finds providers by entry points alone.
"""

from __future__ import annotations

import importlib.metadata

from phyware.auth import PROVIDER_GROUP, AuthProvider, AuthRequest, Credential, Identity
from phyware.blame import CORE_DISTRIBUTION, blamed_on
from phyware.errors import GenericError, Validation
from phyware.extensions import (
    Installed,
    distribution_of,
    entry_points_of,
    is_own,
    load_entry_point,
)
from phyware.patience import Caller, Patience, seconds_allowed, unbounded
from phyware.redaction import Redactor
from phyware.secret import Secret
from phyware.text import clean, kind_of


def load_provider(
    name: str, request: AuthRequest, installed: Installed | None = None
) -> AuthProvider:
    """Return the provider ``name``, made by its factory.

    Core's names cannot be taken over; another name claimed twice is refused.
    What the provider answers is checked (``CheckedProvider``), and a foreign
    one has ``PHYWARE_AUTH_TIMEOUT`` seconds (30) for each answer.

    :param installed: where the entry points are taken from; read now if None
    :raises Validation: nobody provides ``name``, or the variable is no time
    :raises GenericError: it cannot be loaded, or is no AuthProvider
    :raises ConnectionFailed: it is foreign, and was not made in time
    """
    found = entry_points_of(PROVIDER_GROUP, installed)
    matches = [ep for ep in found if ep.name == name]
    matches = list(filter(is_own, matches)) or matches
    if not matches:
        known = ', '.join(sorted({ep.name for ep in found})) or 'none'
        raise Validation(
            f'no auth provider is named {clean(name)}', f'Providers installed: {clean(known)}'
        )
    if len(matches) > 1:
        owners = ', '.join(sorted(distribution_of(ep) for ep in matches))
        raise GenericError(
            f'the auth provider {clean(name)} is claimed by {owners}', 'Uninstall one of them'
        )
    return _made(matches[0], name, request)


class CheckedProvider(AuthProvider):
    """A provider whose faults name it, and whose answers are what they must be.

    It gives no credential but for the host it is asked about, and what it
    raises never makes anybody fall back to another credential (security case 83).

    :param inner: the provider itself
    :param name: what it is chosen by
    :param owner: the distribution that it comes from
    :param call: calls each of its methods
    :param redactor: is told each token, before anybody gets it
    """

    def __init__(
        self, inner: AuthProvider, name: str, owner: str, call: Caller = unbounded,
        redactor: Redactor | None = None,
    ) -> None:
        self._inner = inner
        self._label = _label(name)
        self._owner = owner
        self._call = call
        self._redactor = redactor or Redactor()

    def credential(self, host: str) -> Credential | None:
        with blamed_on(self._owner, self._label, quote=False):
            return self._checked(self._call(lambda: self._inner.credential(host)), host)

    def reject(self, credential: Credential) -> Credential | None:
        with blamed_on(self._owner, self._label, quote=False):
            newer = self._call(lambda: self._inner.reject(credential))
            return self._checked(newer, credential.host)

    def identity(self, host: str) -> Identity | None:
        with blamed_on(self._owner, self._label, quote=False):
            given: object = self._call(lambda: self._inner.identity(host))
            if given is None or isinstance(given, Identity):
                return given
            raise self._failure(f'it gave a {kind_of(given)}, not an Identity or None')

    def _checked(self, given: object, host: str) -> Credential | None:
        if given is None:
            return None
        if not isinstance(given, Credential):
            raise self._failure(f'it gave a {kind_of(given)}, not a Credential or None')
        if not isinstance(given.token, Secret):
            kind = kind_of(given.token)
            raise self._failure(f'the token of its Credential is a {kind}, no Secret')
        self._redactor.add(given.token)
        if given.host != host:
            raise self._failure('it gave the credential of another host')
        return given

    def _failure(self, cause: str) -> GenericError:
        return _broken(self._label, self._owner, cause)


def _made(
    entry_point: importlib.metadata.EntryPoint, name: str, request: AuthRequest
) -> AuthProvider:
    owner, label = distribution_of(entry_point), _label(name)
    call = _caller(owner, label, request)
    factory: object = call(lambda: load_entry_point(entry_point))
    if not callable(factory):
        raise _broken(label, owner, 'it cannot be called')
    if missing := sorted(getattr(factory, '__abstractmethods__', ())):
        # What Python says of it is withheld, as all texts of a provider are.
        raise _broken(label, owner, f'it does not define {clean(", ".join(missing))}')
    with blamed_on(owner, label, quote=False):
        provider = call(lambda: factory(request))
    if not isinstance(provider, AuthProvider):
        raise _broken(label, owner, f'it made a {kind_of(provider)}, not an AuthProvider')
    return CheckedProvider(provider, name, owner, call, request.context.redactor)


def _caller(owner: str, label: str, request: AuthRequest) -> Caller:
    if owner == CORE_DISTRIBUTION:
        return unbounded
    seconds = seconds_allowed(request.context.environ)
    return Patience(f'{label} of the package {owner}', seconds)


def _label(name: str) -> str:
    return f'the auth provider {clean(name)}'


def _broken(label: str, owner: str, cause: str) -> GenericError:
    return GenericError(
        f'{label} of the package {owner} failed: {cause}',
        'Choose another one with --auth-provider, or upgrade its package',
    )
