"""Releases of a tiny network, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.learned.configuration import NetworkConfig, WindowsConfig
from forecast.learned.release_document import DataLicence, ReleaseDocument, Score

if TYPE_CHECKING:
    import torch

POLLUTANTS = ("pm25", "pm10")


def document(kind: str = "day", seeds: tuple[int, ...] = (1, 2), **changes: Any) -> ReleaseDocument:
    """A document that holds; `changes` replace fields."""
    windows = WindowsConfig(
        steps_per_day=1 if kind == "day" else 24, fine=3, block=2, blocks=1, memory=7, horizon=7
    )
    scores = [
        Score(model=model, pollutant="pm25", lead_hours=24 * day, score=score, value=value * day,
              judged_from="2015-11-01", judged_until="2016-02-28", cases=480)
        for score, values in (("mae", (33.6, 31.2)), ("crps", (25.2, 22.4)), ("coverage80", (0.1, 0.11)))
        for model, value in zip(("persistence", "learned network"), values, strict=True)
        for day in (1, 3, 7)
    ]  # fmt: skip
    network = NetworkConfig(windows=windows, width=8, lead_width=8)
    fields = {
        "kind": kind, "name": f"tiny-{kind}", "network": network,
        "normalisation": {
            "pollutants": POLLUTANTS, "mean": (3.5, 4.0), "deviation": (0.8, 0.7),
            "weather_names": (), "weather_mean": (), "weather_deviation": (), "centre": (87.6, 43.8),
        },
        "pollutants": POLLUTANTS, "training_stations": ("urumqi", "changji"),
        "trained_from": "2013-12-01T16:00:00Z", "trained_until": "2015-10-31T16:00:00Z", "seeds": seeds,
        "scores": scores, "versions": {"bogda": "0.1.0", "torch": "2.13.0"}, "created": "2016-03-01",
        "licences": [DataLicence(data="aqistudy archive", licence="none stated", source="aqistudy.cn")],
        "synthetic": False,
    }  # fmt: skip
    return ReleaseDocument.model_validate({**fields, **changes})


def members(count: int = 2) -> list[dict[str, torch.Tensor]]:
    """State dicts of a small module with weights, a buffer and a counter."""
    import torch

    made = []
    for seed in range(count):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            module = torch.nn.Sequential(
                torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2)
            )
        made.append(module.state_dict())
    return made
