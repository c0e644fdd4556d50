"""Forecasts of rivals kept in a folder, so that a later benchmark need not fit them again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from foundation.errors import RunError
from foundation.store import written_beside
from training.uci_beijing import Protocol


@dataclass(frozen=True)
class Kept:
    """Forecasts in a folder, each under a hash of all that decides it.

    Attributes:
        folder: where they are; None keeps nothing.
        key: of the data, the protocol and the library that fits.
    """

    folder: Path | None = None
    key: str = ""

    def read(self, name: str) -> np.ndarray | None:
        """A forecast of that name; None where there is none.

        Raises:
            RunError: when the file cannot be read.
        """
        file = self._file(name)
        if file is None or not file.is_file():
            return None
        try:
            return np.asarray(np.load(file, allow_pickle=False), dtype=float)
        except (OSError, ValueError, EOFError) as error:
            raise RunError(
                "kept forecasts cannot be read", where=str(file), remedy="Remove that file"
            ) from error

    def write(self, name: str, values: np.ndarray) -> None:
        """Keep a forecast, as float32."""
        file = self._file(name)
        if file is None:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        with written_beside(file) as beside:
            np.save(beside, values.astype(np.float32))

    def _file(self, name: str) -> Path | None:
        if self.folder is None:
            return None
        return self.folder / f"{hashlib.sha256(f'{self.key} {name}'.encode()).hexdigest()[:32]}.npy"


def kept_in(folder: str | Path | None, protocol: Protocol) -> Kept:
    """The kept forecasts of a protocol.

    Args:
        folder: where they are; None keeps nothing.
        protocol: what is judged.
    """
    if folder is None:
        return Kept()
    import sklearn

    panel = protocol.panel
    told = f"{sklearn.__version__} {protocol.leads.tolist()} {protocol.train_end} {protocol.judged_from}"
    told += f" {panel.stations} {panel.pollutants} {panel.weather_names} {panel.times[0]} "
    digest = hashlib.sha256(told.encode())
    for part in (panel.recent, panel.target, panel.weather, panel.positions):
        digest.update(np.ascontiguousarray(part).tobytes())
    return Kept(Path(folder), digest.hexdigest())
