"""Where the released model is that a store's forecasts are made with.

A store keeps its registry under `models/`: MLflow's SQLite file, or the address of an MLflow server in
`tracking.yaml`. The file is asked directly, read only: that takes milliseconds, where MLflow takes seconds to
load, and it works when MLflow is broken.
"""

from __future__ import annotations

import importlib
import logging
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.learned.registry_address import (
    ALIAS,
    DATABASE,
    FOLDER_TAG,
    RELEASE,
    models_folder,
    registered_name,
    release_folder,
    tracking_config,
)
from foundation.caches import writable_user_cache
from foundation.errors import RunError
from foundation.store import fingerprint

if TYPE_CHECKING:
    from mlflow import MlflowClient

PATIENCE_SECONDS = 10.0
"""How long a locked registry is waited for."""

_CHAMPION = f"""
SELECT v.source, t.value FROM registered_model_aliases a
JOIN model_versions v ON v.name = a.name AND v.version = a.version AND v.workspace = a.workspace
LEFT JOIN model_version_tags t
  ON t.name = v.name AND t.version = v.version AND t.workspace = v.workspace AND t.key = '{FOLDER_TAG}'
WHERE a.name = ? AND a.alias = '{ALIAS}'
"""  # noqa: S608 - both are constants above


def champion(store_root: str | Path, kind: str) -> Path | None:
    """Folder of the release that forecasts of a kind are made with.

    Args:
        store_root: folder or URL of the store.
        kind: `day` or `hour`.

    Returns:
        The folder; None when the store has no registry or no champion of that kind.

    Raises:
        BogdaError: when the registry cannot be read or the champion's files are missing.
    """
    address, folder = tracking_config(store_root), models_folder(store_root)
    if address is not None:
        return _from_server(address.uri, kind)
    if folder is None or not (folder / DATABASE).is_file():
        return None
    found = _from_file(folder / DATABASE, registered_name(kind))
    return None if found is None else release_folder(folder, *found)


def _from_file(database: Path, name: str) -> tuple[str, str | None] | None:
    with reading(database) as connection:
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return None
        row: tuple[str, str | None] | None = connection.execute(_CHAMPION, (name,)).fetchone()
        return row


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """The SQLite file of a registry, to be read only.

    Raises:
        RunError: when it is locked, damaged or something else.
    """
    try:
        address = f"{database.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE_SECONDS)) as connection:
            yield connection
    except sqlite3.Error as error:
        locked = "locked" in str(error)
        remedy = "Wait for the other process" if locked else "Restore the file, or move it away"
        raise RunError(f"cannot read the registry: {error}", where=str(database), remedy=remedy) from error


def _from_server(uri: str, kind: str) -> Path | None:
    name = registered_name(kind)
    with one_line_errors(uri):
        server = client(uri)
        if not any(found.name == name for found in server.search_registered_models(f"name='{name}'")):
            return None
        number = server.get_registered_model(name).aliases.get(ALIAS)
        if number is None:
            return None
        version = server.get_model_version(name, str(number))
        return downloaded(server, uri, f"{name}-{number}", str(version.run_id))


def downloaded(server: MlflowClient, uri: str, label: str, run: str) -> Path:
    """Folder of a copy of a release that a server keeps, fetched once.

    Raises:
        RunError: when nothing can be written on this machine.
    """
    cache = writable_user_cache()
    if cache is None:
        raise RunError(
            "no folder to keep models in", remedy="Set XDG_CACHE_HOME to a folder that may be written"
        )
    target = cache / "models" / fingerprint([uri, run])[:16] / label
    if target.is_dir():
        return target
    beside = target.with_name(f".fetching-{uuid.uuid4().hex}")
    beside.mkdir(parents=True)
    try:
        Path(server.download_artifacts(run, RELEASE, str(beside))).rename(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return target


def client(uri: str) -> MlflowClient:
    """MLflow at an address."""
    load()
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=uri, registry_uri=uri)


def load() -> None:
    """Load MLflow so that it reports to no one and prints nothing; that takes seconds."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"  # read when MLflow is imported
    os.environ["DO_NOT_TRACK"] = "true"
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")  # MLflow's own 7 take minutes to give up
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "30")
    importlib.import_module("mlflow")
    for name in ("mlflow", "mlflow.store.db.utils", "alembic"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


@contextmanager
def one_line_errors(where: str) -> Iterator[None]:
    """What MLflow, its database or its server says, as one line.

    Raises:
        RunError: for any of that.
    """
    load()
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError, sqlite3.Error, OSError) as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise RunError(f"registry of models: {said[0][:200]}", where=where) from error
