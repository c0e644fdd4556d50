"""`bogda dust emission`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.figure_request import refuse_figure
from flows.output import print_json, print_line
from foundation.errors import ConfigurationError, InputError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from emissions_inventory.natural.configuration import DustEmissionConfig
    from emissions_inventory.natural.fields import DustField
    from emissions_inventory.natural.regions import RegionMap
    from foundation.grids import Grid
    from foundation.provenance import Degradation


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    weather: tuple[str, ...]
    scheme: str | None = None
    threshold_factor: float | None = None
    domain: str = "dust"
    terrain: str | None = None
    figure: str | None = None


def run(request: Request, *, as_json: bool) -> None:
    """Print what dust the weather raises, and draw it.

    Raises:
        BogdaError: when the weather, the terrain or a name is not as expected.
    """
    if request.figure is not None:
        refuse_figure(Path(request.figure))
    document, field = emitted(request)
    if request.figure is not None:
        from emissions_inventory.natural.figures import draw_dust

        draw_dust(field, request.figure, document["scheme"])
        document["figure"] = request.figure
    if as_json:
        print_json(document)
        return
    for line in _lines(document):
        print_line(line)


def emitted(request: Request) -> tuple[dict[str, Any], DustField]:
    """The document that the command prints, and the field it speaks of."""
    import pyproj  # noqa: F401 - before any reader loads ecCodes, which brings another PROJ

    from emissions_inventory.natural.fields import dust_field, dust_sources
    from emissions_inventory.natural.relief import read_etopo, shipped_relief
    from emissions_inventory.natural.totals import dust_table, passing_record

    config, grid = _config(request), _grid(request.domain)
    relief = shipped_relief() if request.terrain is None else read_etopo(request.terrain)
    weather, notes = _weather(request.weather, grid)
    sources = dust_sources(grid, config, relief)
    factor = config.threshold_factor.value
    field = dust_field(weather, grid, config, factor, sources=sources)
    table = dust_table(field, grid)
    document = {
        "weather": list(request.weather), "scheme": config.scheme, "domain": request.domain,
        "terrain": relief.source, "threshold_factor": factor,
        "threshold_factor_range": list(config.threshold_factor.range),
        "emitted_kg": float(table["emitted_kg"].sum()),
        "emitted_kg_range": _range(weather, grid, config, sources),
        "wind_speed_highest_m_s": float(field.dataset["wind_speed"].max()),
        "regions": passing_record(table), "times": _times(table),
        "notes": [note.model_dump() for note in (*notes, *field.notes)],
    }  # fmt: skip
    return document, field


def _config(request: Request) -> DustEmissionConfig:
    from emissions_inventory.natural.configuration import SCHEMES, dust_config

    config = dust_config()
    if request.scheme is not None:
        if request.scheme not in SCHEMES:
            raise ConfigurationError(
                f"--scheme {request.scheme!r}: unknown", remedy=f"Give one of {', '.join(SCHEMES)}"
            )
        config = config.model_copy(update={"scheme": request.scheme})
    if request.threshold_factor is not None:
        if not 0.1 <= request.threshold_factor <= 10:
            raise ConfigurationError(
                f"--threshold-factor {request.threshold_factor:g}: expected 0.1 to 10",
                remedy="1 keeps thresholds as published",
            )
        given = request.threshold_factor
        known = config.threshold_factor
        low, high = (given * end / known.value for end in known.range)
        update = known.model_copy(update={"value": given, "low": low, "high": high})
        config = config.model_copy(update={"threshold_factor": update})
    return config


def _grid(domain: str) -> Grid:
    from flows.dust_run import checked_domain
    from foundation.configuration import load_shipped
    from foundation.grids import GridConfig

    return load_shipped(GridConfig, f"domains/{checked_domain(domain)}.yaml").grid()


def _weather(paths: tuple[str, ...], grid: Grid) -> tuple[xr.Dataset, tuple[Degradation, ...]]:
    """Whole weather where the files hold it; the wind at 10 m alone from GFS files without levels."""
    from atmosphere.meteorology.readers.area import around
    from atmosphere.meteorology.readers.files import files_of
    from atmosphere.meteorology.reading import one_kind, read_weather
    from foundation.provenance import Degradation

    files = files_of(paths)
    try:
        return read_weather(files, around(grid)), ()
    except InputError as error:
        if one_kind(files) != "GFS":
            raise
        from atmosphere.meteorology.readers.gfs import read_surface_wind

        try:
            wind = read_surface_wind(files, around(grid))
        except InputError:
            raise error from None
        note = Degradation(
            code="dust-wind-alone", chinese="气象文件不完整，只用了10米风。",
            english=f"The files are no whole weather, only the wind at 10 m is used ({error.what}).",
        )  # fmt: skip
        return wind, (note,)


def _range(weather: xr.Dataset, grid: Grid, config: DustEmissionConfig, sources: RegionMap) -> list[float]:
    """Least and most that thresholds within their range let rise, kg."""
    from emissions_inventory.natural.fields import dust_field
    from emissions_inventory.natural.totals import dust_table

    ends = [dust_field(weather, grid, config, one, sources=sources) for one in config.threshold_factor.range]
    return sorted(float(dust_table(one, grid)["emitted_kg"].sum()) for one in ends)


def _times(table: pd.DataFrame) -> list[dict[str, Any]]:
    """For each time what every tag emitted, and on which area and where its threshold was passed."""
    entries: dict[str, dict[str, Any]] = {}
    for row in table.to_dict("records"):
        time = f"{row['time']:%Y-%m-%dT%H:%M}Z"
        entry = entries.setdefault(
            time, {"time_utc": time, "hours": float(row["hours"]), "emitted_kg": 0.0, "regions": {}}
        )
        one = {"emitted_kg": float(row["emitted_kg"]), "passed_km2": float(row["passed_km2"])}
        if one["emitted_kg"] > 0:
            one |= {"strongest_lon": float(row["lon"]), "strongest_lat": float(row["lat"])}
        entry["emitted_kg"] += one["emitted_kg"]
        entry["regions"][str(row["tag"])] = one
    return list(entries.values())


def _lines(document: dict[str, Any]) -> list[str]:
    from emissions_inventory.natural.region_configuration import dust_regions

    low, high = (one / 1e6 for one in document["emitted_kg_range"])
    lines = [
        f"方案 scheme {document['scheme']}，临界值系数 threshold factor {document['threshold_factor']:g}",
        f"起沙总量 emitted {document['emitted_kg'] / 1e6:.1f} kt（{low:.1f} ~ {high:.1f}）",
    ]
    for tag in dust_regions().tags:
        one = document["regions"][tag.id]
        text = f"{tag.chinese} {tag.english}: {one['emitted_kg'] / 1e6:.2f} kt"
        if one["times_passed"]:
            text += (
                f"，{one['times_passed']}/{one['times']} 时次超过临界值 times passed，{one['first_utc']} ~ "
                f"{one['last_utc']}，最大面积 largest area {one['largest_area_km2']:.0f} km²"
            )
        lines.append(text)
    return [*lines, *(f"{note['chinese']} {note['english']}" for note in document["notes"])]
