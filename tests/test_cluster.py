"""The same call reads on a cluster, and a worker that is lost loses no file."""

from __future__ import annotations

import os
import signal
import threading

import joblib
import pandas as pd
import pytest
from conftest import ROOT

import govinfo

pytestmark = pytest.mark.acceptance

REPORTS = ROOT / "data" / "reports"


def test_a_cluster_reads_the_same_though_a_worker_is_killed_midway() -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        worker, *_ = client.run(os.getpid).values()
        killer = threading.Timer(1.5, os.kill, (worker, signal.SIGKILL))
        killer.start()
        with joblib.parallel_config("dask"):
            far = govinfo.read_reports(REPORTS)
        killer.cancel()
    near = govinfo.read_reports(REPORTS, jobs=2)
    assert far.failed == 0
    pd.testing.assert_frame_equal(far.cells, near.cells)
    pd.testing.assert_frame_equal(far.findings, near.findings)
    pd.testing.assert_frame_equal(far.reports, near.reports)
