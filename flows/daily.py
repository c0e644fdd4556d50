"""The daily flow: the steps of a day as Prefect tasks, with retries, a cache and artifacts."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows import day, publication, transport
from flows import plan as plans
from flows.degradations import NO_SCHEDULER
from flows.measurements import Measurements, arrange, average, cached_file
from flows.plan import DayPlan
from foundation.errors import BogdaError
from foundation.store import RunStore

Progress = Callable[[str], None]

STEPS = ("measurements", "weather", "transport", "forecast", "verification", "publication")
_RETRIES = 2
_RETRY_SECONDS = 5


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
    RunStore(plan.store).prepare()
    if not again:
        made = plans.already_made(plan)
        if made is not None:
            return made, False
    _settings(plan)
    return _run(plan, progress), True


def _settings(plan: DayPlan) -> None:
    """Keep Prefect on this machine, silent, patient at its first start, and inside the store's folder.

    OpenMP's idle threads shall sleep: while they spin they take the cores from the threads of the transport
    model, which then needs ten times as long on two cores.
    """
    defaults = {
        "OMP_WAIT_POLICY": "PASSIVE",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    store = RunStore(plan.store)
    if store.is_local:
        home = Path(store.root).resolve() / ".prefect"
        defaults["PREFECT_HOME"] = str(home)
        if "PREFECT_HOME" not in os.environ:
            home.mkdir(parents=True, exist_ok=True)
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


def _run(plan: DayPlan, progress: Progress) -> Path:
    """Run under Prefect; where its server fails, run the same steps directly and say so."""
    progress("scheduler")
    try:
        return _under_prefect(plan, progress)
    except BogdaError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of the steps themselves is raised again below
        warnings.warn(f"the scheduler failed: {error}", RuntimeWarning, stacklevel=2)
    return steps_without_scheduler(plan, progress)


def steps_without_scheduler(plan: DayPlan, progress: Progress) -> Path:
    """The steps of a day one after the other; the run says that no scheduler was there."""
    progress("measurements")
    measured = _arranged(plan, _average(plan))
    progress("weather")
    weather = transport.weather_step(plan, progress)
    progress("transport")
    physical = transport.transport_step(plan, weather, measured, progress)
    progress("forecast")
    products = day.forecast_step(plan, measured, weather, physical)
    progress("verification")
    scores = day.verification_step(plan, products)
    progress("publication")
    return publication.publish_step(plan, measured, products, scores, physical, (NO_SCHEDULER,))


def _under_prefect(plan: DayPlan, progress: Progress) -> Path:
    from prefect import Task, flow
    from prefect.artifacts import create_markdown_artifact
    from prefect.cache_policies import NO_CACHE
    from prefect.utilities.annotations import quote

    once: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}
    patient: dict[str, Any] = {
        "retries": _RETRIES, "retry_delay_seconds": _RETRY_SECONDS, "retry_condition_fn": _may_pass
    }  # fmt: skip
    averaging = Task(
        _average, name="measurements", cache_key_fn=_cache_key, persist_result=True,
        result_serializer="json", **patient,
    )  # fmt: skip
    weather: Any = Task(transport.weather_step, name="weather", **once)
    move: Any = Task(transport.transport_step, name="transport", **once)
    forecast: Any = Task(day.forecast_step, name="forecast", **once)
    verify: Any = Task(day.verification_step, name="verification", **once)
    publish: Any = Task(publication.publish_step, name="publication", **once, **patient)

    @flow(name="daily", validate_parameters=False, persist_result=False)
    def daily() -> Path:
        progress("measurements")
        measured = _arranged(plan, averaging(plan))
        progress("weather")
        air = weather(plan, progress)
        progress("transport")
        physical = move(plan, quote(air), quote(measured), progress)
        progress("forecast")
        products = forecast(plan, quote(measured), quote(air), quote(physical))
        progress("verification")
        scores = verify(plan, quote(products))
        progress("publication")
        folder: Path = publish(plan, quote(measured), quote(products), quote(scores), quote(physical))
        create_markdown_artifact(_summary(plan, folder), key="daily-run", description="The run of the day")
        return folder

    return daily()


def _may_pass(_task: Any, _run: Any, state: Any) -> bool:
    """Retry what may pass, such as a store out of reach; never what a user must mend."""
    return not isinstance(state.result(raise_on_failure=False), BogdaError)


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
