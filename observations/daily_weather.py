"""Daily weather measured near the city and in the mountains, from which the inversion is seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from foundation.errors import InputError

NEEDED = ("date", "airport_tmax_c", "airport_tmin_c", "mtn_tavg_c", "mtn_precip_mm")


def read_inversion_features(path: str | Path) -> pd.DataFrame:
    """Read a table of daily weather and derive what a regression on stagnation needs.

    Args:
        path: CSV with the columns `NEEDED`: Beijing date, largest and smallest temperature at the
            airport (degrees Celsius), mean temperature at a mountain station and its precipitation (mm).

    Returns:
        By day: `inversion` (mountain mean minus airport mean, K), `range` (K), `warmest` (degrees
        Celsius) and `precipitation` (ln(1 + mm)); NaN where a part is missing.

    Raises:
        InputError: when the file is absent, not a table, lacks a column or has a date that is none.
    """
    try:
        table = pd.read_csv(path, encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError("no such file", where=str(path), remedy="Check the path") from error
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError("not a CSV table in UTF-8", where=str(path), remedy="Export it again") from error
    missing = [name for name in NEEDED if name not in table.columns]
    if missing:
        raise InputError(
            f"column {missing[0]!r} is missing; got {', '.join(map(str, table.columns))}",
            where=str(path), remedy="Give daily weather with the columns of docs/backtest.md",
        )  # fmt: skip
    day = pd.to_datetime(table["date"], errors="coerce")
    if day.isna().any():
        row = int(np.flatnonzero(day.isna())[0]) + 2
        raise InputError("not a date", where=f"{path}, row {row}", remedy="Write it as 2016-01-10")
    warmest, coldest = (pd.to_numeric(table[name], errors="coerce") for name in NEEDED[1:3])
    mountain, rain = (pd.to_numeric(table[name], errors="coerce") for name in NEEDED[3:5])
    features = pd.DataFrame(
        {
            "inversion": mountain - (warmest + coldest) / 2, "range": warmest - coldest,
            "warmest": warmest, "precipitation": np.log1p(rain.clip(lower=0)),
        }
    )  # fmt: skip
    return features.set_axis(pd.DatetimeIndex(day)).groupby(level=0).first()
