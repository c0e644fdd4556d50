"""Last step of a day: the run written beside, complete, and put in place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import xarray as xr

from flows.champion.inputs import inputs_file, write_inputs
from flows.champion.part import weights_told
from flows.champion.record import KINDS
from flows.contributions import write_contributions
from flows.degradations import degradations, not_verified
from flows.dust_products import write_dust_products
from flows.hindcasts.drift import drift_told
from flows.ladder.finding import ladder_document, standings_of
from flows.measurements import Measurements
from flows.physical_products import Written, run_marks, write_physical
from flows.plan import DayPlan, plan_fingerprint, run_versions
from flows.transport import Physical
from flows.weather_products import write_weather
from forecast.configuration import ForecastConfig, forecast_config
from forecast.product import ForecastProduct, made_with
from foundation.provenance import Degradation, Manifest
from foundation.store import MANIFEST, RunStore, write_text_atomically
from foundation.times import iso_utc, now

SHOWN_DAYS = 30
SHOWN_HOURS = 7 * 24


def publish_step(
    plan: DayPlan, measured: Measurements, products: dict[str, ForecastProduct],
    verification: dict[str, Any], physical: Physical, further: Sequence[Degradation] = (),
) -> Path:  # fmt: skip
    """Write the run beside, complete, and put it in place; return where it lies."""
    from consultation.bulletin import write_bulletin
    from consultation.warnings import write_warnings

    store = RunStore(plan.store)
    drift = drift_told(verification.get("drift"))
    standings = standings_of(plan, measured, products, physical)
    lacking = [
        *further,
        *drift,
        *not_verified(verification.get("fault")),
        *degradations(measured, products, plan, physical, standings),
    ]
    with store.writing(plan.case.domain, plan.reference_time) as folder:
        _write_forecast(folder / "forecast.nc", plan, products)
        _write_observations(folder / "observations.nc", measured)
        _write_json(folder / "verification.json", verification)
        written = write_physical(folder, plan, physical)
        written.products.update(write_weather(folder, physical.weather, run_marks(plan, physical)))
        written.products.update(write_contributions(folder, plan, products, physical))
        written.products.update(_write_inputs(folder, products))
        written.products.update(write_dust_products(folder, plan, measured, physical))
        written.configuration.update(ladder=ladder_document(standings))
        manifest = _manifest(plan, measured, products, lacking, written)
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


def _write_inputs(folder: Path, products: dict[str, ForecastProduct]) -> dict[str, str]:
    """What learned models saw; nothing where none was asked."""
    found = {}
    for kind in KINDS:
        line = products[kind].learned if kind in products else None
        if line is not None and line.panel is not None:
            write_inputs(folder / inputs_file(kind), line.panel, *line.reach)
            found[f"learned_{kind}"] = inputs_file(kind)
    return found


def _write_observations(path: Path, measured: Measurements) -> None:
    on_all_steps(measured.daily).isel(time=slice(-SHOWN_DAYS, None)).to_netcdf(path)
    if measured.hourly is not None:
        hours = on_all_steps(measured.hourly).isel(time=slice(-SHOWN_HOURS, None))
        hours.to_netcdf(path, mode="a", group="hour")


def _write_json(path: Path, document: dict[str, Any]) -> None:
    write_text_atomically(path, json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False))


def _manifest(
    plan: DayPlan,
    measured: Measurements,
    products: dict[str, ForecastProduct],
    lacking: list[Degradation],
    physical: Written,
) -> Manifest:
    config: ForecastConfig = forecast_config()
    return Manifest(
        domain=plan.case.domain, reference_time=iso_utc(plan.reference_time),
        created=iso_utc(now()), synthetic=plan.case.synthetic, inputs=plan.inputs,
        configuration={
            "case": plan.case.model_dump(mode="json"), "forecast": config.model_dump(mode="json"),
            "fingerprint": plan_fingerprint(plan), **_learned(plan, products), **physical.configuration,
        },
        versions=run_versions(plan), models=_models(plan, products) | physical.models,
        degradations=tuple(lacking),
        problems=measured.problems,
        products={
            "forecast": "forecast.nc", "observations": "observations.nc",
            "verification": "verification.json", "warnings": "warnings.json", "bulletin": "bulletin.html",
            **physical.products,
        },
    )  # fmt: skip


def _models(plan: DayPlan, products: dict[str, ForecastProduct]) -> dict[str, str]:
    """What each forecast was made with: the combination, with a release in it, or a release alone."""
    labels = {kind: champion.label for kind, champion in plan.champions.items()}
    return {
        group: made_with(product, labels.get("hour" if group == "hour" else "day", ""))
        for group, product in products.items()
    }


def _learned(plan: DayPlan, products: dict[str, ForecastProduct]) -> dict[str, Any]:
    """The champions of the store at the time of the run, used or not, and the weights of candidates."""
    if not plan.champions:
        return {}
    told = {
        kind: champion.document | (weights_told(products[kind]) if kind in products else {})
        for kind, champion in plan.champions.items()
    }
    return {"champions": told}
