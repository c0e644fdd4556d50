"""The one door to MLflow: runs of training, and the registry of released models.

Both live in `<store>/models/`: `mlflow.db` (SQLite) and `artifacts/`; or where `<store>/models/tracking.yaml`
says. Without that file nothing calls outside.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.learned import champion, registry_address
from forecast.learned.release import read_release
from foundation.errors import RunError
from training.registry_file import alone, check_registry_file

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from mlflow import MlflowClient

EXPERIMENT = "bogda"
_MOST_PARAMETERS = 100
"""Parameters that MLflow takes at once."""
_MOST_METRICS = 1000
"""Figures that MLflow takes at once."""
_LONGEST_VALUE = 6000
"""Characters that MLflow keeps of the value of a parameter."""


@dataclass(frozen=True)
class TrackedRun:
    """A run of training, while it runs.

    Attributes:
        id: by which it can be taken up again.
    """

    id: str
    _client: MlflowClient
    _where: str

    def log_metrics(self, step: int, values: Mapping[str, float]) -> None:
        """Keep the figures of an epoch.

        Raises:
            RunError: when they cannot be written.
        """
        from mlflow.entities import Metric

        moment = int(time.time() * 1000)
        metrics = [Metric(name, float(value), moment, step) for name, value in values.items()]
        with champion.one_line_errors(self._where):
            for first in range(0, len(metrics), _MOST_METRICS):
                self._client.log_batch(self.id, metrics=metrics[first : first + _MOST_METRICS])

    def log_release(self, folder: str | Path) -> None:
        """Keep a release among the artifacts of the run.

        Raises:
            BogdaError: when it is not whole or cannot be copied.
        """
        read_release(folder)
        with champion.one_line_errors(self._where):
            self._client.log_artifacts(self.id, str(folder), registry_address.RELEASE)


class Tracking:
    """Runs and registry of a store."""

    def __init__(self, store: str | Path) -> None:
        """Open them; made where they are not there yet.

        Args:
            store: folder or URL of the store.

        Raises:
            BogdaError: when they cannot be opened: locked, damaged, foreign or out of reach.
        """
        address = registry_address.tracking_config(store)
        self.models = registry_address.models_folder(store)
        if address is not None:
            self.uri, self._artifacts = address.uri, address.artifacts
        elif self.models is not None:
            database = self.models.absolute() / registry_address.DATABASE
            self.uri, self._artifacts = f"sqlite:///{database}", str(self.models.absolute() / "artifacts")
        else:
            remedy = f"Write models/{registry_address.ADDRESS} with its `uri` into the store"
            raise RunError("no registry of models is named for a store that is no folder", remedy=remedy)
        self.is_local = address is None
        champion.load()
        with self.alone():
            self._open()

    def _open(self) -> None:
        if self.is_local and self.models is not None:
            check_registry_file(self.models / registry_address.DATABASE)
        with champion.one_line_errors(self.uri):
            self.client = champion.client(self.uri)
            self._experiment = self._experiment_of(EXPERIMENT)

    def _experiment_of(self, name: str) -> str:
        """Id of the experiment whose artifacts go where this store's do; a moved store gets a second one."""
        found = self.client.get_experiment_by_name(name)
        if found is None:
            return str(self.client.create_experiment(name, artifact_location=self._artifacts))
        if self.is_local and found.artifact_location != self._artifacts and name == EXPERIMENT:
            return self._experiment_of(f"{EXPERIMENT} {self._artifacts}")
        return str(found.experiment_id)

    def alone(self) -> AbstractContextManager[None]:
        """Hold off other processes; a server does that itself.

        Raises:
            RunError: when another process does not end.
        """
        return alone(self.models) if self.is_local and self.models is not None else nullcontext()

    @contextmanager
    def run(
        self,
        name: str,
        parameters: Mapping[str, Any],
        tags: Mapping[str, str] | None = None,
        resume: str | None = None,
    ) -> Iterator[TrackedRun]:
        """Follow a run of training; it ends as failed when the block raises.

        Args:
            name: what people call it.
            parameters: resolved configuration of the experiment; kept whole as `experiment.json`, too.
            tags: what to find it by.
            resume: id of a run to go on with.

        Raises:
            RunError: when it cannot be kept.
        """
        with champion.one_line_errors(self.uri):
            identifier = resume or str(self.client.create_run(self._experiment, run_name=name).info.run_id)
            self.client.update_run(identifier, status="RUNNING")
            if not resume:
                self._describe(identifier, parameters, tags or {})
        try:
            yield TrackedRun(identifier, self.client, self.uri)
        except BaseException as error:
            with suppress(RunError):  # what went wrong first is what is told
                self._end(identifier, "KILLED" if isinstance(error, KeyboardInterrupt) else "FAILED")
            raise
        self._end(identifier, "FINISHED")

    def cut_off(self, work: str, *, resume: bool) -> str | None:
        """Run that a killed training left; all that are not gone on with are marked as killed.

        Args:
            work: the run's tag `work`, letters and digits.
            resume: whether the last of them shall be gone on with.

        Returns:
            Its id; None without one.

        Raises:
            RunError: when the runs cannot be read or marked.
        """
        asked = f"tags.work = '{work}' and attributes.status != 'FINISHED'"
        with champion.one_line_errors(self.uri):
            newest = ["attributes.start_time DESC"]
            found = self.client.search_runs([self._experiment], asked, order_by=newest)
            first = found[0].info.run_id if resume and found else None
            for one in found:
                if one.info.status == "RUNNING" and one.info.run_id != first:
                    self.client.set_terminated(one.info.run_id, status="KILLED")
        return None if first is None else str(first)

    def _end(self, identifier: str, status: str) -> None:
        with champion.one_line_errors(self.uri):
            self.client.set_terminated(identifier, status=status)

    def _describe(self, identifier: str, parameters: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        from mlflow.entities import Param, RunTag

        flat = [Param(key, str(value)[:_LONGEST_VALUE]) for key, value in flattened(parameters).items()]
        for first in range(0, max(len(flat), 1), _MOST_PARAMETERS):
            labels = [RunTag(key, value) for key, value in tags.items()] if not first else []
            self.client.log_batch(identifier, params=flat[first : first + _MOST_PARAMETERS], tags=labels)
        self.client.log_dict(identifier, dict(parameters), "experiment.json")


def flattened(document: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested keys as one level: `network.windows.fine`."""
    flat: dict[str, Any] = {}
    for key, value in document.items():
        if isinstance(value, Mapping) and value:
            flat |= flattened(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat
