"""How long three days on the dust domain take: emission, transport, products."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from atmosphere.meteorology.idealised import Front, idealised_winter_weather
from emissions_inventory.natural import dust_emissions
from forecast.dust.basin import START, of_length
from forecast.dust.run import dust_forecast
from foundation.times import HOUR

__all__ = ["measure"]

_ASKED_S = 120.0


def measure(hours: int = 72, progress: Callable[[str], None] = lambda _text: None) -> dict[str, Any]:
    """Forecast dust on the whole domain, five bins and a tag for every region, from idealised weather.

    The weather is made before the clock starts: it stands for a file on the model's grid.

    Args:
        hours: of the run, without spin-up.
        progress: told what is measured next.
    """
    config = of_length(hours)
    grid, times = config.model.grid(), START + np.arange(hours + 1) * HOUR
    progress("weather")
    weather = idealised_winter_weather(grid, times, [Front(START + 30 * HOUR, 0.85, 1.0)])
    marks = [(time.perf_counter(), time.process_time())]
    progress("emission")
    emissions = dust_emissions(weather, grid, times=times).dataset
    marks.append((time.perf_counter(), time.process_time()))
    progress("transport")
    made = dust_forecast(
        weather, grid, emissions, START, config,
        progress=lambda done, of: progress(f"transport · {done}/{of} h"),
    )  # fmt: skip
    marks.append((time.perf_counter(), time.process_time()))
    wall, processor = (marks[-1][part] - marks[0][part] for part in (0, 1))
    return {
        "hours": hours, "cells": list(grid.shape), "species": len(config.model.species),
        "tags": made.tags.sizes["source"],
        "threads": torch.get_num_threads(), "asked_seconds": _ASKED_S * hours / 72,
        "seconds": wall, "processor_seconds": processor,
        "emission_seconds": marks[1][0] - marks[0][0],
        "emission_processor_seconds": marks[1][1] - marks[0][1],
        "load_average": os.getloadavg()[0],
    }  # fmt: skip
