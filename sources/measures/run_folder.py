"""The files of a run that tell what was published and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from foundation.errors import InputError
from sources.measures.netcdf_groups import GroupedFile
from sources.tagging.runs import CONTRIBUTIONS_FILE, FORECAST_FILE, GROUPS, TAGS_FILE

__all__ = ["RunPart", "read_parts", "read_tags"]

_OF_TAGS = (
    "contribution", "carried_over", "component_contribution", "component_carried_over", "fine_share",
    "sector", "region", "source_chinese", "source_english",
)  # fmt: skip
_OF_FORECAST = ("concentration", "valid_time")


@dataclass(frozen=True)
class RunPart:
    """Contributions and what is published, of one group.

    Attributes:
        contributions: with the coordinates of `CONTRIBUTIONS`.
        forecast: `concentration` by quantile and `valid_time`.
        where: file and group, for messages.
    """

    contributions: xr.Dataset
    forecast: xr.Dataset
    where: str

    @property
    def reference_time(self) -> np.datetime64:
        """When the run begins, UTC."""
        return np.datetime64(self.contributions["reference_time"].values[0], "ns")


def read_parts(folder: str | Path, hours: bool = True) -> dict[str, RunPart]:
    """What a run published and its contributions: `day`, and `region` and `hour` where the run has them.

    Args:
        folder: of the run.
        hours: whether to read the hours too.

    Raises:
        InputError: when the run holds no contributions or no forecast, or they cannot be read.
    """
    home, found = Path(folder), {}
    missing = "the run holds no contributions"
    with (
        GroupedFile(home / CONTRIBUTIONS_FILE, missing) as contributions,
        GroupedFile(home / FORECAST_FILE) as forecast,
    ):
        for kind, (group, of_forecast) in GROUPS.items():
            if not contributions.holds(group) or (kind == "hour" and not hours):
                continue
            where = f"{home / CONTRIBUTIONS_FILE}{f', group {group}' if group else ''}"
            made = contributions.read(group, _OF_TAGS)
            if "contribution" not in made or "reference_time" not in made.coords:
                raise InputError("it holds no contributions", where=where, remedy="Make the run again")
            found[kind] = RunPart(made, forecast.read(of_forecast, _OF_FORECAST), where)
    return found


def read_tags(folder: str | Path) -> xr.Dataset:
    """Hourly contributions of the transport model in a run.

    Raises:
        InputError: when the run has none, or they cannot be read.
    """
    with GroupedFile(Path(folder) / TAGS_FILE, "the run holds no tags") as file:
        return file.read(None, _OF_TAGS)
