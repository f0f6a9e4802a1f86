"""The addresses: the toolkit under ``/o/``, Django's own login page beside it.

Layer: test fixture, read by Django only.
"""

from __future__ import annotations

from django.conf import settings  # type: ignore[import-untyped]
from django.contrib.auth.views import LoginView  # type: ignore[import-untyped]
from django.urls import include, path  # type: ignore[import-untyped]
from oauth2_provider.urls import metadata_urlpatterns  # type: ignore[import-untyped]

urlpatterns = [
    path('o/', include('oauth2_provider.urls', namespace='oauth2_provider')),
    path('accounts/login/', LoginView.as_view()),
]
if settings.METADATA_AT_ROOT:
    urlpatterns += metadata_urlpatterns
