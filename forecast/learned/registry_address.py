"""Where a store keeps its registry of models, and under which names."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from foundation.configuration import Config, parse_yaml, validate
from foundation.errors import RunError
from foundation.store import RunStore

ALIAS = "champion"
DATABASE = "mlflow.db"
ADDRESS = "tracking.yaml"

RELEASE = "release"
"""Path of a release among the artifacts of its run."""

FOLDER_TAG = "bogda.folder"
"""Tag of a version: its folder relative to `models/`, so that a store can be moved."""


class TrackingConfig(Config):
    """Address of a registry outside the store: `<store>/models/tracking.yaml`.

    Attributes:
        uri: an MLflow server, or a database that MLflow knows.
        artifacts: where releases go when `uri` is a database.
    """

    uri: str = Field(pattern=r"^(https?|postgresql|mysql|mssql)(\+[a-z0-9]+)?://")
    artifacts: str | None = None


def registered_name(kind: str) -> str:
    """Name under which models of a kind, `day` or `hour`, are registered."""
    return f"bogda-{kind}"


def models_folder(store_root: str | Path) -> Path | None:
    """Folder of the models of a store; None for a store that is no folder."""
    store = RunStore(str(store_root))
    return Path(store.root) / "models" if store.is_local else None


def tracking_config(store_root: str | Path) -> TrackingConfig | None:
    """The registry outside the store, where its configuration names one.

    Raises:
        BogdaError: when that file cannot be read or is not as expected.
    """
    store = RunStore(str(store_root))
    path = f"{store.root}/models/{ADDRESS}"
    try:
        text = store.filesystem.cat_file(path).decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise RunError(f"cannot read: {error.strerror or error}", where=path) from error
    return validate(TrackingConfig, parse_yaml(text, path), path)


def release_folder(models: Path, source: str, relative: str | None) -> Path:
    """Folder of a registered release: where the store is now, else where it was when it was registered.

    Raises:
        RunError: when it is in neither.
    """
    places = [models / relative] if relative else []
    places += [Path(source.removeprefix("file://"))]
    for place in places:
        if place.is_dir():
            return place
    remedy = "Restore them, or promote another"
    raise RunError("the files of a registered model are missing", where=str(places[0]), remedy=remedy)
