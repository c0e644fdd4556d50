"""The parts of a hindcast as Prefect tasks: in threads, or over Dask where it is asked for."""

from __future__ import annotations

import importlib.util
import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flows.hindcast_parts import Part, make_part
from foundation.caches import writable_user_cache
from foundation.errors import BogdaError, ConfigurationError

Progress = Callable[[str], None]

LOCAL = "local"
"""Asks for a Dask cluster on this machine."""

_RETRIES = 2
_RETRY_SECONDS = 5


def check_dask(address: str | None) -> None:
    """Refuse `--dask` where its libraries are not installed.

    Raises:
        ConfigurationError: names the extra to install.
    """
    if address is None:
        return
    absent = [name for name in ("prefect_dask", "distributed") if importlib.util.find_spec(name) is None]
    if absent:
        raise ConfigurationError(
            f"--dask {address}: {' and '.join(absent)} not installed",
            remedy="pip install 'bogda[dask]', or leave --dask out to work in threads",
        )
    if address != LOCAL and "://" not in address:
        raise ConfigurationError(
            f"--dask {address!r}: expected 'local' or the address of a scheduler",
            remedy="Such as tcp://10.0.0.5:8786",
        )


def make_parts(work: Path, stages: Sequence[Sequence[Part]], dask: str | None, progress: Progress) -> bool:
    """Make every part, stage after stage; the parts of a stage do not know one another.

    Args:
        work: the work folder, prepared; on Dask, every worker sees it under this path.
        stages: parts of each stage.
        dask: address of a scheduler, `local`, or None for threads.
        progress: called with `parts · file` as each is done.

    Returns:
        Whether the scheduler was there; without it the parts are made one after the other.

    Raises:
        BogdaError: when a part cannot be made for a reason that a user can mend.
    """
    _settings()
    try:
        _under_prefect(work, stages, dask, progress)
    except BogdaError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of the parts themselves is raised again below
        warnings.warn(f"the scheduler failed: {error}", RuntimeWarning, stacklevel=2)
    else:
        return True
    for part in (part for stage in stages for part in stage):
        progress(f"parts · {make_part(str(work.resolve()), part)}")
    return False


def _under_prefect(
    work: Path, stages: Sequence[Sequence[Part]], dask: str | None, progress: Progress
) -> None:
    from prefect import Task, flow
    from prefect.cache_policies import NO_CACHE

    making: Any = Task(
        make_part, name="part", cache_policy=NO_CACHE, persist_result=False, retries=_RETRIES,
        retry_delay_seconds=_RETRY_SECONDS, retry_condition_fn=_may_pass,
    )  # fmt: skip

    @flow(name="hindcast", validate_parameters=False, persist_result=False, task_runner=_runner(dask))
    def hindcast() -> None:
        for stage in stages:
            begun = [making.submit(str(work.resolve()), part) for part in stage]
            for done in begun:
                progress(f"parts · {done.result()}")

    hindcast()


def _runner(dask: str | None) -> Any:
    if dask is None:
        from prefect.task_runners import ThreadPoolTaskRunner

        return ThreadPoolTaskRunner(max_workers=os.cpu_count() or 1)
    from prefect_dask import DaskTaskRunner

    return DaskTaskRunner() if dask == LOCAL else DaskTaskRunner(address=dask)


def _may_pass(_task: Any, _run: Any, state: Any) -> bool:
    """Retry what may pass, such as a store out of reach; never what a user must mend."""
    return not isinstance(state.result(raise_on_failure=False), BogdaError)


def _settings() -> None:
    """Keep Prefect on this machine, silent, and patient at its first start."""
    defaults = {
        "OMP_WAIT_POLICY": "PASSIVE",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    cache = writable_user_cache()
    if cache is not None:
        defaults["PREFECT_HOME"] = str(cache / "prefect")
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
