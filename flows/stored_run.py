"""A run that lies in a store, with all that drove its model made again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from flows.case import CaseConfig, weather_path
from flows.emissions import emissions_of
from flows.hot_start import restart_record
from flows.physical_products import START_FILE
from flows.plan import DayPlan
from flows.weather import weather_of
from foundation.configuration import validate
from foundation.errors import BogdaError, InputError
from foundation.provenance import InputRecord, record_input
from foundation.store import MANIFEST
from foundation.times import HOUR, parse_reference_time

if TYPE_CHECKING:
    from forecast.physical.restart import Restart
    from forecast.physical.run import Run

__all__ = ["Driven", "StoredRun", "open_run"]

_DRIVING = ("weather", "emissions")
_AGAIN = "Make the run again with this version: bogda daily CASE --again"


@dataclass(frozen=True)
class Driven:
    """What drives the model of a run: the run itself, its corrected first state, and the weather."""

    run: Run
    start: Restart
    weather: xr.Dataset


@dataclass(frozen=True)
class StoredRun:
    """A run in its folder.

    Attributes:
        folder: where it lies.
        manifest: what it says of itself.
        plan: the run, as it was planned.
    """

    folder: Path
    manifest: dict[str, Any]
    plan: DayPlan

    def driven(self) -> Driven:
        """Make weather and emissions again, as the run did, and read the state it began with.

        Raises:
            InputError: when the run has no model, or inputs or choices are not what they were.
            BogdaError: when weather or emissions cannot be made.
        """
        from atmosphere.transport.species import load_species
        from forecast.physical.configuration import physical_config
        from forecast.physical.restart import read_restart
        from forecast.physical.run import Run

        self._check_unchanged()
        plan = self.plan
        config = physical_config().model_copy(update={"domain": str(plan.case.physical)})
        grid, reference = config.grid(), plan.reference_time
        begin = reference - config.spin_up_hours * HOUR
        start = read_restart(self.folder / START_FILE)
        weather = weather_of(plan, begin, config.lead_hours)
        times = np.arange(begin, reference + config.lead_hours * HOUR, HOUR)
        emitted = emissions_of(plan, grid, load_species().select(config.species).names, times, weather)
        run = Run.of([weather], grid, emitted.dataset, reference, config)
        run.synthetic = bool(self.manifest["synthetic"]) or start.synthetic
        start.check(
            grid, run.driver.table.names, run.driver.emitter.tags, (reference, reference), str(self.folder)
        )
        return Driven(run, start, weather)

    def _check_unchanged(self) -> None:
        """Refuse a run without a model, and inputs or choices that are not those of the run."""
        if not (self.folder / START_FILE).is_file() or "restart" not in self.manifest["configuration"]:
            raise InputError(
                f"no {START_FILE}: the run was made without the transport model, or by an older version",
                where=str(self.folder), remedy=_AGAIN,
            )  # fmt: skip
        records = [InputRecord(**one) for one in self.manifest["inputs"] if one["role"] in _DRIVING]
        for record in records:
            if not Path(record.path).is_file() or record_input(record.path, "").sha256 != record.sha256:
                raise InputError(
                    f"{record.role} changed or gone since the run was made", where=record.path, remedy=_AGAIN
                )
        self._check_weather_files({record.path for record in records if record.role == "weather"})
        inventory = next((one.sha256 for one in records if one.role == "emissions"), None)
        made_with = self.manifest["configuration"]["restart"]["choices"]
        if made_with != restart_record(self.plan.case, inventory, {})["choices"]:
            raise InputError(
                "the model's choices (physical.yaml, processes, inventory, domain) are not those of the run",
                where=str(self.folder), remedy=_AGAIN,
            )  # fmt: skip

    def _check_weather_files(self, known: set[str]) -> None:
        if not known:
            return
        from atmosphere.meteorology.readers.files import files_of

        strange = {str(file) for file in files_of(weather_path(self.plan.case, self.plan.folder))} ^ known
        if strange:
            raise InputError(
                "weather files were added or moved since the run was made", where=min(strange), remedy=_AGAIN
            )


def open_run(folder: str | Path) -> StoredRun:
    """The run in a folder.

    Raises:
        InputError: when the folder holds no manifest of a run of this program.
    """
    home = Path(folder)
    try:
        manifest: dict[str, Any] = json.loads((home / MANIFEST).read_text(encoding="utf-8"))
        case = validate(CaseConfig, manifest["configuration"]["case"], str(home / MANIFEST))
        reference = parse_reference_time(manifest["reference_time"])
    except (OSError, ValueError, KeyError, TypeError, BogdaError) as error:
        raise InputError(
            "no manifest of a run here, or it cannot be read", where=str(home),
            remedy="Name a folder under runs/ of a store",
        ) from error  # fmt: skip
    store = home.resolve().parents[2] if len(home.resolve().parents) > 2 else home
    return StoredRun(home, manifest, DayPlan(case, _case_folder(case, manifest), reference, str(store)))


def _case_folder(case: CaseConfig, manifest: dict[str, Any]) -> Path | None:
    """The folder from which the paths of the case were found, as the recorded inputs tell."""
    for role, part in (("weather", case.weather), ("emissions", case.emissions)):
        if part is None or part.path is None or Path(part.path).is_absolute():
            continue
        for record in manifest["inputs"]:
            before, found, _ = str(record["path"]).rpartition(str(Path(part.path)))
            if record["role"] == role and found:
                return Path(before or ".")
    return None
