"""The state of a fit after each epoch, so that a killed fit goes on."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from foundation.errors import InputError


@dataclass(frozen=True)
class Checkpoint:
    """A file with the state of one fit; only plain values and tensors are ever read from it.

    Attributes:
        path: the file; None keeps nothing.
        identity: what the fit is; a file of another is refused.
    """

    path: Path | None
    identity: str

    def read(self) -> dict[str, Any] | None:
        """The state kept last; None when there is none.

        Raises:
            InputError: when the file is damaged or of another fit.
        """
        if self.path is None or not self.path.exists():
            return None
        remedy = "Remove it to begin anew"
        try:
            kept = torch.load(self.path, weights_only=True, map_location="cpu")
        except (RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
            raise InputError("the checkpoint cannot be read", where=str(self.path), remedy=remedy) from error
        if not isinstance(kept, dict) or kept.get("identity") != self.identity:
            raise InputError(
                "the checkpoint is of another configuration, seed or choice of stations",
                where=str(self.path), remedy=remedy,
            )  # fmt: skip
        state: dict[str, Any] = kept["state"]
        return state

    def write(self, state: dict[str, Any]) -> None:
        """Keep a state, written beside and put in place."""
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".part")
        torch.save({"identity": self.identity, "state": state}, beside)
        beside.replace(self.path)
