"""What userinfo says of a person besides ``sub``.

Layer: test fixture; the toolkit's documented way to add claims.
"""

from __future__ import annotations

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator  # type: ignore[import-untyped]


class EmailValidator(OAuth2Validator):  # type: ignore[misc]
    """Add ``email``, which the toolkit shows only with the scope ``email``."""

    def get_additional_claims(self, request: Any) -> dict[str, str]:
        """Return the claims of the user of ``request`` (an oauthlib request)."""
        return {'email': request.user.email}
