"""`bogda hindcast`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from flows.case import CaseConfig, ObservationsConfig, load_case
from flows.output import print_json, print_line, progress_bar
from foundation.errors import ConfigurationError
from foundation.times import HOUR, parse_reference_time, shown

_LENGTH_OF_A_DATE = 10


@dataclass(frozen=True)
class HindcastRequest:
    """What is asked for on the command line, as it was written."""

    first: str
    last: str
    out: str
    case: str | None = None
    observations: str | None = None
    provider: str | None = None
    every: int = 24
    averaging: str = "day"
    models: str | None = None
    learned: str | None = None
    store: str | None = None
    physical: bool = False
    dask: str | None = None


def run(request: HindcastRequest, *, as_json: bool) -> None:
    """Make the forecasts of a period again and write them beside what was measured.

    Raises:
        BogdaError: when a date, a model, the measurements or a release is not as expected.
    """
    from flows.hindcasts.making import make_hindcast

    begun = time.monotonic()
    plan = plan_of(request)
    with progress_bar("回报 hindcast", 3 + plan.physical) as progress:
        made = make_hindcast(plan, Path(request.out), dask=request.dask, progress=progress)
    document: dict[str, Any] = {
        "hindcast": str(made.path), "issues": len(plan.issues), "parts": made.parts,
        "parts_found": made.found, "scheduler": made.scheduler, "physical_runs_made": made.physical_runs,
        "models": list(made.models),
    }  # fmt: skip
    if as_json:
        print_json(document)
        return
    print_line(f"写出 wrote      {made.path}")
    print_line(f"起报 issues     {len(plan.issues)}：{shown(plan.issues[0])} ~ {shown(plan.issues[-1])}")
    print_line(f"模型 models     {', '.join(made.models)}")
    if made.found:
        print_line(f"接续 went on    {made.parts}份中{made.found}份已有 of the parts were there")
    if not made.scheduler:
        print_line("调度 scheduler  未能启动，逐份直接计算 did not start; the parts were made one by one")
    print_line(f"用时 took       {time.monotonic() - begun:.0f} s")


def plan_of(request: HindcastRequest) -> Any:
    """The hindcast that a request asks for.

    Returns:
        A `flows.hindcasts.plan.HindcastPlan`.

    Raises:
        ConfigurationError: when options do not fit together, or there is no such case.
    """
    from flows.hindcasts.plan import HindcastPlan
    from forecast.learned.champion import champion

    if request.averaging not in ("day", "hour"):
        raise ConfigurationError(f"--averaging {request.averaging!r}: unknown", remedy="Give day or hour")
    if not request.out.endswith(".nc"):
        raise ConfigurationError(
            f"--out {request.out!r}: expected a name that ends with .nc", remedy="Name one"
        )
    case, folder = _case(request)
    found = champion(request.store, request.averaging) if request.store is not None else None
    in_use = None if found is None else str(found)
    release, rival = (in_use, None) if request.learned is None else (request.learned, in_use)
    return HindcastPlan(
        case, folder, _full_hour(parse_reference_time(request.first)), _last(request.last), request.every,
        request.averaging, _split(request.models), release, rival, request.store, request.physical,
    )  # fmt: skip


def _case(request: HindcastRequest) -> tuple[CaseConfig, Path | None]:
    """The case named, or one of the measurements named alone."""
    if (request.case is None) == (request.observations is None):
        raise ConfigurationError(
            "give either --case or --observations",
            remedy="A case may name weather and physical runs; --observations reads measurements alone",
        )
    if request.case is not None:
        return load_case(request.case)
    from observations.providers import PROVIDERS

    if request.provider not in (None, *PROVIDERS):
        raise ConfigurationError(
            f"--provider {request.provider!r}: unknown", remedy=f"Known: {', '.join(PROVIDERS)}"
        )
    if not Path(str(request.observations)).exists():
        raise ConfigurationError(
            "no such file or folder", where=str(request.observations), remedy="Correct --observations"
        )
    measured = ObservationsConfig(
        provider=request.provider, path=str(Path(str(request.observations)).resolve())
    )
    return CaseConfig(
        name="observations",
        chinese="监测数据",
        english="Measurements",
        domain="observations",
        observations=measured,
    ), None


def _full_hour(time_of_issue: np.datetime64) -> np.datetime64:
    return np.datetime64(time_of_issue.astype("datetime64[h]"), "ns")


def _last(text: str) -> np.datetime64:
    """The last hour that a text names; a date holds all its hours."""
    given = _full_hour(parse_reference_time(text))
    return given + 23 * HOUR if len(text.strip()) <= _LENGTH_OF_A_DATE else given


def _split(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip()) if text else ()
