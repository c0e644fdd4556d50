"""The steps of a day in their order, without any scheduler: measure, forecast, verify, publish."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import xarray as xr

from flows.case import CaseConfig
from flows.degradations import degradations
from flows.measurements import Measurements
from forecast.configuration import ForecastConfig, forecast_config
from forecast.hindcast import Judged, from_predictions
from forecast.models import PUBLISHED
from forecast.product import ForecastProduct, forecast_days, forecast_hours
from foundation.errors import InputError, RunError
from foundation.places import gazetteer
from foundation.provenance import Degradation, InputRecord, Manifest, versions
from foundation.store import MANIFEST, RunStore, fingerprint, write_text_atomically
from foundation.times import day_of_instant, instant_of_day, now, shown

JUDGED_DAYS = 30
VERIFIED_MODELS = (PUBLISHED, "persistence", "climatology")
SHOWN_DAYS = 30
SHOWN_HOURS = 7 * 24


@dataclass(frozen=True)
class DayPlan:
    """One run: which case, at which time, into which store."""

    case: CaseConfig
    folder: Path | None
    reference_time: np.datetime64
    store: str


def cache_folder(plan: DayPlan) -> Path | None:
    """Where averaged measurements are kept: beside the runs of a local store."""
    store = RunStore(plan.store)
    return Path(store.root) / "cache" if store.is_local else None


def plan_fingerprint(plan: DayPlan, inputs: Sequence[InputRecord]) -> str:
    """What decides a run's result: case, time, choices, inputs, versions."""
    return fingerprint(
        {
            "case": plan.case.model_dump(mode="json"), "reference_time": str(plan.reference_time),
            "forecast": forecast_config().model_dump(mode="json"),
            "inputs": sorted((record.sha256, record.role) for record in inputs), "versions": versions(),
        }
    )  # fmt: skip


def forecast_step(plan: DayPlan, measured: Measurements) -> dict[str, ForecastProduct]:
    """The daily forecast of places, and of regions, and the hourly one where hours are measured."""
    config = forecast_config()
    products = {"day": forecast_days(measured.daily, plan.reference_time, config, trailing=measured.trailing)}
    regions = _regions(measured.daily)
    if regions is not None:
        trailing = None if measured.trailing is None else _regions(measured.trailing)
        products["region"] = forecast_days(
            regions, plan.reference_time, config, trailing=trailing, days_judged=1
        )
    if measured.hourly is not None:
        products["hour"] = forecast_hours(measured.hourly, plan.reference_time, config)
    return products


def _regions(places: xr.Dataset) -> xr.Dataset | None:
    """Means of the regions of which any place is measured."""
    from observations.means import region_means

    measured = set(places["place"].values)
    parts = [region_means(places, r) for r in gazetteer().regions if measured.intersection(r.places)]
    return xr.concat(parts, "place", combine_attrs="override") if parts else None


def verification_step(plan: DayPlan, products: dict[str, ForecastProduct]) -> dict[str, Any]:
    """Scores of the last days and of yesterday, from forecasts as they would have been issued."""
    from forecast.verification.table import score_table
    from forecast.verification.yesterday import yesterday

    config = forecast_config()
    product = products["day"]
    last = instant_of_day(day_of_instant(plan.reference_time) - np.timedelta64(1, "D"))
    judged = Judged(last - np.timedelta64(JUDGED_DAYS - 1, "D"), last, VERIFIED_MODELS)
    try:
        places = product.dataset["place"].values
        hindcast = from_predictions(product.predictions, places, judged, config)
    except InputError:
        return {"period": None, "scores": [], "yesterday": []}
    return {
        "period": {"from": shown(judged.first, minutes=False), "to": shown(judged.last, minutes=False)},
        "scores": score_table(hindcast),
        "yesterday": yesterday(hindcast, last),
    }


