"""Paths that tests share, and one profile for property-based tests."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]

# The same examples on every machine: a test that fails must fail for everybody. Run
# with --hypothesis-profile=search to look for new ones.
settings.register_profile(
    "steady",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("steady")
