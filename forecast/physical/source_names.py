"""Names of the tags of a run: those of the emissions, and the two that are nobody's emission."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr

from forecast.physical.emitting import BOUNDARY, INITIAL

__all__ = ["source_coordinates"]

_OWN_NAMES = {BOUNDARY: ("区域外输入", "From outside the domain"), INITIAL: ("初始场", "Initial state")}


def source_coordinates(emissions: xr.Dataset) -> dict[str, object]:
    """Coordinates of the dimension `source`: id, sector, region and names in two languages.

    Args:
        emissions: keeps `EMISSIONS`.
    """
    sources = [str(name) for name in emissions["source"].values]
    named = {
        "sector": [_part(name, 0) for name in sources], "region": [_part(name, 1) for name in sources],
        "source_chinese": _given(emissions, "source_chinese", sources),
        "source_english": _given(emissions, "source_english", sources),
    }  # fmt: skip
    own = {
        "sector": [*_OWN_NAMES], "region": [*_OWN_NAMES],
        "source_chinese": [chinese for chinese, _ in _OWN_NAMES.values()],
        "source_english": [english for _, english in _OWN_NAMES.values()],
    }  # fmt: skip
    every: dict[str, Sequence[str]] = {name: [*values, *own[name]] for name, values in named.items()}
    return {
        "source": [*sources, *_OWN_NAMES],
        **{name: ("source", values) for name, values in every.items()},
    }


def _part(source: str, number: int) -> str:
    sector, _, region = source.partition(".")
    return (sector, region or sector)[number]


def _given(emissions: xr.Dataset, name: str, otherwise: list[str]) -> list[str]:
    return [str(value) for value in emissions[name].values] if name in emissions.variables else otherwise
