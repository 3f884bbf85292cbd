"""Models of agencies: shares over years, level and form; and mixes of one whole."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govinfo.bilingual import counted
from govinfo.compare.common import (
    SEED,
    log_beta_binomial,
    log_rising,
    need_agencies,
    shapes,
)
from govinfo.compare.tables import (
    COUNTS,
    Table,
    counts_of,
    need_choice,
    need_columns,
    need_independent,
    need_scipy,
    rows_of,
)
from govinfo.errors import require_once
from govinfo.intervals import LEVEL, normal_quantile
from govinfo.later import Floats, Numbers, np, pd, special

KINDS = ("beta-binomial", "binomial")
"""How reports of an agency vary beyond chance, the default first."""

EFFECTS = ("year", "level", "form")
"""Effects that a model can have."""

# Points of the quadrature over agencies; of many reports fewer are enough.
_POINTS, _FEWER = 21, 11
# The model is the same to any digit beyond these logarithms of its scales.
_SMALLEST, _LARGEST = -12.0, 12.0
# Beta-binomial counts of this log size are binomial to any digit.
_BINOMIAL = 30.0
_DRAWS = 20_000


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model of one share over agencies and years.

    Attributes
    ----------
    effects : DataFrame
        ``term, estimate, se, low, high`` on the logit scale, and ``odds_ratio``: the
        intercept (an average agency at the reference), ``year`` (per year), and each
        level and form against the reference.
    not_estimated : dict
        Effects that were asked for and cannot be estimated, each with the reason.
    agencies : DataFrame
        One row per agency: ``agency_id, reports, numerator, denominator``; ``effect``
        on the logit scale with its limits; ``adjusted, adjusted_low, adjusted_high``,
        the rate at the reference; and ``p_value``, how often an agency of the model
        with these reports would lie as far out.
    agency_sd : float
        Standard deviation of agencies on the logit scale.
    report_spread : float
        Intraclass correlation of the reports of an agency; 0 of a ``binomial`` model.
    loglik : float
        With binomial coefficients.
    kind : str
        One of :data:`KINDS`.
    reference : dict
        Year, level and form that the intercept speaks of.
    level : float
        Confidence level of all limits.
    """

    effects: pd.DataFrame
    not_estimated: Mapping[str, str]
    agencies: pd.DataFrame
    agency_sd: float
    report_spread: float
    loglik: float
    kind: str
    reference: Mapping[str, object]
    level: float

    def trend(self) -> tuple[float, float, float] | None:
        """Percentage points a year at the reference, with limits; None if not fitted.

        The change from half a year before the reference to half a year after it, of
        an average agency.
        """
        year = self.effects[self.effects["term"] == "year"]
        if year.empty:
            return None
        middle = float(self.effects["estimate"].iloc[0])
        slopes = year[["estimate", "low", "high"]].to_numpy("float64")[0]
        ends = special.expit(middle + slopes / 2) - special.expit(middle - slopes / 2)
        points, low, high = (100 * ends).tolist()
        return points, low, high


