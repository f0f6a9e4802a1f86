"""Find and make keyring backends.

Layer: store; the only importer of ``keyring``, and only when it is needed.
What runs here may be anybody's code: callers bound it in time and expect any
exception (security case 27).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol, cast

from phyware.text import clean
from phyware_auth.store.errors import KeyringUnavailable, NoKeyring

_VARIABLE = 'PYTHON_KEYRING_BACKEND'
# They keep nothing, or refuse everything.
_USELESS = ('keyring.backends.fail', 'keyring.backends.null')
_CHAINER = 'keyring.backends.chainer'


class Backend(Protocol):
    """The three methods of ``keyring.backend.KeyringBackend`` that are used."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return the secret, None if there is none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store the secret in place of a former one."""

    def delete_password(self, service: str, username: str) -> None:
        """Remove the secret; an exception if there is none."""


class Keyrings(Protocol):
    """Where backends come from; any exception may come out of both."""

    def detect(self) -> str:
        """Return the ``module.Class`` for a new login.

        :raises NoKeyring: there is none that keeps secrets
        """

    def build(self, name: str) -> Backend:
        """Return a backend of the class ``name``, without any detection."""


class SystemKeyrings:
    """The backends of the ``keyring`` library."""

    def detect(self) -> str:
        """Return what the person configured, else the best that works here.

        That is ``PYTHON_KEYRING_BACKEND``, then keyringrc.cfg, then the backend
        of the highest priority, which has to be one that keyring recommends:
        those below keep secrets in plain files.  A backend's fitness is asked
        anew each time, since the library remembers it for the life of the
        process (case 29).  Of a chain of backends the first is taken.
        """
        configured = self._configured()
        if configured is not None:
            return _useful(configured)
        backend = import_module('keyring.backend')
        # Imports the backends of every distribution; the answer may be stale.
        backend.get_all_keyring()
        viable = [
            candidate
            for candidate in backend.KeyringBackend.get_viable_backends()
            if candidate.__module__ not in (*_USELESS, _CHAINER) and candidate.priority >= 1
        ]
        if not viable:
            _raise_if_silent()
            raise NoKeyring
        return _name(max(viable, key=lambda candidate: cast(float, candidate.priority)))

    def build(self, name: str) -> Backend:
        """Return a backend; ``keyring``'s own detection costs three times as much."""
        module, _, qualified = name.rpartition('.')
        backend_class = getattr(import_module(module), qualified)
        if not issubclass(backend_class, import_module('keyring.backend').KeyringBackend):
            raise TypeError('not a keyring backend')
        return cast(Backend, backend_class())

    def _configured(self) -> Any:
        core = import_module('keyring.core')
        platform = import_module('keyring.util.platform_')
        found = _load(_VARIABLE, core.load_env)
        if found is not None:
            return found
        return _load(str(platform.config_root() / 'keyringrc.cfg'), core.load_config)


def _raise_if_silent() -> None:
    # A bus that is there and does not answer is no lack of a keyring (case 22).
    try:
        _ = import_module('keyring.backends.SecretService').Keyring.priority
    except FileNotFoundError:
        return
    except OSError:
        raise KeyringUnavailable('the keyring does not answer') from None
    except Exception:  # noqa: BLE001 - a bus library is foreign code
        return


def _load(source: str, loader: Callable[[], Any]) -> Any:
    try:
        return loader()
    except BaseException as error:  # noqa: BLE001 - a backend is foreign code
        # Whatever the configuration names was run (case 27).
        raise NoKeyring(
            f'{clean(source, None)} names no usable keyring backend ({type(error).__name__})',
            f'Correct or remove it; or {NoKeyring.default_remediation[0].lower()}'
            f'{NoKeyring.default_remediation[1:]}',
        ) from None


def _useful(backend: Any) -> str:
    if type(backend).__module__ == _CHAINER:
        chained = list(backend.backends)
        if not chained:
            raise NoKeyring
        backend = chained[0]
    name = _name(type(backend))
    if name.startswith(_USELESS) or type(backend).__name__.startswith('Plaintext'):
        raise NoKeyring(f'the configured keyring {clean(name)} does not keep secrets')
    return name


def _name(backend_class: type) -> str:
    return f'{backend_class.__module__}.{backend_class.__qualname__}'
