"""What a network sees that is told neither level nor season: how far all is from what was usual of late.

A record of one or two winters shows too few levels and seasons to learn from them, and a winter above all
that was seen is then drawn down to it. Without them the network is the same at every level (reversible
instance normalisation; Kim et al. 2022, openreview.net/forum?id=cGDAkQo1C0p), and what it says is a
correction of a first guess: the anomaly from the mean of late fades by a factor a step (AR(1); Wilks 2011,
9.3.1).
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from forecast.learned.clock import CALENDAR
from forecast.learned.configuration import ANCHOR_LAGS, WindowsConfig

_SEASON = 2
"""Leading values of a calendar that tell the season."""


def relative_to_usual(batch: Mapping[str, Tensor], windows: WindowsConfig) -> dict[str, Tensor]:
    """The same windows as anomalies from the means of late, without the season.

    Args:
        batch: named and shaped as the attributes of `forecast.learned.windows.Windows`, with a first axis of
            issues.
        windows: what the network looks at.

    Returns:
        The batch with `history`, `ahead` and `anchors` replaced; what is missing stays zero.
    """
    usual = batch["anchors"][..., len(ANCHOR_LAGS)]
    history, pollutants = batch["history"], usual.shape[-1]
    steps = windows.fine + windows.blocks + 1
    seen = history[..., :-CALENDAR].unflatten(-1, (steps, -1))  # type: ignore[no-untyped-call]
    values, marks, weather = seen.tensor_split([pollutants, 2 * pollutants], dim=-1)
    parts = [values - usual[..., None, :] * (marks > 0), marks]
    calendar, ahead = batch["ahead"].tensor_split([CALENDAR], dim=-1)
    if weather.shape[-1]:
        of_late = weather[..., -1:, :-1]
        parts += [weather[..., :-1] - of_late * (weather[..., -1:] > 0), weather[..., -1:]]
        ahead = _weather_ahead(ahead, of_late[:, None, :, 0])
    told = torch.cat(parts, dim=-1).flatten(-2)
    return {
        **batch,
        "history": torch.cat([told, _without_season(history[..., -CALENDAR:])], dim=-1),
        "ahead": torch.cat([_without_season(calendar), ahead], dim=-1),
        "anchors": batch["anchors"] - usual[..., None],
    }


def first_guess(batch: Mapping[str, Tensor], decay: float) -> Tensor:
    """Standardised logarithms (issue, lead, station, pollutant) that a network corrects.

    Args:
        batch: windows as they were cut.
        decay: factor by which an anomaly fades in a step.
    """
    last, usual = batch["anchors"][..., 0], batch["anchors"][..., len(ANCHOR_LAGS)]
    fade = torch.pow(torch.as_tensor(decay, device=last.device), batch["leads"].float())
    return usual[:, None] + fade[:, None, None] * (last - usual)[:, None]


def _weather_ahead(ahead: Tensor, of_late: Tensor) -> Tensor:
    """Weather ahead and its means less the mean of late, where there is any; the mark stays last."""
    known = ahead[..., -1:]
    parts = ahead[..., :-1].unflatten(-1, (-1, of_late.shape[-1]))  # type: ignore[no-untyped-call]
    return torch.cat([(parts - of_late[..., None, :] * known[..., None]).flatten(-2), known], dim=-1)


def _without_season(calendar: Tensor) -> Tensor:
    return torch.cat([torch.zeros_like(calendar[..., :_SEASON]), calendar[..., _SEASON:]], dim=-1)
