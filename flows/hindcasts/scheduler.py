"""The parts of a hindcast in a Prefect flow: as tasks in threads, or over Dask where it is asked for.

Dask's workers need this program and the work folder, but neither Prefect nor its server.
"""

from __future__ import annotations

import importlib.util
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.hindcasts.parts import Part, make_part
from flows.scheduler import PATIENT, RETRIES, alone_on_this_machine, end_if_told, end_in_order_still
from foundation.caches import writable_user_cache
from foundation.errors import BogdaError, ConfigurationError, RunError

Progress = Callable[[str], None]

LOCAL = "local"
"""Asks for a Dask cluster on this machine."""

_PATIENCE_SECONDS = 20


def check_dask(address: str | None) -> None:
    """Refuse `--dask` where its libraries are not installed.

    Raises:
        ConfigurationError: names the extra to install.
    """
    if address is None:
        return
    if importlib.util.find_spec("distributed") is None:
        raise ConfigurationError(
            f"--dask {address}: 'distributed' is not installed",
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
    cache = writable_user_cache()
    alone_on_this_machine(None if cache is None else cache / "prefect")
    work = work.resolve()
    with _cluster(dask) as client:
        try:
            _under_prefect(work, stages, client, progress)
        except BogdaError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of the parts themselves is raised again below
            end_if_told()
            warnings.warn(f"the scheduler failed: {error}", RuntimeWarning, stacklevel=2)
        else:
            return True
        for stage in stages:
            _in_turn(work, stage, progress) if client is None else _over_dask(work, stage, client, progress)
    return False


def _under_prefect(work: Path, stages: Sequence[Sequence[Part]], client: Any, progress: Progress) -> None:
    from prefect import Task, flow
    from prefect.cache_policies import NO_CACHE
    from prefect.task_runners import ThreadPoolTaskRunner

    making: Any = Task(make_part, name="part", cache_policy=NO_CACHE, persist_result=False, **PATIENT)
    threads: Any = ThreadPoolTaskRunner(max_workers=os.cpu_count() or 1)

    @flow(name="hindcast", validate_parameters=False, persist_result=False, task_runner=threads)
    def hindcast() -> None:
        end_in_order_still()
        for stage in stages:
            if client is not None:
                _over_dask(work, stage, client, progress)
                continue
            begun = [making.submit(str(work), part) for part in stage]
            for done in begun:
                progress(f"parts · {done.result()}")

    hindcast()


def _in_turn(work: Path, stage: Sequence[Part], progress: Progress) -> None:
    for part in stage:
        progress(f"parts · {make_part(str(work), part)}")


def _over_dask(work: Path, stage: Sequence[Part], client: Any, progress: Progress) -> None:
    from distributed import as_completed  # type: ignore[import-not-found, unused-ignore]

    begun = client.map(make_part, [str(work)] * len(stage), list(stage), pure=False, retries=RETRIES)
    for done in as_completed(begun):
        progress(f"parts · {done.result()}")


@contextmanager
def _cluster(dask: str | None) -> Iterator[Any]:
    """A client of the cluster asked for, closed afterwards; None for threads.

    Raises:
        RunError: when the scheduler cannot be reached.
    """
    if dask is None:
        yield None
        return
    from distributed import Client  # type: ignore[import-not-found, unused-ignore]

    here = {"n_workers": os.cpu_count() or 1, "threads_per_worker": 1, "dashboard_address": None}
    try:
        client = Client(**here) if dask == LOCAL else Client(dask, timeout=_PATIENCE_SECONDS)
    except (OSError, TimeoutError) as error:
        raise RunError(
            "the Dask scheduler cannot be reached", where=dask, remedy="Start it, or leave --dask out"
        ) from error
    with client:
        yield client
