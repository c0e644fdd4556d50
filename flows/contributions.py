"""Where the published numbers come from, in the folder of a run; with or without the transport model."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import xarray as xr

from flows.plan import DayPlan
from flows.transport import Physical
from forecast.product import ForecastProduct
from foundation.places import gazetteer
from foundation.pollutants import POLLUTANTS
from foundation.units import to_si
from sources.tagging.runs import CONTRIBUTIONS_FILE, GROUPS

_PACKING = {"zlib": True, "complevel": 1, "shuffle": True}


def write_contributions(
    folder: Path, plan: DayPlan, products: dict[str, ForecastProduct], physical: Physical
) -> dict[str, str]:
    """Write the contributions to every forecast of a run, in its group of `GROUPS`; the root holds the days.

    Args:
        folder: of the run, being written.
        plan: the run.
        products: the forecasts, by group.
        physical: the forecast of the transport model, if any; without it nothing is attributed.

    Returns:
        What the manifest says of it.
    """
    from sources.tagging.configuration import tagging_config
    from sources.tagging.published import published_contributions

    tags = None if physical.forecast is None else physical.forecast.tags
    config = tagging_config()
    members = {region.id: region.places for region in gazetteer().regions}
    mode: Literal["w", "a"] = "w"
    for group, product in products.items():
        made = published_contributions(
            product.dataset, tags, config.largest_factor, members if group == "region" else None,
            config.fewest_hours, own_parts(product),
        )  # fmt: skip
        marks = {
            "synthetic": int(plan.case.synthetic or physical.synthetic),
            "title": plan.case.english,
            "Conventions": "CF-1.11",
        }
        packing = {
            str(name): _PACKING | {"chunksizes": _by_place(one)} for name, one in made.data_vars.items()
        }
        made.assign_attrs(marks | {"created_by": "bogda"}).to_netcdf(
            folder / CONTRIBUTIONS_FILE, mode=mode, group=GROUPS[group][0], encoding=packing
        )
        mode = "a"
    return {"contributions": CONTRIBUTIONS_FILE}


def _by_place(array: xr.DataArray) -> tuple[int, ...] | None:
    """Chunks that hold one place each: a chart of a place reads its own; None where there is no place."""
    if "place" not in array.dims:
        return None
    return tuple(1 if name == "place" else size for name, size in array.sizes.items())


def own_parts(product: ForecastProduct) -> xr.DataArray | None:
    """Parts of PM2.5 that a learned model in the lead made it of (lead_time, place, source), kg m-3."""
    line = product.learned
    if line is None or line.sources is None:
        return None
    coords = {
        "lead_time": product.dataset["lead_time"].values, "place": product.dataset["place"].values,
        "source": list(line.source_names[:-1]),
    }  # fmt: skip
    return xr.DataArray(
        to_si(line.sources[..., :-1], POLLUTANTS["pm25"].display_unit, "pm25"),
        coords,
        ("lead_time", "place", "source"),
    )
