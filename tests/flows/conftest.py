"""A small case of measured days, made for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

CASE = """
name: small
chinese: 小案例
english: A small case
domain: small
reference_time: "2016-01-10"
observations: {provider: aqistudy, path: days}
"""
NAMES = {"乌鲁木齐": 120, "昌吉州": 110, "石河子": 130}


def write_days(folder: Path, *, until: str = "2016-01-20", seed: int = 0) -> None:
    """Daily files of three cities in the layout of the archive."""
    folder.mkdir(exist_ok=True)
    random = np.random.default_rng(seed)
    days = pd.date_range("2015-09-01", "2016-02-10")
    for name, level in NAMES.items():
        weather = np.cumsum(random.normal(0, 0.3, len(days)))
        weather -= pd.Series(weather).rolling(20, min_periods=1).mean().to_numpy()
        fine = np.round(level * np.exp(weather), 1)
        rows = [
            f"{name},{day:%Y-%m-%d},100,80~120,良,{p},{round(1.5 * p, 1)},20,1.5,50,40,100"
            for day, p in zip(days, fine, strict=True)
            if day <= pd.Timestamp(until)
        ]
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture
def small_case(tmp_path: Path) -> Path:
    """The YAML of a case whose measurements lie beside it."""
    write_days(tmp_path / "days")
    (tmp_path / "small.yaml").write_text(CASE, encoding="utf-8")
    return tmp_path / "small.yaml"
