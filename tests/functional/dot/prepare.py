"""Fill an empty database: tables, one person, two client applications.

Layer: test fixture; Django must be set up before this is imported.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth import get_user_model  # type: ignore[import-untyped]
from django.core.management import call_command  # type: ignore[import-untyped]
from oauth2_provider.models import Application  # type: ignore[import-untyped]


def prepare(environ: Mapping[str, str]) -> None:
    """Create everything a login needs, from the ``DOT_*`` variables."""
    call_command('migrate', verbosity=0)
    get_user_model().objects.create_user(
        environ['DOT_USERNAME'], environ['DOT_EMAIL'], environ['DOT_PASSWORD']
    )
    _public_client(environ['DOT_CLIENT_ID'], Application.GRANT_DEVICE_CODE)
    _public_client(environ['DOT_PASSWORD_CLIENT_ID'], Application.GRANT_PASSWORD)


def _public_client(client_id: str, grant_type: str) -> None:
    Application.objects.create(
        name=client_id,
        client_id=client_id,
        client_type=Application.CLIENT_PUBLIC,
        authorization_grant_type=grant_type,
        algorithm=Application.RS256_ALGORITHM,
    )
