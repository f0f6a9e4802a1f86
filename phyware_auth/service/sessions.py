"""The sessions of a user on a PhyCloud host (phycloud-api.md, Sessions).

Layer: service, on a CloudSession; no printing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from phyware.cloud import CloudSession
from phyware.errors import NotFound, Validation
from phyware.paging import items

DEFAULT_PATH = '/api/v1/sessions'


class SessionsService:
    """List and revoke sessions.

    :param cloud: the host, with its credential
    :param endpoint: the URL the host names, None for the default path
    """

    def __init__(self, cloud: CloudSession, endpoint: str | None) -> None:
        self._cloud = cloud
        path, mark, query = (endpoint or DEFAULT_PATH).partition('?')
        self._path, self._query = path.rstrip('/'), mark + query

    def iterate(self, user_id: str | None, limit: int | None) -> Iterator[Mapping[str, Any]]:
        """Return the sessions of all pages, following cursors.

        :param user_id: whose; None for the caller's own
        :param limit: stop after so many, None for all
        :raises PhywareError: a page does not come, or is not as it should be
        """
        path = self._path + self._query
        return items(self._cloud, path, 'sessions', params={'user_id': user_id}, limit=limit)

    def revoke(self, session_id: str) -> None:
        """Revoke one session.

        :raises NotFound: the host knows no such session
        :raises Validation: it cannot be an id
        """
        if not _can_be_an_id(session_id):
            raise Validation(f'{session_id!a} is no session id', 'Check SESSION_ID')
        try:
            self._cloud.delete(f'{self._path}/{quote(session_id, safe="")}{self._query}')
        except NotFound:
            raise NotFound('Session not found', 'Check SESSION_ID') from None


def _can_be_an_id(session_id: str) -> bool:
    """Tell whether an id stays one path segment, also for who decodes once too often.

    Not for bytes of the command line that are no text (PEP 383).
    """
    segments = unquote(session_id).replace('\\', '/').split('/')
    encodable = session_id.encode(errors='ignore').decode() == session_id
    return encodable and session_id != '' and not {'.', '..'} & set(segments)
