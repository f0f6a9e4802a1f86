"""Unit tests; property tests among them try the same examples in each run, in any time."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A test that fails now and then is none.
settings.register_profile(
    'repeatable', derandomize=True, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile('repeatable')
