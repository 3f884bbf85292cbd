"""Work done with all reports together grows with their number, and memory does not."""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

import scale  # noqa: E402

from govinfo.dataset import together  # noqa: E402
from govinfo.dataset.store import Store  # noqa: E402


def filled(store: Store, reports: int, agencies: int) -> None:
    for position, result in enumerate(scale.invented(reports, agencies)):
        store.keep(result.report_id, "", [result])
        store.place(position, result.report_id, [result])


def work(reports: int, agencies: int, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the costly steps are taken to audit so many reports together."""
    done: Counter[str] = Counter()

    def counted(owner: object, name: str) -> None:
        whole = getattr(owner, name)

        def call(*given: object, **named: object) -> object:
            done[name] += 1
            return whole(*given, **named)

        monkeypatch.setattr(owner, name, call)

    with monkeypatch.context() as monkeypatch, Store() as store:
        counted(Store, "result")
        for name in ("year_results", "likeness", "located"):
            counted(together, name)
        filled(store, reports, agencies)
        together.audit_together(store, {})
    return done


@pytest.mark.parametrize("agencies", [1, 3, 20])
def test_twice_as_many_reports_are_at_most_twice_the_work(agencies, monkeypatch):
    once, twice = (work(n, agencies, monkeypatch) for n in (70, 140))
    assert once["year_results"] == 70
    assert {name for name in once if twice[name] > 2.5 * once[name]} == set()


def test_a_report_is_taken_from_the_store_no_more_than_three_times(monkeypatch):
    assert work(140, 20, monkeypatch)["result"] <= 3 * 140
