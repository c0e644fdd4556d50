"""The forecast of a run, taken apart by the learned model that made it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foundation.errors import BogdaError, ConfigurationError, InputError
from foundation.places import gazetteer
from foundation.store import MANIFEST

if TYPE_CHECKING:
    from forecast.learned.explanation import Explanation
    from forecast.learned.forecaster import Forecaster

__all__ = ["Explained", "explained", "run_of"]

_AGAIN = "Make the run again with this version: bogda daily CASE --again"


@dataclass(frozen=True)
class Explained:
    """An explanation, and what it is of."""

    explanation: Explanation
    names: tuple[str, str]
    valid: str
    model: str
    synthetic: bool
    weight: float | None = None
    """Of the learned model in the published combination; None where it is published alone."""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "model": self.model, "place": self.explanation.station, "chinese": self.names[0],
            "english": self.names[1], "valid": self.valid, "synthetic": self.synthetic, "weight": self.weight,
            **self.explanation.document(),
        }  # fmt: skip


def run_of(run: str) -> tuple[Path, dict[str, Any]]:
    """Folder and manifest of a run.

    Raises:
        InputError: when the folder holds no manifest of a run.
    """
    home = Path(run)
    try:
        manifest: dict[str, Any] = json.loads((home / MANIFEST).read_text(encoding="utf-8"))
        told = {key: manifest[key] for key in ("models", "products", "configuration", "synthetic")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            "no manifest of a run here, or it cannot be read",
            where=run,
            remedy="Name a folder under runs/ of a store",
        ) from error
    return home, told


def explained(home: Path, manifest: dict[str, Any], kind: str, lead: int, place: str | None) -> Explained:
    """Take apart the forecast of one place and lead time.

    Args:
        home: folder of the run.
        manifest: of the run.
        kind: `day` or `hour`.
        lead: steps ahead.
        place: id or name; the first of the forecast when None.

    Raises:
        ConfigurationError: for a place or a lead time that the model did not forecast.
        InputError: when what it saw cannot be read, or the release is gone.
    """
    import numpy as np

    from flows.champion.inputs import inputs_file, read_inputs
    from forecast.learned.explanation import Cell, explain
    from forecast.learned.windows import Cutter
    from foundation.times import HOUR, day_of_hour, shown

    panel = read_inputs(home / inputs_file(kind))
    station = _station(place, panel.stations)
    model = _model(home, kind, manifest["configuration"].get("champions", {}).get(kind))
    if lead > model.windows.horizon:
        raise ConfigurationError(
            f"--lead-time: {lead} is beyond the model's horizon of {model.windows.horizon} {kind}s",
            remedy="Give a shorter one",
        )
    cutter = Cutter(panel, model.windows, model.scales, model.network.sources)
    cell = Cell(len(panel.times) - 1, lead, station)
    explanation = explain(model.members, cutter, cell, source_names=_source_names(home))
    issue = panel.times[-1]
    valid = str(day_of_hour(np.array([issue]))[0] + lead) if kind == "day" else shown(issue + lead * HOUR)
    told = manifest["configuration"]["champions"][kind]
    weights = told.get("weights", {}).get("pm25")
    return Explained(
        explanation, _names(station), valid, str(told["name"]), bool(manifest["synthetic"]),
        None if weights is None else float(weights[lead - 1]),
    )  # fmt: skip


def _station(place: str | None, stations: tuple[str, ...]) -> str:
    if place is None:
        return stations[0]
    known = gazetteer().find(place)
    station = place if known is None else known.id
    if station not in stations:
        raise ConfigurationError(
            f"--place {place!r}: not forecast in this run", remedy=f"Give one of {', '.join(stations)}"
        )
    return station


def _names(station: str) -> tuple[str, str]:
    known = gazetteer().find(station)
    return (station, station) if known is None else (known.chinese, known.english)


def _model(home: Path, kind: str, told: dict[str, Any] | None) -> Forecaster:
    """The release that made the run: where it was then, else the champion of the store, if it is the same."""
    from forecast.learned.champion import champion
    from forecast.learned.forecaster import Forecaster
    from forecast.learned.release import release_fingerprint

    if told is None:
        raise InputError("the manifest names no learned model", where=str(home), remedy=_AGAIN)
    store = home.resolve().parents[2] if len(home.resolve().parents) > 2 else home
    looks: tuple[Callable[[], Path | None], ...] = (
        lambda: Path(str(told["folder"])),
        lambda: champion(str(store), kind),
    )
    for look in looks:
        try:
            folder = look()
            if folder is not None and release_fingerprint(folder) == told["sha256"]:
                return Forecaster.read(folder)
        except BogdaError:
            continue
    raise InputError(
        f"the release {told['name']} that made the run is gone or was changed",
        where=str(told["folder"]),
        remedy=_AGAIN,
    )


def _source_names(home: Path) -> dict[str, tuple[str, str]]:
    """Names of the tags, as the run's contributions have them."""
    import xarray as xr

    from sources.tagging.runs import CONTRIBUTIONS_FILE

    try:
        with xr.open_dataset(home / CONTRIBUTIONS_FILE) as opened:
            parts = [opened[name].values for name in ("source", "source_chinese", "source_english")]
    except (OSError, KeyError):
        return {}
    return {str(one): (str(chinese), str(english)) for one, chinese, english in zip(*parts, strict=True)}
