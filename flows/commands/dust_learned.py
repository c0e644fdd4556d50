"""`bogda dust learn` and `bogda dust outlook`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.commands.dust_detect import measured
from flows.inventory_request import check_out
from flows.output import print_json, print_line, progress_bar
from foundation.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

    from forecast.dust.learned.configuration import Coefficients

_LATEST_DAYS = 2
_UNFAIR = "系数用到了起报之后的资料，不是公平的回报 · Fitted on days after the issue: no fair hindcast"


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    observations: str
    provider: str | None = None
    time: str | None = None
    coefficients: str | None = None
    out: str | None = None


def learn(request: Request, *, as_json: bool) -> None:
    """Fit the learned forecast on a record up to a time and write its coefficients.

    Raises:
        BogdaError: when the record cannot be read or is too small, or the file cannot be written.
    """
    from forecast.dust.learned.cases import cases_of
    from forecast.dust.learned.fitting import fit_cases
    from forecast.dust.learned.storage import write_coefficients

    out = request.out or ""
    check_out(out)
    dataset, _ = measured(request.observations, request.provider, "place")
    with progress_bar("dust learn", 2) as advance:
        advance("cases")
        cases = cases_of(dataset)
        advance("fit")
        made = fit_cases(cases, _step(dataset, request.time), str(dataset.attrs["source"]))
    write_coefficients(made, out)
    document = {
        "out": out, "source": made.source, "averaging": made.averaging, "fitted_from": made.fitted_from,
        "fitted_until": made.fitted_until, "cases": made.cases, "places": list(made.places),
        "predictors": len(made.predictors), "laws": len(made.laws),
    }  # fmt: skip
    _tell(document, as_json=as_json)


def outlook(request: Request, *, as_json: bool) -> None:
    """Print the learned forecast of an issue, and write it.

    Raises:
        BogdaError: when record or coefficients cannot be used.
    """
    from forecast.dust.learned.outlook import dust_outlook

    if request.out is not None:
        check_out(request.out)
    dataset, _ = measured(request.observations, request.provider, "place")
    made = dust_outlook(
        dataset, _step(dataset, request.time, fresh=True), _coefficients(request.coefficients)
    )
    if request.out is not None:
        from foundation.store import written_beside

        with written_beside(request.out) as beside:
            made.to_netcdf(beside, engine="netcdf4")
    document = {"out": request.out, **_outlook_document(made)}
    issue = np.datetime64(made["reference_time"].item(), "ns")
    if np.datetime64(str(made.attrs["fitted_until"]), "ns") > issue:
        document["note"] = _UNFAIR
    if as_json:
        print_json(document)
        return
    if "note" in document:
        print_line(f"! {document['note']}")
    for one in document["places"]:
        over = "  ".join(f"P(PM10>{mark}) {share:.2f}" for mark, share in one["pm10_above"].items())
        low, middle, high = one["pm10_ug_m3"]
        mark = "!" if one["dust_warning"] else " "
        print_line(f"{mark} {one['valid']} {one['place']:10} 沙尘 P={one['dust']:.2f}  {over}  "
                   f"PM10 {middle:.0f} ({low:.0f}–{high:.0f})")  # fmt: skip


def _step(dataset: xr.Dataset, text: str | None, *, fresh: bool = False) -> np.datetime64:
    """The last day that has ended, or hour, of the record by a time; its last without one.

    Raises:
        InputError: when there is none, or a fresh record is wanted that ends two days before at most.
    """
    from foundation.times import DAY, parse_reference_time, shown

    times = dataset["time"].values
    if text is None:
        found: np.datetime64 = times[-1]
        return found
    wanted = parse_reference_time(text)
    length = DAY if dataset.attrs["averaging"] == "day" else np.timedelta64(0, "h")
    upto = times[times + length <= wanted]
    if not len(upto):
        raise InputError(f"nothing measured up to {text}; the record begins {shown(times[0])}")
    last: np.datetime64 = upto[-1]
    if fresh and wanted - (last + length) > _LATEST_DAYS * DAY:
        raise InputError(
            f"the record ends {shown(times[-1])} Beijing time, more than {_LATEST_DAYS} days before {text}",
            remedy="Give later measurements, or an earlier time",
        )
    return last


def _coefficients(path: str | None) -> Coefficients:
    from forecast.dust.learned.configuration import shipped
    from forecast.dust.learned.storage import read_coefficients

    return shipped() if path is None else read_coefficients(path)


def _outlook_document(made: xr.Dataset) -> dict[str, Any]:
    from foundation.times import shown

    issue = np.datetime64(made["reference_time"].item(), "ns")
    places = []
    for lead in made["lead_time"].values:
        for place in map(str, made["place"].values):
            one = made.sel(lead_time=lead, place=place)
            spread = one["quantiles"].sel(level=[0.1, 0.5, 0.9], method="nearest")
            above = {
                name: {
                    f"{float(mark):g}": round(float(one["probability"].sel(quantity=name, threshold=mark)), 3)
                    for mark in made["threshold"].values
                }
                for name in ("pm10", "pm10_dust")
            }
            places.append({
                "place": place, "valid": shown(issue + lead),
                "dust": round(float(one["dust_probability"]), 3),
                "dust_warning": bool(one["dust_warning"]), "pm10_above": above["pm10"],
                "pm10_dust_above": above["pm10_dust"],
                "pm10_ug_m3": [round(float(value), 1) for value in spread.sel(quantity="pm10")],
            })  # fmt: skip
    told = {name: made.attrs[name] for name in ("method", "source", "fitted_until")}
    return {"reference_time": shown(issue), **told, "places": places}


def _tell(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        print_line(f"{name}: {value}")
