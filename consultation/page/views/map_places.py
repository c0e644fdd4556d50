"""Values at places on the map: the published forecast, or what a group of sources adds to it."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from consultation.page.faults import AbsentError, UnprocessableError
from consultation.page.library import Library
from consultation.page.reading.inspection import Run
from consultation.page.shapes import maps as shapes
from consultation.page.shapes.words import Names, Numbers
from consultation.page.views.contributions import PartAsked, part_of_run, sums_of, valid_times
from consultation.page.views.forecasts import at_quantile, names_of, ordered_places
from consultation.page.views.places import pollutant_of
from consultation.page.views.writing import days, instants, numbers, shown_numbers
from consultation.products import FORECAST_FILE
from foundation.pollutants import POLLUTANTS

__all__ = ["forecast_on_map", "sources_on_map"]


def forecast_on_map(library: Library, run: Run, asked: str, averaging: str) -> shapes.PlacesOnMap:
    """The published median at every place.

    Raises:
        AbsentError: when the run has no such forecast.
    """
    if averaging == "hour" and "hour" not in run.groups:
        raise AbsentError("本次运行没有逐小时预报", "This run has no hourly forecast")
    pollutant = pollutant_of(asked, averaging)
    group = "hour" if averaging == "hour" else None
    found = library.read(
        run, FORECAST_FILE, group, ("concentration", "valid_time"), {"pollutant": pollutant}
    ).isel(reference_time=0)
    values = at_quantile(found["concentration"].transpose("place", "lead_time", "quantile"), 0.5)
    what = Names(chinese="发布的预报", english="Published forecast")
    return _on_map(found, values, None, (pollutant, averaging), (found["valid_time"].values, what))


def sources_on_map(library: Library, run: Run, query: dict[str, Any]) -> shapes.PlacesOnMap:
    """What a group of sources adds at every place.

    Args:
        library: of the page.
        run: that published it.
        query: `pollutant`, `averaging`, `by` and `group`.

    Raises:
        AbsentError: when the run has no contributions.
        UnprocessableError: when there is no such group.
    """
    averaging = query["averaging"]
    asked = PartAsked(averaging, pollutant_of(query["pollutant"], averaging), query["by"])
    part = part_of_run(library, run, asked)
    groups, sums = sums_of(part, asked.by)
    names = [group.id for group in groups]
    if query["group"] not in names:
        known = ", ".join(names)
        raise UnprocessableError(
            f"没有来源 {query['group']}；可用：{known}", f"no group {query['group']}; known: {known}"
        )
    chosen = groups[names.index(query["group"])]
    values, total = sums[names.index(chosen.id)].T, sums.sum(axis=0).T
    share = 100.0 * values / np.where(total > 0, total, np.nan)
    valid = valid_times(part, run, averaging)
    what = Names(chinese=chosen.chinese, english=chosen.english)
    return _on_map(part, values, share, (asked.pollutant, averaging), (valid, what))


def _on_map(
    found: xr.Dataset, values: np.ndarray, share: np.ndarray | None, kind: tuple[str, str],
    told: tuple[np.ndarray, Names],
) -> shapes.PlacesOnMap:  # fmt: skip
    pollutant, averaging = kind
    rows = {str(name): row for row, name in enumerate(found["place"].values)}
    places = []
    for name in ordered_places(found):
        chinese, english, lon, lat = names_of(name)
        if lon is None or lat is None:
            continue
        shares: Numbers | None = None if share is None else numbers(share[rows[name]], 1)
        places.append(
            shapes.PlaceValues(
                id=name, chinese=chinese, english=english, lon=lon, lat=lat,
                values=shown_numbers(values[rows[name]], pollutant), share=shares,
            )
        )  # fmt: skip
    return shapes.PlacesOnMap(
        pollutant=pollutant, unit=POLLUTANTS[pollutant].shown_unit, times=instants(told[0]),
        averaging="hour" if averaging == "hour" else "day", days=days(told[0], averaging), what=told[1],
        places=places,
    )  # fmt: skip
