"""A balance as a folder of tables, written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from sources.receptor.cmb.balance import Balance
from sources.receptor.cmb.collinearity import Collinearity
from sources.receptor.cmb.diagnostics import fit_statistics, influence, species_fit
from sources.receptor.cmb.summary import plain, summary
from sources.receptor.whole_folders import write_whole

__all__ = ["SUMMARY", "write_balance"]

SUMMARY = "balance.json"


def write_balance(found: Balance, near: Collinearity, path: str | Path) -> Path:
    """Write a balance as CSV tables and one JSON file; what is not a number is left blank.

    `contributions.csv`, `standard_errors.csv` and `t_statistics.csv` have a row per sample and a column per
    source; `samples.csv` the statistics of each fit; `species.csv` calculated against measured, a row per
    sample and species; `influence.csv` the MPIN, a row per sample and source.

    Args:
        found: what to write.
        near: its collinearity.
        path: folder; absent, empty, or with an earlier balance, which is replaced.

    Raises:
        RunError: when the folder holds something else or cannot be written.
    """
    sources, times = found.given.profiles.labels, found.given.samples.times
    document = json.dumps(summary(found, near), ensure_ascii=False, indent=1, allow_nan=False)
    tables = {
        "contributions.csv": _by_sample(sources, times, found.contributions),
        "standard_errors.csv": _by_sample(sources, times, found.standard_errors),
        "t_statistics.csv": _by_sample(sources, times, found.t_statistics),
        "samples.csv": _samples(found, near),
        "species.csv": _species(found),
        "influence.csv": _influence(found),
        SUMMARY: document + "\n",
    }
    return write_whole(tables, path, SUMMARY)


def _by_sample(sources: Sequence[str], times: Sequence[str], values: np.ndarray) -> str:
    rows = ([time, *map(plain, row)] for time, row in zip(times, values, strict=True))
    return _text(["time", *sources], rows)


def _samples(found: Balance, near: Collinearity) -> str:
    fit, labels = fit_statistics(found), found.given.profiles.labels
    header = [
        "time", "solved", "reason", "iterations", "chi_square", "r_square", "percent_mass",
        "degrees_of_freedom", "eliminated", "eligible_dimension", "inestimable", "clusters",
    ]  # fmt: skip
    solved = found.solved
    rows = []
    for at, time in enumerate(found.given.samples.times):
        inestimable = solved[at] & ~near.estimable[at] & ~found.eliminated[at]
        clusters = ["+".join(labels[one] for one in group) for group in near.clusters(at)]
        rows.append([
            time, bool(solved[at]), found.failures[at], int(found.iterations[at]), plain(fit.chi_square[at]),
            plain(fit.r_square[at]), plain(fit.percent_mass[at]), int(fit.degrees_of_freedom[at]),
            _named(labels, found.eliminated[at]), int(near.dimension[at]), _named(labels, inestimable),
            " ".join(clusters),
        ])  # fmt: skip
    return _text(header, rows)


def _species(found: Balance) -> str:
    fit, samples, fitted = species_fit(found), found.given.samples, set(found.given.fitted)
    header = [
        "time", "species", "fitted", "measured", "measured_uncertainty", "calculated",
        "calculated_uncertainty", "calculated_over_measured", "its_uncertainty", "residual_over_uncertainty",
    ]  # fmt: skip
    columns = (
        samples.concentrations, samples.uncertainties, fit.calculated, fit.uncertainties, fit.ratio,
        fit.ratio_uncertainty, fit.residual_ratio,
    )  # fmt: skip
    rows = (
        [time, name, column in fitted, *(plain(values[row, column]) for values in columns)]
        for row, time in enumerate(samples.times)
        for column, name in enumerate(samples.species)
    )
    return _text(header, rows)


def _influence(found: Balance) -> str:
    values = influence(found)
    rows = (
        [time, source, *map(plain, values[row, column])]
        for row, time in enumerate(found.given.samples.times)
        for column, source in enumerate(found.given.profiles.labels)
    )
    return _text(["time", "source", *found.given.fitted_species], rows)


def _named(labels: Sequence[str], chosen: np.ndarray) -> str:
    return " ".join(label for label, one in zip(labels, chosen, strict=True) if one)


def _text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()
