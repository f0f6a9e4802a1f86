"""Which host, which credential: decided once for each command that runs.

Layer: framework; no HTTP of its own.  Order of hosts and of credentials as in
architecture.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from phyware.active import read_active_host
from phyware.context import Context
from phyware.errors import PhywareError, Validation
from phyware.hosts import is_insecure, normalize_host
from phyware.options import DEFAULT_URL, GlobalOptions
from phyware.reserved import API_KEY_PROVIDER, STORED_PROVIDER
from phyware.secret import Secret

if TYPE_CHECKING:
    from phyware.auth import AuthProvider, AuthRequest, Credential, Identity
    from phyware.extensions import Installed

_INSECURE = 'PHYWARE_ALLOW_INSECURE_HTTP'


class Selection(NamedTuple):
    """The host of an invocation, and the API key that may be sent to it.

    :param host: normal form
    :param api_key: the key for this host, None if there is none
    :param api_key_source: ``option`` or ``environment``
    """

    host: str
    api_key: Secret | None = None
    api_key_source: str | None = None


class Session:
    """The host and the auth provider of one invocation.

    :param context: streams, environment, clock and paths
    :param options: the global options given
    :param warn: takes one line that the person should read
    :param provider: used in place of any that is installed
    :param installed: the entry points of what is installed; read when needed if None
    """

    def __init__(
        self,
        context: Context,
        options: GlobalOptions,
        warn: Callable[[str], None],
        provider: AuthProvider | None = None,
        installed: Installed | None = None,
    ) -> None:
        self._context = context
        self._options = options
        self._warn = warn
        self._given = provider
        self._installed = installed
        self._warned: set[str] = set()
        self._told: set[str] = set()
        self._providers: dict[tuple[str, Secret | None], AuthProvider] = {}

    def select(self, host: str | None = None) -> Selection:
        """Return the host to talk to and the API key that is for it.

        ``PHYCLOUD_API_KEY`` is for ``PHYCLOUD_URL`` (or the default host) and
        is sent to no other (security case 77); with it set, the store is not
        read, not even for the active host.

        :param host: the value of a command's own ``--host``
        :raises Validation: a URL or key is malformed
        """
        explicit = self._explicit_host(host)
        if self._options.api_key is not None:
            key = self._key(self._options.api_key, '--api-key')
            return Selection(explicit or self._host_without_store(), key, 'option')
        text = self._context.environ.get('PHYCLOUD_API_KEY')
        if not text:
            return Selection(explicit or self._default_host())
        key_host = self._environment_host() or DEFAULT_URL
        if explicit not in (None, key_host):
            return self._without_environment_key(explicit or key_host)
        return Selection(key_host, self._key(text, 'PHYCLOUD_API_KEY'), 'environment')

    def stored_host(self, host: str | None = None) -> str:
        """Return the host whose stored credential is meant, whatever keys are set.

        :param host: the value of a command's own ``--host``
        :raises Validation: a URL is malformed
        """
        return self._explicit_host(host) or self._default_host()

    def provider(self, selection: Selection) -> AuthProvider:
        """Return the auth provider for ``selection``, loading only that one.

        :raises Validation: no provider has the name that was asked for
        :raises GenericError: it cannot be loaded
        """
        if self._given is not None:
            return self._given
        name = self._provider_name(selection)
        # By key too: one that was made with a key must not meet the hosts the
        # key is withheld from (security case 77).
        made_for = (name, selection.api_key)
        if made_for not in self._providers:
            self._providers[made_for] = self._loaded(name, self.request(selection))
        return self._providers[made_for]

    def _loaded(self, name: str, request: AuthRequest) -> AuthProvider:
        # Imported here, because to know the host takes no stevedore (P6).
        from phyware.providers import load_provider

        if name in (STORED_PROVIDER, API_KEY_PROVIDER):
            # Ours cost nothing to make; the context keeps what they use.
            return load_provider(name, request, self._installed)
        self._log_once('the auth provider is %s', name)
        key = (request.api_key, request.api_key_source, request.ca_bundle)
        return self._context.keep(
            f'auth provider {name}', key, lambda: load_provider(name, request, self._installed)
        )

    def credential(self, host: str | None = None) -> Credential | None:
        """Return the credential for the invocation's host; for foreign clients.

        :raises PhywareError: as ``AuthProvider.credential``
        """
        selection = self.select(host)
        return self.provider(selection).credential(selection.host)

    def identity(self, host: str | None = None) -> Identity | None:
        """Return who would be presented, without any network."""
        selection = self.select(host)
        return self.provider(selection).identity(selection.host)

    def request(self, selection: Selection) -> AuthRequest:
        """Return what a provider's factory receives for ``selection``."""
        from phyware.auth import AuthRequest

        return AuthRequest(
            self._context, selection.api_key, selection.api_key_source, self._options.ca_bundle
        )

    @property
    def provider_named(self) -> str | None:
        """Return the provider that was asked for by name, None if none was."""
        environment = self._context.environ.get('PHYWARE_AUTH_PROVIDER')
        return self._options.auth_provider or environment or None

    @property
    def foreign_provider(self) -> str:
        """Return the name of the other package's provider that was asked for; empty if none.

        With one, nothing that is stored here is what commands present.
        """
        name = self.provider_named or ''
        return '' if name in (STORED_PROVIDER, API_KEY_PROVIDER) else name

    def _provider_name(self, selection: Selection) -> str:
        default = API_KEY_PROVIDER if selection.api_key else STORED_PROVIDER
        return self.provider_named or default

    def _explicit_host(self, host: str | None) -> str | None:
        for given in (host, self._options.url):
            if given is not None:
                return self.normalize(given)
        return None

    def _environment_host(self) -> str | None:
        url = self._context.environ.get('PHYCLOUD_URL')
        return self.normalize(url) if url else None

    def _default_host(self) -> str:
        return self._environment_host() or self._active_host() or DEFAULT_URL

    def _active_host(self) -> str | None:
        active = read_active_host(self._context.paths)
        return self.normalize(active) if active else None

    def _without_environment_key(self, host: str) -> Selection:
        self._warn_once(
            f'PHYCLOUD_API_KEY is not sent to {host}: '
            'it is for PHYCLOUD_URL only, or for the default host without it'
        )
        return Selection(host)

    def _host_without_store(self) -> str:
        try:
            return self._default_host()
        except Validation:
            raise
        except PhywareError:
            # An explicit key needs no store, so a broken one must not stop it.
            return DEFAULT_URL

    def normalize(self, text: str) -> str:
        """Return ``text`` as a host in normal form.

        :raises Validation: it is no host, or plain http that is not allowed
        """
        allowed = self._context.environ.get(_INSECURE) == '1'
        host = normalize_host(text, allow_insecure_http=allowed)
        if is_insecure(host):
            self._warn_once(f'{host} is used over plain http: anyone on the way can read the token')
        return host

    def _warn_once(self, text: str) -> None:
        if text not in self._warned:
            self._warned.add(text)
            self._warn(text)

    def _key(self, text: str, name: str) -> Secret:
        key = Secret(text)
        self._context.redactor.add(key)
        if not is_token(text):
            raise Validation(
                f'{name} is not a token: letters, digits and -._~+/ are allowed',
                'Copy the key again, without quotes or spaces',
            )
        self._log_once('the API key is that of %s', name)
        return key

    def _log_once(self, text: str, name: str) -> None:
        import logging  # here: to show the shell's prompt takes none

        if name not in self._told:
            self._told.add(name)
            logging.getLogger('phyware.auth').info(text, name)


def is_token(text: str) -> bool:
    """Tell whether ``text`` can be a Bearer token (RFC 6750 section 2.1)."""
    body = text.rstrip('=')
    allowed = '-._~+/'
    return bool(body) and all((c.isascii() and c.isalnum()) or c in allowed for c in body)
