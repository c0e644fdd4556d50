"""Factors as a table."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from foundation.store import write_text_atomically
from sources.inversion.inversion import Inversion
from sources.inversion.least_squares import least_squares_factors
from sources.inversion.visibility import visibility_of

__all__ = ["factor_table", "write_factors"]


def factor_table(found: Inversion) -> pd.DataFrame:
    """The factors of an inversion, one row for each source.

    Returns:
        source, sector, region, names, factor, standard deviation of its logarithm `log_sd`, ends low and high
        of its interval, those of the prior, `variance_removed`, `seen`, the factor by plain least squares.
    """
    seen = {source.id for source in visibility_of(found).seen}
    low, high = found.interval
    prior_low, prior_high = found.prior_interval
    return pd.DataFrame({
        "source": [one.id for one in found.sources], "sector": [one.sector for one in found.sources],
        "region": [one.region for one in found.sources], "chinese": [one.chinese for one in found.sources],
        "english": [one.english for one in found.sources], "factor": found.factor, "log_sd": found.deviation,
        "low": low, "high": high,
        "prior_low": prior_low, "prior_high": prior_high, "variance_removed": found.removed,
        "seen": [one.id in seen for one in found.sources], "least_squares": least_squares_factors(found),
    })  # fmt: skip


def write_factors(found: Inversion, path: str | Path) -> None:
    """Write the factors as CSV, whole or not at all.

    Raises:
        OSError: when the file cannot be written.
    """
    text = io.StringIO()
    factor_table(found).to_csv(text, index=False, lineterminator="\n", float_format="%.6g")
    write_text_atomically(path, text.getvalue())