class _Fit:
    """Likelihood of a model, every integral by adaptive Gauss-Hermite quadrature."""

    def __init__(self, x: Floats, n: Floats, design: Floats, group: Numbers) -> None:
        from numpy.polynomial.hermite_e import hermegauss

        self.x, self.n, self.design = x, n, design
        self.group, self.count = group, int(group.max()) + 1
        z, w = hermegauss(_POINTS if len(x) < 600 else _FEWER)
        self.points = z[:, None], (np.log(w) + z**2 / 2)[:, None]
        self.at = np.zeros(self.count)

    def reports(self, eta: Floats, extra: float) -> Floats:
        """Log-probability of each report at linear predictors ``eta``."""
        # A search may step far out; rates beyond this are 0 or 1 to any digit.
        eta = np.clip(eta, -40.0, 40.0)
        return log_beta_binomial(self.x, self.n, *shapes(eta, extra))

    def agencies(self, u: Floats, at: Floats) -> Floats:
        """Log density of each agency's reports and of its own effect ``u``."""
        beta, sd, extra = self.parts(at)
        eta = self.design @ beta + sd * u[..., self.group]
        own = self.reports(eta, extra)
        sums = np.zeros((*own.shape[:-1], self.count))
        np.add.at(sums.T, self.group, own.T)
        found: Floats = sums - u**2 / 2 - 0.5 * np.log(2 * np.pi)
        return found

    def parts(self, at: Floats) -> tuple[Floats, float, float]:
        """Coefficients, standard deviation of agencies, and spread of reports."""
        count = self.design.shape[1]
        extra = float(at[count + 1]) if len(at) > count + 1 else _BINOMIAL
        return at[:count], float(np.exp(at[count])), extra

    def modes(self, at: Floats) -> tuple[Floats, Floats]:
        """Most likely effect of each agency, and its standard deviation."""
        u, h = self.at, 1e-3
        for _ in range(30):
            low, middle, high = self.agencies(u + h * np.array([[-1], [0], [1]]), at)
            bend = np.minimum((low - 2 * middle + high) / h**2, -0.5)
            step = np.clip((low - high) / (2 * h) / bend, -1, 1)
            u = u + step
            if np.abs(step).max() < 1e-6:
                break
        self.at = u
        return u, 1 / np.sqrt(-bend)

    def loglik(self, at: Floats) -> float:
        """Log-likelihood with every agency's effect integrated out."""
        u, scale = self.modes(at)
        z, log_weight = self.points
        density = self.agencies(u + scale * z, at) + log_weight + np.log(scale)
        return float(special.logsumexp(density, axis=0).sum())

    def maximise(self, kind: str) -> tuple[Floats, Floats]:
        """Most likely parameters and the inverse of the observed information."""
        from scipy.optimize import minimize

        count = self.design.shape[1]
        rate = (self.x.sum() + 0.5) / (self.n.sum() + 1)
        start = np.zeros(count + 1 + (kind != "binomial"))
        start[0], start[count] = np.log(rate / (1 - rate)), np.log(0.5)
        start[count + 1 :] = np.log(40)
        bounds = [(-30.0, 30.0)] * count + [(_SMALLEST, _LARGEST)] * (
            len(start) - count
        )
        found = minimize(
            lambda at: -self.loglik(at),
            start,
            method="L-BFGS-B",
            bounds=bounds,
            jac="3-point",
            options={"ftol": 1e-13, "gtol": 1e-5, "maxiter": 300},
        )
        return found.x, self._covariance(found.x)

    def _covariance(self, at: Floats) -> Floats:
        """Inverse of the curvature, without parameters that lie at an edge."""
        count = self.design.shape[1]
        inner = np.ones(len(at), dtype=bool)
        inner[count:] = (at[count:] > np.log(1e-3)) & (at[count:] < _LARGEST - 1)
        free, h = np.flatnonzero(inner), 2e-3
        steps = h * np.eye(len(at))[free]
        signs = ((1, 1), (1, -1), (-1, 1), (-1, -1))

        def bend(a: Floats, b: Floats) -> float:
            return sum(i * j * self.loglik(at + i * a + j * b) for i, j in signs)

        curve = np.array([[bend(a, b) for b in steps] for a in steps]) / (4 * h * h)
        full = np.full((len(at), len(at)), np.nan)
        full[np.ix_(free, free)] = np.linalg.inv(-curve)
        return full


