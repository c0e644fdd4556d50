"""One run of the model: to the reference time, through the measurements, and on to the last lead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr

from atmosphere.transport import kernels
from atmosphere.transport.model import TransportModel, check_state
from atmosphere.transport.moving import fastest_device
from atmosphere.transport.species import load_species
from atmosphere.transport.tracers import Outside
from forecast.physical.assimilation import Corrected
from forecast.physical.configuration import PhysicalConfig
from forecast.physical.correcting import correct
from forecast.physical.driving import DrivenHour, Driver
from forecast.physical.emitting import Emitter
from forecast.physical.fading import Fading
from forecast.physical.hours_done import HoursDone, Progress
from forecast.physical.initial import Beginning, background, begin, cold_state, inflow_profile
from forecast.physical.near_ground import NearGround
from forecast.physical.products import Recorder
from forecast.physical.restart import Restart
from forecast.physical.run_notes import NO_COMPILER, fallbacks, short_weather
from foundation.errors import ConfigurationError, InputError
from foundation.grids import Grid
from foundation.provenance import Degradation
from foundation.times import HOUR, shown

__all__ = ["Outcome", "Progress", "Run", "Watch"]

Watch = Callable[[np.datetime64, torch.Tensor, torch.Tensor], None]
"""Shown time, state and air mass (kg) at the beginning of every hour and at the end of the run."""


@dataclass(frozen=True)
class Outcome:
    """What a run leaves.

    Attributes:
        recorder: makes the products.
        start: the state at the reference time, after the measurements corrected it, by member.
        kept: states from which later runs go on, by member.
        notes: what was degraded.
        corrections: what the measurements did.
    """

    recorder: Recorder
    start: list[Restart]
    kept: list[list[Restart]]
    notes: list[Degradation]
    corrections: list[Corrected]


@dataclass
class Run:
    """A run with everything that drives it; see `simulation.simulate` for the parts.

    Attributes:
        driver: weather and emissions, hour by hour.
        emissions: the data set.
        clean: a state of clean air, which gives sizes and type.
        near_ground: from mixing ratios to concentrations.
        reference_time: UTC.
        config: the choices.
        synthetic: whether anything in it was invented.
        watch: shown the state every hour; must not change it.
    """

    driver: Driver
    emissions: xr.Dataset
    clean: torch.Tensor
    near_ground: NearGround
    reference_time: np.datetime64
    config: PhysicalConfig
    synthetic: bool = False
    watch: Watch | None = None

    @classmethod
    def of(
        cls, weather: Sequence[xr.Dataset], grid: Grid, emissions: xr.Dataset, reference_time: np.datetime64,
        config: PhysicalConfig,
    ) -> Run:  # fmt: skip
        """Put a run together.

        Raises:
            InputError: when the reference time is no full hour, or emissions do not fit.
            ContractError: when emissions break their contract.
        """
        if reference_time != reference_time.astype("datetime64[h]"):
            raise InputError(f"reference time: expected a full hour, got {reference_time} UTC")
        table = load_species().select(config.species)
        emitter = Emitter(emissions, grid, table)
        air = background(config.background, grid, table)
        clean = cold_state(air, grid, len(weather), emitter.tags)
        outside = Outside.uniform(clean, inflow_profile(air, emitter.tags))
        driver = Driver(weather, grid, table, emitter, outside)
        return cls(driver, emissions, clean, NearGround(table), reference_time, config)

    def go(self, restart: Restart | None, observed: xr.Dataset | None, progress: Progress | None) -> Outcome:
        """Run to the last lead that the weather reaches."""
        beginning = self._beginning(restart)
        end, short = self._last_hour()
        done = HoursDone(progress, int((end - beginning.time) / HOUR))
        model = TransportModel(self.config.longest_step_s, taken=beginning.steps_taken, device=self._device())
        state = beginning.state
        for driven in self.driver.hours(beginning.time, self.reference_time):
            self._show(driven, state)
            state = model.hour(state, driven.hour)
            done.hour()
        state, corrections, found = correct(
            state, self.driver, self.near_ground, observed, self.reference_time, self.config.assimilation
        )
        recorder = Recorder(
            self.driver.grid, self.near_ground, self.reference_time, self.emissions, self.synthetic
        )
        start = self._states(state, self.reference_time, model.taken)
        kept: list[list[Restart]] = [[] for _ in start]
        fading = Fading(state, model)
        for number, driven in enumerate(self.driver.hours(self.reference_time, end), 1):
            if number == 1:
                recorder.add(state, fading.state, driven.before)
            self._show(driven, state)
            state = model.hour(state, driven.hour)
            fading.hour(driven.hour, state)
            recorder.add(state, fading.state, driven.after)
            if number % self.config.restart_every_hours == 0:
                for mine, now in zip(kept, self._states(state, driven.end, model.taken), strict=True):
                    mine.append(now)
            done.hour()
        self._show(driven, state, after=True)
        notes = [*beginning.notes, *short, *found, *self._fallback_notes()]
        return Outcome(recorder, start, kept, notes, corrections)

    def _show(self, driven: DrivenHour, state: torch.Tensor, *, after: bool = False) -> None:
        if self.watch is not None:
            flow = driven.hour.flow
            mass = flow.mass_after(flow.duration_s) if after else flow.mass
            self.watch(driven.end if after else driven.end - HOUR, state, mass)

    def _beginning(self, restart: Restart | None) -> Beginning:
        if restart is not None:
            oldest = self.reference_time - self.config.oldest_restart_hours * HOUR
            restart.check(
                self.driver.grid,
                self.driver.table.names,
                self.driver.emitter.tags,
                (oldest, self.reference_time),
            )
        made = begin(restart, self.reference_time, self.driver.covered[0], self.config, self.clean)
        check_state(made.state)
        return made

    def _last_hour(self) -> tuple[np.datetime64, list[Degradation]]:
        """End of the run, earlier than wanted where the weather ends."""
        wanted = self.config.lead_hours
        reached = int((self.driver.covered[1] - self.reference_time) / HOUR)
        if reached < 1:
            raise InputError(
                f"ends at {shown(self.driver.covered[1])}, expected an hour or more after the reference time "
                f"{shown(self.reference_time)}", where="weather", remedy="Give later weather",
            )  # fmt: skip
        if reached >= wanted:
            return self.reference_time + wanted * HOUR, []
        return self.reference_time + reached * HOUR, [short_weather(reached, wanted)]

    def _states(self, state: torch.Tensor, time: np.datetime64, taken: int) -> list[Restart]:
        """The state of each member, to be written."""
        driver = self.driver
        names = driver.table.names, driver.emitter.tags
        return [
            Restart(time, driver.grid, *names, state[member].clone(), taken, self.synthetic)
            for member in range(state.shape[0])
        ]

    def _device(self) -> torch.device:
        """The device asked for, or the fastest there is."""
        wanted = self.config.device
        if wanted == "cuda" and not torch.cuda.is_available():
            raise ConfigurationError(
                "no CUDA device here", where="configs/physical.yaml", remedy="Use device: auto"
            )
        return fastest_device() if wanted == "auto" else torch.device(wanted)

    def _fallback_notes(self) -> list[Degradation]:
        slow = self._device().type == "cpu" and not kernels.available()
        return [NO_COMPILER] * slow + fallbacks(self.driver.fallbacks)
