"""The daily flow: the steps of a day as Prefect tasks, with retries, a cache and artifacts."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows import day, publication, transport
from flows import plan as plans
from flows.degradations import NO_SCHEDULER
from flows.dust_day import dust_step
from flows.measurements import Measurements, arrange, average, cached_file
from flows.plan import DayPlan
from flows.scheduler import PATIENT, alone_on_this_machine, end_if_told, end_in_order_still
from foundation.errors import BogdaError
from foundation.provenance import Degradation
from foundation.store import RunStore

Progress = Callable[[str], None]

STEPS = ("measurements", "weather", "transport", "dust", "forecast", "verification", "publication")


def make_day(plan: DayPlan, progress: Progress, *, again: bool = False) -> tuple[Path, bool]:
    """Make the run of a day, or find it made.

    Args:
        plan: which case, time and store.
        progress: called with the name of each step as it begins.
        again: make it even when it is there, made from the same inputs.

    Returns:
        The run's folder, and whether it was made now.

    Raises:
        BogdaError: when the run cannot be made; nothing half-written is left.
    """
    store = RunStore(plan.store)
    store.prepare()
    if not again:
        made = plans.already_made(plan)
        if made is not None:
            return made, False
    alone_on_this_machine(Path(store.root).resolve() / ".prefect" if store.is_local else None)
    return _run(plan, progress), True


def _run(plan: DayPlan, progress: Progress) -> Path:
    """Run under Prefect; where its server fails, run the same steps directly and say so.

    The lowest rung never asks for a scheduler: it must not depend on anything that can fail.
    """
    if plan.circumstances.rung == "persistence":
        return steps_without_scheduler(plan, progress, ())
    progress("scheduler")
    try:
        return _under_prefect(plan, progress)
    except BogdaError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of the steps themselves is raised again below
        end_if_told()
        warnings.warn(f"the scheduler failed: {error}", RuntimeWarning, stacklevel=2)
    return steps_without_scheduler(plan, progress)


def steps_without_scheduler(
    plan: DayPlan, progress: Progress, told: tuple[Degradation, ...] = (NO_SCHEDULER,)
) -> Path:
    """The steps of a day one after the other; the run tells that no scheduler was there."""
    progress("measurements")
    measured = _arranged(plan, _average(plan))
    progress("weather")
    weather = transport.weather_step(plan, progress)
    progress("transport")
    physical = transport.transport_step(plan, weather, measured, progress)
    progress("dust")
    physical = dust_step(plan, weather, measured, physical, progress)
    progress("forecast")
    products = day.forecast_step(plan, measured, weather, physical)
    progress("verification")
    scores = day.verification_step(plan, products)
    progress("publication")
    return publication.publish_step(plan, measured, products, scores, physical, told)


def _under_prefect(plan: DayPlan, progress: Progress) -> Path:
    from prefect import Task, flow
    from prefect.artifacts import create_markdown_artifact
    from prefect.cache_policies import NO_CACHE
    from prefect.utilities.annotations import quote

    once: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}
    averaging = Task(
        _average, name="measurements", cache_key_fn=_cache_key, persist_result=True,
        result_serializer="json", **PATIENT,
    )  # fmt: skip
    weather: Any = Task(transport.weather_step, name="weather", **once)
    move: Any = Task(transport.transport_step, name="transport", **once)
    dust: Any = Task(dust_step, name="dust", **once)
    forecast: Any = Task(day.forecast_step, name="forecast", **once)
    verify: Any = Task(day.verification_step, name="verification", **once)
    publish: Any = Task(publication.publish_step, name="publication", **once, **PATIENT)

    @flow(name="daily", validate_parameters=False, persist_result=False)
    def daily() -> Path:
        end_in_order_still()
        progress("measurements")
        measured = _arranged(plan, averaging(plan))
        progress("weather")
        air = weather(plan, progress)
        progress("transport")
        physical = move(plan, quote(air), quote(measured), progress)
        progress("dust")
        physical = dust(plan, quote(air), quote(measured), quote(physical), progress)
        progress("forecast")
        products = forecast(plan, quote(measured), quote(air), quote(physical))
        progress("verification")
        scores = verify(plan, quote(products))
        progress("publication")
        folder: Path = publish(plan, quote(measured), quote(products), quote(scores), quote(physical))
        create_markdown_artifact(_summary(plan, folder), key="daily-run", description="The run of the day")
        return folder

    return daily()


def _average(plan: DayPlan) -> str:
    return str(average(plan))


def _cache_key(_context: Any, parameters: dict[str, Any]) -> str | None:
    """Key of the averaged measurements; it changes with inputs, rules and versions."""
    plan = parameters["plan"]
    return None if plans.cache_folder(plan) is None else cached_file(plan).stem


def _arranged(plan: DayPlan, averaged: str) -> Measurements:
    """Measurements from their averaged file, made again when the cache lost it."""
    file = Path(averaged)
    return arrange(file if file.exists() else Path(_average(plan)), plan)


def _summary(plan: DayPlan, folder: Path) -> str:
    manifest = plans.run_manifest(plan)
    lines = [f"# {manifest['domain']} {manifest['reference_time']}", "", f"`{folder}`", ""]
    lines += [f"- {item['chinese']}" for item in manifest["degradations"]]
    return "\n".join(lines)