def model(
    data: Table,
    *,
    effects: Sequence[str] = ("year",),
    kind: str = "beta-binomial",
    level: float = LEVEL,
) -> Model:
    r"""A share of many agencies over many years, each agency with its own effect.

    Parameters
    ----------
    data : Selection or DataFrame
        Rows of one share: ``agency_id``, ``report_year``, ``numerator`` and
        ``denominator``, any number of years of each agency.
    effects : sequence of str
        Any of :data:`EFFECTS`, of which level and form are columns. One that the
        reports cannot show is left out and named with the reason: all reports of a
        level or form with every request disclosed, or none, have no finite effect.
    kind : str
        How reports of an agency vary beyond chance: ``beta-binomial``, the default;
        ``binomial``, not at all.
    level : float
        Confidence level.

    Returns
    -------
    Model
        Effects, adjusted rates of the agencies, trend, and what cannot be estimated.

    Raises
    ------
    MissingColumns
        If a column is missing.
    MissingExtra
        If scipy is not installed.
    ValueError
        If the rows are no share of one indicator, a report stands twice, an agency is
        beside those that its own report includes, or there are fewer than 5 agencies.

    Notes
    -----
    .. math::

        x_{it} \mid p_{it} \sim \text{Bin}(n_{it}, p_{it}), \quad
        \text{logit}\,\mu_{it} = z_{it}'\beta + \sigma u_i, \quad u_i \sim N(0, 1)

    with :math:`p_{it} \sim \text{Beta}(\mu\phi, (1-\mu)\phi)`, or :math:`p = \mu`. All
    integrals are by adaptive Gauss-Hermite quadrature (Pinheiro and Bates 1995,
    *Journal of Computational and Graphical Statistics* 4:12-35); standard errors come
    from the observed information. The numbers agree with lme4 and glmmTMB in R
    (``tests/reference``).

    Year is counted from the middle one of the reports. The predictive p-value counts
    the reports of an agency together, once: new effects and reports are drawn from the
    model, and the agency's cases compared with theirs.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({
    ...     "agency_id": list("aabbccddee"), "report_year": [2022, 2023] * 5,
    ...     "numerator": [40, 45, 60, 70, 20, 30, 80, 85, 50, 52],
    ...     "denominator": [50, 50, 90, 90, 40, 44, 99, 99, 70, 70]})
    >>> found = model(rows, kind="binomial")
    >>> found.effects[["term", "estimate", "se"]].round(2).values.tolist()
    [['(intercept)', 0.91, 0.23], ['year', 0.47, 0.18]]
    """
    need_choice("model", "kind", kind, KINDS)
    for effect in effects:
        need_choice("model", "effect", effect, EFFECTS)
    table, x, n = counts_of(data, "model")
    _need_panel(table)
    need_scipy("model")
    design, terms, lacking, reference = _design(table, effects, x, n)
    codes, _ = pd.factorize(table["agency_id"])
    fit = _Fit(x, n, design, codes)
    at, covariance = fit.maximise(kind)
    beta, sd, extra = fit.parts(at)
    # Where too few reports leave the likelihood flat, limits are not known.
    with np.errstate(invalid="ignore"):
        z, se = normal_quantile(level), np.sqrt(np.diag(covariance))[: len(beta)]
    estimated = pd.DataFrame(
        {
            "term": terms,
            "estimate": beta,
            "se": se,
            "low": beta - z * se,
            "high": beta + z * se,
            "odds_ratio": np.exp(beta),
        }
    )
    u, scale = fit.modes(at)
    moved = sd * np.array([u - z * scale, u, u + z * scale])
    low, middle, high = special.expit(beta[0] + moved)
    sums = table.assign(reports=1, numerator=x, denominator=n)
    sums = sums.groupby("agency_id", sort=False)[["reports", *COUNTS]].sum()
    agencies = (
        sums.astype(int)
        .reset_index()
        .assign(
            effect=moved[1],
            effect_low=moved[0],
            effect_high=moved[2],
            adjusted=middle,
            adjusted_low=low,
            adjusted_high=high,
            p_value=_predictive(fit, at),
        )
    )
    spread = 0.0 if kind == "binomial" else 1 / (1 + float(np.exp(extra)))
    height = fit.loglik(at)
    return Model(
        estimated, lacking, agencies, sd, spread, height, kind, reference, level
    )


def common_trend(data: Table) -> tuple[float, float, float] | None:
    """Percentage points a year that agencies have in common, with 95% limits.

    That of :func:`model` with the effect of the year; None where fewer than 5 agencies
    are given, fewer than 2 of them with more than one year, or no case at all: what
    differs between agencies is no change of theirs.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"agency_id": ["a"], "report_year": [2023],
    ...                      "numerator": [3], "denominator": [4]})
    >>> common_trend(rows) is None
    True
    """
    table = rows_of(data)
    need_columns(table, "common_trend", ("agency_id", "report_year", "numerator"))
    years = table.groupby("agency_id")["report_year"].nunique()
    if len(years) < 5 or (years > 1).sum() < 2 or not table["numerator"].any():
        return None
    found = model(table).trend()
    return found if found and all(map(math.isfinite, found)) else None


