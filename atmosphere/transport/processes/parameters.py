"""Numbers of the processes with unit and source, as tensors that can be replaced and learned."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from functools import lru_cache

import torch
from pydantic import model_validator

from foundation.configuration import Config, load_shipped
from foundation.errors import ConfigurationError

__all__ = ["Parameter", "Rates", "load_parameters", "parameter_values"]

Rates = Mapping[str, "torch.Tensor | float"]
"""Values that replace those of the table, by name; a tensor may require a gradient."""


class Parameter(Config):
    """One number.

    Attributes:
        value: its value.
        unit: its unit.
        source: where it comes from.
        lowest: smallest value allowed.
        highest: largest value allowed.
        verified: False for a choice, or a number not read in its source.
    """

    value: float
    unit: str
    source: str
    lowest: float = 0.0
    highest: float = math.inf
    verified: bool = True

    @model_validator(mode="after")
    def _within(self) -> Parameter:
        if not self.lowest <= self.value <= self.highest:
            raise ValueError(f"expected {self.lowest:g} to {self.highest:g}, got {self.value:g}")
        return self


class _ParameterFile(Config):
    parameters: dict[str, Parameter]


@lru_cache(maxsize=1)
def load_parameters() -> dict[str, Parameter]:
    """The shipped numbers by name (`configs/processes.yaml`)."""
    return dict(load_shipped(_ParameterFile, "processes.yaml").parameters)


def parameter_values(
    rates: Rates | None = None, dtype: torch.dtype = torch.float64, device: torch.device | str = "cpu"
) -> dict[str, torch.Tensor]:
    """All numbers as tensors without dimensions, those in `rates` replaced.

    Raises:
        ConfigurationError: when a name is unknown, or a value is no single number within its bounds.
    """
    table = load_parameters()
    values = {name: torch.tensor(one.value, dtype=dtype, device=device) for name, one in table.items()}
    for name, given in (rates or {}).items():
        if name not in table:
            near = difflib.get_close_matches(name, table, n=1)
            remedy = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(table)}"
            raise ConfigurationError(f"unknown rate {name!r}", remedy=remedy)
        value = torch.as_tensor(given, dtype=dtype, device=device)
        low, high = table[name].lowest, table[name].highest
        if value.numel() != 1 or not low <= float(value.detach().sum()) <= high:
            raise ConfigurationError(f"rate {name!r}: expected a number from {low:g} to {high:g} "
                                     f"{table[name].unit}, got {given!r}")  # fmt: skip
        values[name] = value.reshape(())
    return values