def publish_step(
    plan: DayPlan, measured: Measurements, products: dict[str, ForecastProduct],
    verification: dict[str, Any], further: Sequence[Degradation] = (),
) -> Path:  # fmt: skip
    """Write the run beside, complete, and put it in place; return where it lies."""
    from consultation.bulletin import write_bulletin
    from consultation.warnings import write_warnings

    store = RunStore(plan.store)
    lacking = [*further, *degradations(measured, products["day"], plan.reference_time)]
    with store.writing(plan.case.domain, plan.reference_time) as folder:
        _write_forecast(folder / "forecast.nc", plan, products)
        _write_observations(folder / "observations.nc", measured)
        _write_json(folder / "verification.json", verification)
        manifest = _manifest(plan, measured, products, lacking)
        write_text_atomically(folder / MANIFEST, manifest.model_dump_json(indent=1))
        write_warnings(folder)
        write_bulletin(folder)
    return Path(store.path(plan.case.domain, plan.reference_time))


def _write_forecast(path: Path, plan: DayPlan, products: dict[str, ForecastProduct]) -> None:
    mode: Literal["w", "a"] = "w"
    for group, product in products.items():
        stamped = product.dataset.assign_attrs(
            synthetic=int(plan.case.synthetic), title=plan.case.english, Conventions="CF-1.11",
            created_by="bogda",
        )  # fmt: skip
        stamped.to_netcdf(path, mode=mode, group=None if group == "day" else group)
        mode = "a"


def on_all_steps(measured: xr.Dataset) -> xr.Dataset:
    """The same measurements with every step between the first and the last; missing ones are flagged."""
    from observations.flags import FLAGS
    from observations.regular import regular_times

    times = regular_times(measured["time"].values, str(measured.attrs["averaging"])).times
    absent = {name: FLAGS["missing"] for name in measured.data_vars if str(name).endswith("_flag")}
    counts = {name: 0 for name in measured.data_vars if str(name).endswith("_stations")}
    floats = {name: np.nan for name in measured.data_vars if name not in {**absent, **counts}}
    return measured.reindex(time=times, fill_value={**absent, **counts, **floats})


def _write_observations(path: Path, measured: Measurements) -> None:
    on_all_steps(measured.daily).isel(time=slice(-SHOWN_DAYS, None)).to_netcdf(path)
    if measured.hourly is not None:
        hours = on_all_steps(measured.hourly).isel(time=slice(-SHOWN_HOURS, None))
        hours.to_netcdf(path, mode="a", group="hour")


def _write_json(path: Path, document: dict[str, Any]) -> None:
    write_text_atomically(path, json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False))


def _manifest(
    plan: DayPlan, measured: Measurements, products: dict[str, ForecastProduct], lacking: list[Degradation]
) -> Manifest:
    config: ForecastConfig = forecast_config()
    return Manifest(
        domain=plan.case.domain, reference_time=f"{plan.reference_time.astype('datetime64[s]')}Z",
        created=f"{now().astype('datetime64[s]')}Z", synthetic=plan.case.synthetic, inputs=measured.inputs,
        configuration={
            "case": plan.case.model_dump(mode="json"), "forecast": config.model_dump(mode="json"),
            "fingerprint": plan_fingerprint(plan, measured.inputs),
        },
        versions=versions(), models=dict.fromkeys(products, PUBLISHED),
        degradations=tuple(lacking),
        problems=measured.problems,
        products={
            "forecast": "forecast.nc", "observations": "observations.nc",
            "verification": "verification.json", "warnings": "warnings.json", "bulletin": "bulletin.html",
        },
    )  # fmt: skip


def already_made(plan: DayPlan, inputs: Sequence[InputRecord]) -> Path | None:
    """Where this very run lies when it was made before from the same inputs; None otherwise."""
    store = RunStore(plan.store)
    if not store.exists(plan.case.domain, plan.reference_time):
        return None
    made = run_manifest(plan).get("configuration", {}).get("fingerprint")
    same = made == plan_fingerprint(plan, inputs)
    return Path(store.path(plan.case.domain, plan.reference_time)) if same else None


def run_manifest(plan: DayPlan) -> dict[str, Any]:
    """The manifest of a run that is there, from whatever store it lies in.

    Raises:
        RunError: when it cannot be read; the run should be made again.
    """
    store = RunStore(plan.store)
    file = f"{store.path(plan.case.domain, plan.reference_time)}/{MANIFEST}"
    try:
        with store.filesystem.open(file, "r", encoding="utf-8") as stream:
            document: dict[str, Any] = json.load(stream)
    except (OSError, ValueError) as error:
        raise RunError(
            "the manifest of the run cannot be read", where=file, remedy="Make the run again with --again"
        ) from error
    return document