def _need_panel(table: pd.DataFrame) -> None:
    """Refuse what is no panel of one share."""
    need_columns(table, "model", ("agency_id", "report_year"))
    if n := int(table["report_year"].isna().sum()):
        raise ValueError(
            f"model() was given {counted(n, 'report')} without a year. Leave such rows "
            "out, or say in the registry which year they report on."
        )
    advice = "Pass each agency and year once."
    require_once(table, "model", ["agency_id", "report_year"], advice)
    need_independent(table, "model", years=True)
    if table["agency_id"].nunique() < 5:
        raise ValueError(
            f"model() was given {table['agency_id'].nunique()} agencies. How agencies "
            "differ cannot be fitted to fewer than 5; compare their years instead."
        )


def _design(
    table: pd.DataFrame, effects: Sequence[str], x: Floats, n: Floats
) -> tuple[Floats, list[str], dict[str, str], dict[str, object]]:
    """Columns of the linear predictor, their names, what is lacking, the reference."""
    wanted = [name for name in ("level", "form") if name in effects]
    need_columns(table, "model", wanted)
    columns = {"(intercept)": np.ones(len(x))}
    lacking: dict[str, str] = {}
    reference: dict[str, object] = {}
    if "year" in effects:
        years = table["report_year"].astype(int).to_numpy()
        middle = int(np.median(years))
        reference["year"] = middle
        if len(np.unique(years)) > 1:
            columns["year"] = (years - middle).astype(float)
        else:
            lacking["year"] = f"All reports are of {middle}."
    for name in wanted:
        values = table[name].astype(str)
        counts = table.assign(some=x, whole=n).groupby(values)[["some", "whole"]]
        groups = counts.sum().astype(int).assign(reports=counts.size())
        reference[name] = groups.index[0]
        flat = groups[(groups["some"] == 0) | (groups["some"] == groups["whole"])]
        if len(groups) < 2:
            lacking[name] = f"All reports have the {name} {groups.index[0]}."
        elif len(flat):
            some, whole, count = flat.iloc[0]
            lacking[name] = (
                f"With the {name} {flat.index[0]}, {some} of {whole} in "
                f"{counted(int(count), 'report')}: no finite effect fits that."
            )
        else:
            for value in groups.index[1:]:
                columns[f"{name} {value}"] = (values == value).to_numpy(float)
    terms, design = list(columns), np.column_stack(list(columns.values()))
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError(
            f"model() cannot tell the effects {', '.join(terms[1:])} apart: in these "
            "reports one follows from the others. Leave one out."
        )
    return design, terms, lacking, reference


def _predictive(fit: _Fit, at: Floats) -> Floats:
    """Two-sided mid-p of each agency's cases among agencies drawn from the model."""
    beta, sd, extra = fit.parts(at)
    rng = np.random.default_rng(SEED)
    found = np.empty(fit.count)
    centre = fit.design @ beta
    for agency in range(fit.count):
        its = np.flatnonzero(fit.group == agency)
        p = special.expit(centre[its] + sd * rng.standard_normal((_DRAWS, 1)))
        size = np.exp(extra)
        p = rng.beta(np.maximum(p * size, 1e-9), np.maximum((1 - p) * size, 1e-9))
        drawn = rng.binomial(fit.n[its].astype(int), p).sum(axis=1)
        own = fit.x[its].sum()
        half = 0.5 * (drawn == own).mean()
        tail = min((drawn < own).mean(), (drawn > own).mean()) + half
        found[agency] = min(1.0, 2 * max(tail, 0.5 / _DRAWS))
    return found


@dataclass(frozen=True, slots=True)
class Composition:
    """What agencies' mixes have in common, and how far they spread about it.

    Attributes
    ----------
    parts : DataFrame
        One row per part: ``part, cases, pooled`` (its share of all cases together);
        ``share, share_low, share_high`` of the common mix. A part without any case has
        no share.
    theta : float
        How far mixes differ beyond chance: 0 not at all, 1 each agency of one part.
    agencies : int
        How many mixes were fitted.
    loglik : float
        With multinomial coefficients.
    level : float
        Confidence level of the limits.
    """

    parts: pd.DataFrame
    theta: float
    agencies: int
    loglik: float
    level: float


