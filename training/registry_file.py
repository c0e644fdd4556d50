"""The SQLite file of a store's registry: made once, by one process at a time, and never a foreign one."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forecast.learned import champion
from foundation.errors import RunError

_TABLES = {"alembic_version", "experiments", "registered_models", "model_versions"}
_LOCK = ".lock"
_STEP_SECONDS = 0.05
PATIENCE_SECONDS = 300.0
"""How long another process is waited for: a registry is made in 8 s, but beside training in minutes."""


def check_registry_file(database: Path) -> None:
    """Refuse a file that is no registry, before MLflow writes its tables into it.

    Raises:
        RunError: when it is locked, damaged or holds something else.
    """
    if not database.exists():
        return
    with champion.reading(database) as connection:
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if sound != "ok":
        raise RunError(
            f"damaged: {sound[:100]}", where=str(database), remedy="Restore the file, or move it away"
        )
    if tables and not tables >= _TABLES:
        raise RunError(
            "not a registry of models",
            where=str(database),
            remedy="Restore the registry, or move the file away",
        )


@contextmanager
def alone(models: Path, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold off other processes that would write the same registry.

    Args:
        models: folder of the models of a store; made when it is not there.
        patience_seconds: how long another one is waited for.

    Raises:
        RunError: when the folder cannot be written, or another process does not end.
    """
    try:
        models.mkdir(parents=True, exist_ok=True)
        stream = (models / _LOCK).open("a")
    except OSError as error:
        raise RunError(
            f"cannot write: {error.strerror or error}",
            where=str(models),
            remedy="Name a store that may be written",
        ) from error
    with stream:
        _acquire(stream.fileno(), models, patience_seconds)
        yield


def _acquire(descriptor: int, models: Path, patience_seconds: float) -> None:
    until = time.monotonic() + patience_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise RunError(
                    "another process is writing the registry of models", where=str(models),
                    remedy="Wait for it to end",
                ) from error  # fmt: skip
            time.sleep(_STEP_SECONDS)
        else:
            return
