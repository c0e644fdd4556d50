"""`bogda sources footprint`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from flows.figure_request import refuse_figure
from flows.output import print_json, print_line, progress_bar
from foundation.errors import ConfigurationError
from foundation.pollutants import POLLUTANTS
from foundation.times import HOUR, parse_reference_time, shown

if TYPE_CHECKING:
    from flows.stored_run import Driven
    from sources.footprints.targets import Target

_LARGEST_COUNTIES = 8


@dataclass(frozen=True)
class FootprintRequest:
    """What was asked for on the command line.

    Attributes:
        run: folder of a run.
        place: place or region, id or any name.
        valid_time: end of the hour, or a time of the day, Beijing time unless it has an offset.
        out: file to write.
        pollutant: such as `pm25`.
        averaging: `hour` or `day`.
        figure: file to draw, if any.
        particles: whether backward particles check the adjoint.
    """

    run: str
    place: str
    valid_time: str
    out: str
    pollutant: str = "pm25"
    averaging: str = "hour"
    figure: str | None = None
    particles: bool = False


def run(request: FootprintRequest, *, as_json: bool) -> None:
    """Follow a concentration of a run back to where and when it was emitted.

    Raises:
        BogdaError: when the run is none or cannot be driven again, for an unknown place, or another time.
    """
    from flows.footprint_products import explain
    from flows.stored_run import open_run
    from sources.footprints.storage import write_footprints

    _refuse(request)
    stored = open_run(request.run)
    with progress_bar("sources footprint", 4 if request.particles else 3) as advance:
        advance("weather and emissions")
        driven = stored.driven()
        target = _target(request, driven)
        advance("adjoint")
        made = explain(driven.run, driven.start, [target], 1, _told("adjoint", advance))
        made.attrs |= {"title": stored.plan.case.english, "domain": stored.plan.case.domain}
        check = None
        if request.particles:
            from flows.particle_check import particle_check

            advance("particles")
            check = particle_check(driven, target, made, _told("particles", advance))
            made = made.merge(check.maps, combine_attrs="override")
        advance("writing")
        write_footprints(made, request.out)
        if request.figure is not None:
            from sources.footprints.figures import draw_footprint

            draw_footprint(made, request.figure)
    document = _document(made, request) | ({} if check is None else {"particles": check.document})
    document["largest_difference_from_tags"] = _apart(stored.folder / "tags.nc", made)
    if as_json:
        print_json(document)
    else:
        _print(document)


def _refuse(request: FootprintRequest) -> None:
    """Before anything is read: names that cannot be."""
    if request.figure is not None:
        refuse_figure(Path(request.figure))
    if Path(request.out).suffix != ".nc":
        raise ConfigurationError(f"--out {request.out!r}: the file is NetCDF", remedy="Name a .nc file")
    if not Path(request.out).parent.is_dir() or Path(request.out).is_dir():
        raise ConfigurationError(
            f"--out {request.out!r}: no such folder, or a folder itself", remedy="Name a .nc file"
        )
    if request.pollutant not in ("pm25", "pm10", "so2", "no2"):
        raise ConfigurationError(
            f"--pollutant {request.pollutant!r}", remedy="The model carries pm25, pm10, so2, no2"
        )


def _target(request: FootprintRequest, driven: Driven) -> Target:
    from sources.footprints.targets import target_of

    run = driven.run
    target = target_of(
        request.place, run.driver.grid, request.pollutant, request.averaging,
        parse_reference_time(request.valid_time),
    )  # fmt: skip
    last = min(run.driver.covered[1], run.reference_time + run.config.lead_hours * HOUR)
    return target.check(run.reference_time, last)


def _told(step: str, advance: Callable[[str], None]) -> Callable[[int, int], None]:
    return lambda done, total: advance(f"{step} · {done}/{total}")


def _document(made: xr.Dataset, request: FootprintRequest) -> dict[str, Any]:
    """Contributions in the unit people read, the largest first."""
    from foundation.footprint_contracts import check_footprint_closure
    from foundation.units import to_display

    one = made.isel(receptor=0)

    def display(value: Any) -> float:
        return round(float(to_display(np.asarray(value, dtype=float), request.pollutant)), 6)

    sources = [
        {
            "source": str(one["source"].values[n]), "chinese": str(one["source_chinese"].values[n]),
            "contribution": display(one["contribution"].values[n]),
            "carried_over": display(one["carried_over"].values[n]),
        }
        for n in np.argsort(-one["contribution"].values)
    ]  # fmt: skip
    county = one["county_contribution"].sum("source").values
    counties = [
        {
            "county": str(one["county"].values[n]), "chinese": str(one["county_chinese"].values[n]),
            "prefecture": str(one["county_prefecture"].values[n]), "contribution": display(county[n]),
        }
        for n in np.argsort(-county) if abs(county[n]) > 1e-6 * abs(county).max()
    ]  # fmt: skip
    return {
        "run": request.run, "out": request.out, "figure": request.figure, "place": str(one["place"].values),
        "pollutant": request.pollutant, "unit": POLLUTANTS[request.pollutant].shown_unit,
        "from": _time(one["mean_start"]), "to": _time(one["mean_end"]),
        "reference_time": _time(one["reference_time"]),
        "concentration": display(one["concentration"].values),
        "closure": float(check_footprint_closure(made)),
        "emitted_since": display(one["emitted_contribution"].sum()),
        "carried_over": display(one["carried_over"].sum()),
        "sources": sources, "counties": counties, "synthetic": bool(made.attrs["synthetic"]),
    }  # fmt: skip


def _apart(tags: Path, made: xr.Dataset) -> float | None:
    """Largest difference of a source from the tags of the run, as a share of their total; None without."""
    from sources.footprints.tag_comparison import shares_apart

    if not tags.is_file():
        return None
    return float(shares_apart(made, xr.load_dataset(tags, engine="netcdf4", decode_timedelta=True))[0])


def _time(instant: xr.DataArray) -> str:
    return shown(np.datetime64(instant.values.item(), "ns"))


def _print(document: dict[str, Any]) -> None:
    unit = document["unit"]
    print_line(f"{document['place']} {document['pollutant']} {document['from']} ~ {document['to']}: "
               f"{document['concentration']:.1f} {unit}")  # fmt: skip
    print_line(f"起报后排放 emitted since {document['emitted_since']:.1f}，起报时已在空中 carried over "
               f"{document['carried_over']:.1f} {unit}")  # fmt: skip
    for one in document["sources"]:
        if one["contribution"] >= 0.005 * document["concentration"]:
            print_line(f"  {one['contribution']:8.2f}  {one['source']}  {one['chinese']}")
    print_line("按区县（起报后排放） by county (emitted since)")
    for one in document["counties"][:_LARGEST_COUNTIES]:
        print_line(f"  {one['contribution']:8.2f}  {one['chinese']}  {one['prefecture']}")
    if "particles" in document:
        found = document["particles"]["inert"]
        print_line(f"后向粒子 particles: overlap {found['overlap']:.2f}, correlation "
                   f"{found['correlation']:.2f}, centroids {found['centroids_km']:.0f} km apart, total "
                   f"{found['total_ratio']:.2f}")  # fmt: skip
    print_line(f"写入 written {document['out']}")
