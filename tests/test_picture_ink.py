"""A cell of a scan that seems empty and holds something as tall as a digit is none."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2")

import cv2
import numpy as np

from govinfo.readers.picture.ink import with_traces
from govinfo.readers.picture.rules import Grey

SCALE = 200 / 72
CELL = (0.0, 0.0, 36.0, 18.0)
LINE = 9.5


def cell(noise: float = 0.0) -> Grey:
    """White paper with the noise of a scanner."""
    drawn = np.full((50, 100), 245.0)
    drawn += np.random.default_rng(1).normal(0, noise, drawn.shape)
    return np.asarray(drawn.clip(0, 255), np.uint8)


def has_trace(grey: Grey) -> bool:
    return with_traces(grey, [CELL], SCALE, LINE) == {0}


@pytest.mark.parametrize("digit", "0123456789")
@pytest.mark.parametrize("darkness", [60, 30])
def test_pale_digit_is_seen(digit: str, darkness: int):
    grey = cell()
    cv2.putText(grey, digit, (40, 35), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 245 - darkness, 2)
    assert has_trace(grey)


@pytest.mark.parametrize("noise", [0.0, 3.0, 10.0])
def test_clean_and_noisy_paper_is_blank(noise: float):
    assert not has_trace(cell(noise))


def test_specks_and_shadows_are_no_digits():
    grey = cell()
    grey[20:24, 50:54] = 30
    grey[30:33, 70:74] = 30
    assert not has_trace(grey)
    slope = np.linspace(0.6, 1, 100)[None, :]
    assert not has_trace(np.asarray(cell() * slope, np.uint8))


def test_remains_of_rules_along_the_edges_are_no_digits():
    grey = cell()
    grey[:, 6:8] = 200
    grey[44:46, :] = 200
    assert not has_trace(grey)
