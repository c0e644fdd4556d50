"""The numbers of one step at fixed addresses on a GPU, where captured graphs find them."""

from __future__ import annotations

import torch

from atmosphere.transport.stepping import Interval
from atmosphere.transport.tracers import Emissions, Outside

__all__ = ["GpuBuffers"]


class GpuBuffers(dict[str, torch.Tensor | None]):
    """Tensors by name; loading another interval keeps their addresses."""

    def __init__(self, state: torch.Tensor) -> None:
        """Nothing is loaded yet; `state` gives type, device and number of species."""
        super().__init__()
        self._like = state

    def load(self, interval: Interval, outside: Outside, emissions: Emissions | None) -> None:
        """Copy an interval's numbers to the fixed addresses."""
        flow, processes = interval.flow, interval.processes
        which = {s: i for i, s in enumerate(processes.settling_species)}
        settles = torch.tensor([which.get(s, -1) for s in range(self._like.shape[-2])], dtype=torch.int32)
        real = self._like.dtype
        values: dict[str, torch.Tensor | None] = {
            "seconds": torch.tensor([interval.seconds], dtype=torch.float64),
            "mass0": flow.mass, "drain": interval.drain * interval.seconds,
            "flux_x": flow.flux_x, "flux_y": flow.flux_y, "flux_z": flow.flux_z,
            "parts_x": interval.parts_x, "parts_y": interval.parts_y, "parts_z": interval.parts_z,
            "mixing": processes.mixing, "deposition": processes.deposition, "settling": processes.settling,
            "kept": interval.kept, "converted": interval.converted, "settles": settles,
            "factor": torch.tensor([r.mass_factor for r in processes.reactions], dtype=torch.float64),
            "west": outside.west, "east": outside.east, "south": outside.south, "north": outside.north,
            "top": outside.top,
        }  # fmt: skip
        if emissions is not None:
            values |= {"layer": emissions.layer, "slot": emissions.slot, "rate": emissions.rate,
                       "column": emissions.column().to(torch.int32)}  # fmt: skip
        for name, value in values.items():
            self._put(name, value, real)

    def _put(self, name: str, value: torch.Tensor | None, real: torch.dtype) -> None:
        if value is None:
            self[name] = None
            return
        kind = value.dtype if value.dtype == torch.int32 else real
        held = self.get(name)
        if held is None:
            held = self[name] = torch.empty(value.shape, dtype=kind, device=self._like.device)
        held.copy_(value)
