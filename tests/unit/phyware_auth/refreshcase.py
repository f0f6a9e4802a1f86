"""A store with one login, and refreshers of this and of other processes.

Layer: test fixture.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

from phyware.errors import PhywareError
from phyware.transport import Transport
from phyware_auth.refresh import Refresher
from phyware_auth.store.record import HostRecord
from phyware_auth.store.store import CredentialStore
from tests.unit.phyware_auth.authcase import HOST, REVOKE, SUCCESS, TOKEN, AuthCase, text_of

_POST_FORM = Transport.post_form


class RefreshCase(AuthCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = int(self.clock.now())
        self.refresher = self.another(self.store)

    def another(self, store: CredentialStore) -> Refresher:
        """Return the refresher of another process, or of this one."""
        return Refresher(store, self.deps.client, self.clock.now)

    def other_process(self) -> CredentialStore:
        return CredentialStore(self.context)

    def saved_with(self, left: int | None, **changes: Any) -> HostRecord:
        """Store a login whose token is good for that long."""
        return self.saved(expiry=None if left is None else self.now + left, **changes)

    def assert_tokens(self, access: str, refresh: str) -> None:
        """Check what another process would find in the store."""
        record = self.other_process().load(HOST)
        assert record is not None
        found = (text_of(record.access_token), text_of(record.refresh_token))
        self.assertEqual(found, (access, refresh))

    def failure(self, call: Callable[..., Any], *given: object) -> PhywareError:
        """Return the error of a call, which names no secret."""
        with self.assertRaises(PhywareError) as caught:
            call(*given)
        self.assertNotIn('refresh-1', f'{caught.exception} {caught.exception.remediation}')
        return caught.exception

    def during_grant(self, do: Callable[[], Any]) -> None:
        """Serve a success, after having done something while it was on its way."""

        def reply(request: Any, context: Any) -> dict[str, Any]:
            do()
            return SUCCESS

        self.enterContext(mock.patch.object(Transport, 'post_form', _connecting))
        self.http.post(TOKEN, json=reply)
        self.serve(REVOKE, {'status_code': 200})


def _connecting(transport: Transport, *given: Any, connected: Any = None, **more: Any) -> Any:
    """Do what a connection does, in whose place requests-mock answers."""
    if connected is not None:
        connected()
    return _POST_FORM(transport, *given, **more)
