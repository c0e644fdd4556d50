"""`bogda dust split`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.commands.dust_detect import column_names, described, judge, measured, rule_facts
from flows.figure_request import refuse_figure
from flows.inventory_request import check_out
from flows.output import print_json, print_line
from foundation.errors import ConfigurationError
from foundation.store import written_beside

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Request:
    """What to split, by which rule days are assessed, and what to write."""

    observations: str
    provider: str | None = None
    rule: str | None = None
    by: str = "place"
    out: str | None = None
    figure: str | None = None


def run(request: Request, *, as_json: bool) -> None:
    """Print how much of PM10 and PM2.5 was dust, and the days assessed without dust.

    Raises:
        BogdaError: when the files cannot be read, the rule does not apply, or a file to write has another
            ending.
    """
    from observations.dust.split import split_dust

    _check_names(request)
    dataset, problems = measured(request.observations, request.provider, request.by)
    judged = judge(dataset, request.rule)
    split = split_dust(dataset)
    document: dict[str, Any] = {
        "rule": rule_facts(request.rule),
        "by": request.by,
        "averaging": dataset.attrs["averaging"],
        "interval": split["pm10_dust"].attrs["interval"],
        "means": _means(split, column_names(dataset)),
        "events": [described(event, dataset) for event in judged.events],
        "days": _days(dataset, judged.mask) if request.by == "place" else None,
        "problems": problems,
    }
    if request.out:
        _write(split, request.out)
        document["out"] = request.out
    if request.figure:
        from consultation.dust_page.charts import draw_split

        document["drawn"] = list(draw_split(split, judged.events, request.figure, column_names(dataset)))
        document["figure"] = request.figure
    if as_json:
        print_json(document)
    else:
        _print(document)


def _check_names(request: Request) -> None:
    if request.out and not request.out.endswith((".nc", ".csv")):
        raise ConfigurationError(f"--out: expected a name ending in .nc or .csv, got {request.out!r}")
    if request.out:
        check_out(request.out)
    if request.figure:
        refuse_figure(Path(request.figure))


def _means(split: xr.Dataset, names: dict[str, str]) -> list[dict[str, Any]]:
    """Mean over the record of each part, µg/m³, and the share of dust."""
    import numpy as np

    from foundation.units import to_display

    dim = str(split["pm10_dust"].dims[1])
    found = []
    for column in map(str, split[dim].values):
        one = split.sel({dim: column})
        steps = int(np.isfinite(one["pm10_dust"].values).sum())
        entry: dict[str, Any] = {"place": column, "name": names.get(column, column), "steps": steps}
        for name in ("pm10", "pm10_dust", "pm10_rest", "pm25", "pm25_dust", "pm25_rest"):
            mean = float(one[name].mean()) if steps else None
            entry[name] = None if mean is None else round(to_display(mean, name[:4]), 1)
        found.append(entry)
    return found


def _days(dataset: xr.Dataset, mask: xr.DataArray) -> list[dict[str, Any]]:
    from observations.dust.deduction import days_with_and_without_dust
    from standards.dust_days import reports_with_and_without_dust

    return reports_with_and_without_dust(*days_with_and_without_dust(dataset, mask))


def _write(split: xr.Dataset, out: str) -> None:
    with written_beside(out) as beside:
        if beside.suffix == ".nc":
            split.to_netcdf(beside, engine="netcdf4")
        else:
            split.to_dataframe().reset_index().to_csv(beside, index=False)


def _print(document: dict[str, Any]) -> None:
    print_line(f"{document['rule']['chinese']} · {document['rule']['english']}; µg/m³")
    for entry in document["means"]:
        if entry["steps"]:
            coarse, fine = (
                f"{entry[name]} = 沙尘 {entry[f'{name}_dust']} + {entry[f'{name}_rest']}"
                for name in ("pm10", "pm25")
            )
            print_line(f"{entry['name']:12} PM10 {coarse}   PM2.5 {fine}")
    for day in document["days"] or []:
        before, after = day["measured"], day["assessed"]
        changes = "  ".join(
            f"{label} {_number(before[name])} → {_number(after[name])}"
            for label, name in (("AQI", "aqi"), ("PM10", "pm10"), ("PM2.5", "pm25"))
        )
        primary = " → ".join(",".join(one["primary"]) or "—" for one in (before, after))
        print_line(f"{day['day']} {day['place']:10} 沙尘 {day['dust_hours']} h  {changes}  首要 {primary}")


def _number(value: float | None) -> str:
    return "—" if value is None else str(value)
