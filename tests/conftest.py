"""Paths that tests share, the order of files, a profile for property-based tests."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]

# Seconds by file; a file that is not listed is new, and may be long.
DURATIONS = Path(__file__).with_name("durations.csv")
UNKNOWN = 10.0
_took: Counter[str] = Counter()


def durations() -> dict[str, float]:
    with DURATIONS.open(encoding="utf-8", newline="") as file:
        return {line["file"]: float(line["seconds"]) for line in csv.DictReader(file)}


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "write the seconds that each file took into tests/durations.csv"
    parser.addoption("--record-durations", action="store_true", help=text)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first: no process is left with one while the others have no more."""
    seconds = durations()
    items.sort(key=lambda item: -seconds.get(item.nodeid.partition("::")[0], UNKNOWN))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _took[report.nodeid.partition("::")[0]] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    is_worker = hasattr(session.config, "workerinput")
    if is_worker or not session.config.getoption("--record-durations"):
        return
    seconds = durations() | _took
    with DURATIONS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["file", "seconds"])
        for name in sorted(seconds, key=lambda name: (-seconds[name], name)):
            if seconds[name] >= 1 and (ROOT / name).exists():
                writer.writerow([name, f"{seconds[name]:.0f}"])


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
