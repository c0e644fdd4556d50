"""Sheets of diagnostics: the input, the runs, and the residuals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sources.receptor.results import Factorisation
from sources.receptor.run_comparison import Runs
from sources.receptor.samples import signal_to_noise
from sources.receptor.workbooks.base_run import Sheet

__all__ = ["base_runs", "input_statistics"]

_BEYOND = 3.0


def input_statistics(found: Factorisation, species: Sequence[dict[str, object]] = ()) -> Sheet:
    """Spread, signal to noise and category of each species.

    Args:
        found: the solution.
        species: of each species as read, with bad ones and missing values; those factorised where empty.
    """
    samples = found.samples
    header = ["Species", "Category", "S/N", "Min", "25th", "Median", "75th", "Max",
              "% Modeled Samples", "% Raw Samples"]  # fmt: skip
    sheet: Sheet = [["**** Input Data Statistics ****"], [], header]
    ratios = dict(zip(samples.species, signal_to_noise(samples), strict=True))
    known = species or [
        {"name": name, "category": "weak" if name in samples.weak else "strong",
         "signal_to_noise": float(ratios[name]), "missing": 0, "samples": len(samples.times)}
        for name in samples.species
    ]  # fmt: skip
    for one in known:
        name = str(one["name"])
        numbers: list[float | None] = [None] * 5
        if name in samples.species:
            values = samples.concentrations[:, samples.column(name)]
            numbers = [float(value) for value in np.percentile(values, [0, 25, 50, 75, 100])]
        raw = 100.0 * (1.0 - int(str(one["missing"])) / int(str(one["samples"])))
        category = str(one["category"]).capitalize()
        modelled = 100.0 if name in samples.species else 0.0
        sheet.append([name, category, one["signal_to_noise"], *numbers, modelled, raw])
    return sheet


def base_runs(found: Factorisation, runs: Runs | None) -> Sheet:
    """What was run, Q of every run, how unlike the runs are, regression and large scaled residuals."""
    return [*_summary(found), *_pairs(found, runs), *_regression(found), *_large(found)]


def _summary(found: Factorisation) -> Sheet:
    starts = found.starts
    told = {
        "Number of base runs": len(starts.q_true), "Base random seed": found.seed,
        "Number of factors": found.factors, "Robust mode": "Yes" if found.robust else "No",
        "Fpeak": found.fpeak, "Q expected": found.q_expected,
    }  # fmt: skip
    sheet: Sheet = [["**** Base Run Summary ****"], []]
    sheet += [[f"{name}:", value] for name, value in told.items()]
    sheet += [[], ["Base run summary table:"]]
    sheet.append([None, "Run #", "Q(Robust)", "Q(True)", "Converged", "# Steps", "Q(True)/Qexp"])
    expected = found.q_expected
    rows = zip(starts.q_robust, starts.q_true, starts.converged, strict=True)
    for run, (robust, true, converged) in enumerate(rows, start=1):
        ratio = float(true / expected) if expected > 0.0 else None
        sheet.append([None, run, float(robust), float(true), "Yes" if converged else "No", None, ratio])
    return [*sheet, []]


def _pairs(found: Factorisation, runs: Runs | None) -> Sheet:
    if runs is None:
        return []
    differences = runs.differences
    pairs = list(zip(*np.triu_indices(len(differences), 1), strict=True))
    title = "Sum of the squares of the differences in scaled residuals for each base run pair by species (d)"
    sheet: Sheet = [["Scaled residual analysis:"], [title], ["Run pair", *found.samples.species]]
    sheet += [[f"{one + 1}-{other + 1}", *map(float, differences[one, other])] for one, other in pairs]
    sheet += [[], ["Sum of d across all species for each base run pair (D)"], ["Run", "Run", "D"]]
    sheet += [[int(one) + 1, int(other) + 1, float(differences[one, other].sum())] for one, other in pairs]
    return [*sheet, []]


def _regression(found: Factorisation) -> Sheet:
    """Modelled against measured, and whether scaled residuals are normal (Kolmogorov and Smirnov)."""
    from scipy.stats import kstest

    header = ["Species", "Intercept", "Slope", "SE", "r^2", "KS Test Stat", "KS Test P-value"]
    sheet: Sheet = [["Regression diagnostics:"], [None, *header]]
    scaled, measured = found.scaled_residuals, found.samples.concentrations
    fitted = found.contributions @ found.profiles
    for at, one in enumerate(found.fit_statistics()):
        slope, intercept = float(str(one["slope"])), float(str(one["intercept"]))
        left = fitted[:, at] - intercept - slope * measured[:, at]
        error = float(np.sqrt((left**2).sum() / max(len(left) - 2, 1)))
        spread = float(scaled[:, at].std(ddof=1)) if len(left) > 1 else 0.0
        test = kstest((scaled[:, at] - scaled[:, at].mean()) / spread, "norm") if spread > 0.0 else (0.0, 1.0)
        sheet.append(
            [None, one["species"], intercept, slope, error, one["r2"], float(test[0]), float(test[1])]
        )
    return [*sheet, []]


def _large(found: Factorisation) -> Sheet:
    scaled, samples = found.scaled_residuals, found.samples
    beyond = np.abs(scaled) > _BEYOND
    by_species = [
        [samples.species[column], samples.times[row], float(scaled[row, column])]
        for column, row in np.argwhere(beyond.T)
    ]
    by_date = [
        [samples.times[row], samples.species[column], float(scaled[row, column])]
        for row, column in np.argwhere(beyond)
    ]
    title = "Scaled residuals beyond 3 standard deviations"
    return [
        [f"{title} (dates by species):"], ["Species", "Date", "Residual"], *by_species, [],
        [f"{title} (species by date):"], ["Date", "Species", "Residual"], *by_date,
    ]  # fmt: skip
