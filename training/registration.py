"""A release that a run has logged becomes the next version of its kind."""

from __future__ import annotations

from pathlib import Path

from forecast.learned import champion, registry_address
from forecast.learned.release import read_document, read_release, release_fingerprint
from foundation.errors import InputError
from training.registry import TAG, Version, version_of
from training.tracking import Tracking
from training.version_tags import tags_of


def register(tracking: Tracking, folder: str | Path, run: str) -> Version:
    """Register a release that a run has logged, as the next version of its kind.

    Args:
        tracking: runs and registry.
        folder: the release, as it was logged.
        run: id of the run.

    Raises:
        BogdaError: when the logged copy is not that release, or the registry cannot be written.
    """
    document = read_document(folder)
    name = registry_address.registered_name(document.kind)
    with tracking.alone(), champion.one_line_errors(tracking.uri):
        source = f"{tracking.client.get_run(run).info.artifact_uri}/{registry_address.RELEASE}"
        tags = {f"{TAG}{key}": value for key, value in tags_of(document, release_fingerprint(folder)).items()}
        if tracking.is_local and tracking.models is not None:
            _check_copy(Path(source), folder)
            tags[registry_address.FOLDER_TAG] = _relative(Path(source), tracking.models.absolute())
        if not tracking.client.search_registered_models(f"name='{name}'"):
            tracking.client.create_registered_model(name)
        made = tracking.client.create_model_version(name, source, run_id=run, tags=tags)
        return version_of(made, {})


def _relative(folder: Path, models: Path) -> str:
    if not folder.is_relative_to(models):
        raise InputError(
            f"the run began when the store was elsewhere, not in {models}", where=str(folder),
            remedy="Publish the release with a new run",
        )  # fmt: skip
    return folder.relative_to(models).as_posix()


def _check_copy(copy: Path, folder: str | Path) -> None:
    read_release(copy)
    if release_fingerprint(copy) != release_fingerprint(folder):
        raise InputError("the run has logged another release", where=str(copy), remedy="Log this one first")
