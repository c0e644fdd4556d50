"""Several networks asked at once, and the mean of what they say.

Quantiles are averaged level by level, in display units (Vincent 1912; Lichtendahl et al. 2013,
doi:10.1287/mnsc.1120.1667): they still do not cross, and the mean of medians is the sum of the means of
their sources. Members differ by their seed (Lakshminarayanan et al. 2017, arXiv:1612.01474).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from forecast.learned.network import Network
from forecast.learned.windows import Cutter, Windows

VALUES_AT_ONCE = 4_000_000
"""Numbers of the widest layer that are held at once, which bounds memory."""


@dataclass(frozen=True)
class Said:
    """What the members said, on average; display units.

    Attributes:
        quantiles: (issue, lead, station, pollutant, level).
        sources: (issue, lead, station, source + 1) parts of the PM2.5 median; None without tags.
    """

    quantiles: np.ndarray
    sources: np.ndarray | None


def batch_of(windows: Windows, device: torch.device | str = "cpu") -> dict[str, Tensor]:
    """Tensors of windows, by name."""
    return {
        name: torch.from_numpy(np.ascontiguousarray(value)).to(device)
        for name, value in vars(windows).items()
        if isinstance(value, np.ndarray)
    }


@torch.inference_mode()
def ask(
    members: Sequence[Network], cutter: Cutter, issues: np.ndarray, leads: np.ndarray,
    device: torch.device | str = "cpu",
) -> Said:  # fmt: skip
    """Ask every member about every issue, a few issues at a time.

    Args:
        members: networks of one shape, on the device.
        cutter: cuts the windows.
        issues: (issue,) rows of the panel.
        leads: (lead,) steps ahead.
        device: where the networks are.
    """
    stations = len(cutter.panel.stations)
    width = max(members[0].config.lead_width, 64)
    together = max(1, VALUES_AT_ONCE // (stations * len(leads) * width))
    parts = [
        _ask(members, batch_of(cutter.cut(issues[first : first + together], leads), device))
        for first in range(0, len(issues), together)
    ]
    sources = [part.sources for part in parts if part.sources is not None]
    return Said(
        np.concatenate([part.quantiles for part in parts]),
        np.concatenate(sources) if len(sources) == len(parts) else None,
    )


def _ask(members: Sequence[Network], batch: dict[str, Tensor]) -> Said:
    quantiles, sources = None, None
    for member in members:
        said = member(batch)
        one = said["logarithm"].exp()
        quantiles = one if quantiles is None else quantiles + one
        if "sources" in said:
            parts = said["sources"].double()
            sources = parts if sources is None else sources + parts
    if quantiles is None:
        raise ValueError("no members to ask")
    number = len(members)
    return Said(
        (quantiles / number).double().cpu().numpy(),
        None if sources is None else (sources / number).cpu().numpy(),
    )