def composition(data: Table, level: float = LEVEL) -> Composition:
    r"""The mix that agencies have in common, by a Dirichlet-multinomial distribution.

    Pooled shares are those of the largest agencies. Here each agency's mix is a draw
    from a common distribution of mixes, so that each counts by what it tells.

    Parameters
    ----------
    data : Selection or DataFrame
        Mixes such as :func:`select_mixes` chooses: one row per agency and part, with
        ``agency_id``, ``indicator``, ``numerator`` and ``denominator``.
    level : float
        Confidence level.

    Returns
    -------
    Composition
        The common mix with limits, and the spread of the agencies about it.

    Raises
    ------
    MissingColumns
        If a column is missing.
    MissingExtra
        If scipy is not installed.
    ValueError
        If an agency has a part twice, or there are fewer than 3 agencies.

    Notes
    -----
    .. math::

        x_i \mid \pi_i \sim \text{Multinomial}(n_i, \pi_i), \quad
        \pi_i \sim \text{Dirichlet}(\alpha), \quad
        \theta = \frac{1}{1 + \sum_k \alpha_k}

    (Mosimann 1962, *Biometrika* 49:65-82) by maximum likelihood; limits on the logit
    scale from the observed information. The shares of one mix sum to one, so that a
    correlation between two of them is mostly arithmetic and says little.

    Examples
    --------
    >>> import pandas as pd
    >>> mixes = pd.DataFrame({
    ...     "agency_id": list("aabbcc"), "indicator": ["x", "y"] * 3,
    ...     "numerator": [8, 2, 50, 50, 9, 21],
    ...     "denominator": [10, 10, 100, 100, 30, 30]})
    >>> found = composition(mixes)
    >>> found.parts[["part", "pooled", "share"]].round(2).values.tolist()
    [['x', 0.48, 0.5], ['y', 0.52, 0.5]]
    """
    need_columns(rows_of(data), "composition", ("agency_id", "indicator"))
    table, x, _ = counts_of(data, "composition")
    for _, own in table.groupby("indicator", sort=False):
        need_independent(own, "composition")
    wide = table.assign(x=x).pivot_table(
        values="x", index="agency_id", columns="indicator", fill_value=0.0, sort=False
    )
    need_agencies(len(wide), "composition")
    need_scipy("composition")
    from scipy.optimize import minimize

    used = (wide.sum() > 0).to_numpy()
    counts = wide.to_numpy("float64")[:, used]
    n = counts.sum(axis=1)

    def height(logs: Floats) -> tuple[float, Floats]:
        alpha = np.exp(logs)
        whole = alpha.sum()
        value = log_rising(alpha, counts).sum() - log_rising(whole, n).sum()
        slope = (special.psi(whole) - special.psi(whole + n)).sum()
        slope = slope + (special.psi(alpha + counts) - special.psi(alpha)).sum(axis=0)
        return -float(value), -slope * alpha

    start = np.log(2 * counts.sum(axis=0) / counts.sum() + 1e-3)
    bounds = [(-12.0, 16.0)] * len(start)
    found = minimize(
        height, start, jac=True, method="L-BFGS-B", bounds=bounds,
        options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 2000},
    )  # fmt: skip
    alpha, h = np.exp(found.x), 1e-4
    curve = np.array([
        (height(found.x + step)[1] - height(found.x - step)[1]) / (2 * h)
        for step in h * np.eye(len(alpha))
    ])  # fmt: skip
    share = alpha / alpha.sum()
    jacobian = np.diag(share) - np.outer(share, share)
    spread = np.sqrt(np.diag(jacobian @ np.linalg.pinv(curve) @ jacobian.T))
    reach = normal_quantile(level) * spread / (share * (1 - share))
    logits, cases = special.logit(share), wide.sum()
    fitted = pd.DataFrame(
        {
            "share": share,
            "share_low": special.expit(logits - reach),
            "share_high": special.expit(logits + reach),
        },
        index=wide.columns[used],
    )
    parts = pd.DataFrame({"cases": cases.astype(int), "pooled": cases / cases.sum()})
    parts = parts.join(fitted).rename_axis("part").reset_index()
    coefficients = special.gammaln(n + 1).sum() - special.gammaln(counts + 1).sum()
    theta = 1 / (1 + float(alpha.sum()))
    return Composition(parts, theta, len(wide), coefficients - float(found.fun), level)
