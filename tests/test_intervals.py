"""Intervals against the numbers that their papers print, and other implementations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govinfo.intervals import byar, newcombe, normal_quantile, wilson


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_newcombe_prints_it(
    count: int, n: int, low: float, high: float
) -> None:
    """Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3."""
    found = wilson(count, n)
    assert found.low == pytest.approx(low, abs=0.00005)
    assert found.high == pytest.approx(high, abs=0.00005)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe_as_newcombe_prints_it(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10."""
    found = newcombe(*first, *second)
    assert found.low == pytest.approx(low, abs=0.00005)
    assert found.high == pytest.approx(high, abs=0.00005)


def test_reviews_corrected_in_two_cities() -> None:
    """The worked value of the definitions: 64 of 351 against 60 of 264."""
    low, high = newcombe(60, 264, 64, 351)
    points = [100 * v for v in (60 / 264 - 64 / 351, float(low), float(high))]
    assert [round(p, 1) for p in points] == [4.5, -1.9, 11.1]


def test_wilson_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for n in (1, 2, 7, 20, 3050):
        counts = np.unique(np.linspace(0, n, 9).astype(int))
        for level in (0.8, 0.95, 0.99):
            other = [
                stats.binomtest(int(x), n).proportion_ci(level, method="wilson")
                for x in counts
            ]
            ours = np.transpose(wilson(counts, n, level))
            np.testing.assert_allclose(ours, other, atol=1e-12)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((60, 264, 64, 351), -0.0188645988973987, 0.11053795213802),
        ((0, 10, 0, 20), -0.161125158052819, 0.277532799862889),
        ((10, 10, 0, 20), 0.679086037141915, 1.0),
    ],
)
def test_newcombe_agrees_with_r(
    counts: tuple[int, int, int, int], low: float, high: float
) -> None:
    """From the published formula in R 4.2.2."""
    np.testing.assert_allclose(newcombe(*counts), (low, high), atol=1e-12)


def test_byar_is_close_to_the_exact_poisson_limits() -> None:
    """Garwood's limits, chi-squared quantiles over two, from one event on."""
    stats = pytest.importorskip("scipy.stats")
    counts = np.array([1, 2, 5, 10, 26, 100, 1000])
    low, high = byar(counts, 1)
    np.testing.assert_allclose(low, stats.chi2.ppf(0.025, 2 * counts) / 2, atol=0.02)
    np.testing.assert_allclose(
        high, stats.chi2.ppf(0.975, 2 * counts + 2) / 2, atol=0.02
    )


@pytest.mark.parametrize(("count", "level"), [(1, 0.998), (1, 0.99), (2, 0.9999)])
def test_byar_s_lower_limit_is_never_below_nought(count: int, level: float) -> None:
    low, high = byar(count, 10, level)
    assert 0 <= low < count / 10 < high


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_wilson_holds_the_proportion_and_mirrors(count: int, n: int) -> None:
    count = min(count, n)
    low, high = wilson(count, n)
    assert 0 <= low <= count / n <= high <= 1
    other = wilson(n - count, n)
    np.testing.assert_allclose([1 - other.high, 1 - other.low], [low, high], atol=1e-12)


def test_nothing_of_nothing_has_no_interval() -> None:
    for interval in (wilson, byar):
        found = interval([0, np.nan, 1], [0, 5, np.nan])
        assert np.isnan(found.low).all()
        assert np.isnan(found.high).all()
    assert np.isnan(newcombe(0, 0, 1, 2).low)


def test_an_impossible_count_is_refused() -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (whole text below)
        wilson([1, 5], [2, 4])
    assert str(caught.value) == (
        "Count 5 of 4 is not a proportion. Expected a count between 0 and its "
        "denominator. Leave out indicators whose state is 'inconsistent_input'."
    )
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (whole text below)
        byar(-1, 4)
    assert str(caught.value) == (
        "A count or its exposure is below 0. Expected counts of events. Leave out "
        "indicators whose state is 'inconsistent_input'."
    )


def test_an_impossible_level_is_refused() -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (whole text below)
        normal_quantile(95)
    assert str(caught.value) == (
        "The confidence level is 95. Expected a number between 0 and 1, for example "
        "0.95."
    )
