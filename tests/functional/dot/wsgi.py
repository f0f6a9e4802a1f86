"""The WSGI application of the test server.

Layer: test fixture.
"""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application  # type: ignore[import-untyped]

application = get_wsgi_application()
