"""All processes together: members, types, gradients, reports, refusals, extremes, speed."""

from __future__ import annotations

import time as clock
from collections.abc import Callable

import numpy as np
import pytest
import torch
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.meteorology.idealised.weather import idealised_winter_weather
from atmosphere.transport.forcing import Processes
from atmosphere.transport.processes.assembling import (
    assemble,
    nitrate_particle_share,
    process_report,
    processes,
)
from atmosphere.transport.processes.parameters import load_parameters
from atmosphere.transport.species import load_species
from foundation.configuration import load_shipped
from foundation.errors import InputError
from foundation.grids import GridConfig
from tests.atmosphere.process_weather import SMALL, SURFACE, weather

TABLE = load_species()
WINTER = ["ppm_fine", "ppm_coarse", "so2", "sulfate", "nox", "nitrate", "voc", "soa"]


def tensors(made: Processes) -> dict[str, torch.Tensor]:
    return {name: value for name, value in vars(made).items() if isinstance(value, torch.Tensor)}


def test_shapes_and_indices() -> None:
    made = processes(weather(**SURFACE), SMALL, TABLE)
    z, y, x = SMALL.shape
    count = len(TABLE.species)
    shapes = {name: tuple(value.shape) for name, value in tensors(made).items()}
    assert shapes == {
        "mixing": (1, z - 1, y, x), "deposition": (1, count, y, x), "settling": (1, 5, z, y, x),
        "scavenging": (1, count, z, y, x), "conversion": (1, 3, z, y, x),
    }  # fmt: skip
    assert made.settling_species == TABLE.settling
    assert all(value.dtype == torch.float32 for value in tensors(made).values())


def test_a_part_of_the_species() -> None:
    part = TABLE.select(["ppm_fine", "ppm_coarse", "so2", "sulfate"])
    made = processes(weather(**SURFACE), SMALL, part)
    assert made.settling_species == (1,)
    assert [(one.source, one.product) for one in made.reactions] == [(2, 3)]
    whole = processes(weather(**SURFACE), SMALL, TABLE)
    torch.testing.assert_close(made.deposition[:, 2], whole.deposition[:, TABLE.index("so2")])
    passive = processes(weather(), SMALL, TABLE.select(["co"]))
    assert passive.settling is passive.scavenging is passive.conversion is None
    assert passive.reactions == ()


def test_members_do_not_see_each_other() -> None:
    two = [weather(**SURFACE), weather(ground=270.0, wind=6.0, **SURFACE)]
    together = tensors(processes(two, SMALL, TABLE))
    for place, one in enumerate(two):
        for name, value in tensors(processes(one, SMALL, TABLE)).items():
            torch.testing.assert_close(together[name][place], value[0])


def test_single_and_double_precision_agree() -> None:
    single = tensors(processes(weather(**SURFACE), SMALL, TABLE))
    for name, value in tensors(processes(weather(**SURFACE), SMALL, TABLE, dtype=torch.float64)).items():
        torch.testing.assert_close(single[name].double(), value, rtol=3e-4, atol=0)


def test_every_process_can_learn_its_numbers() -> None:
    names = ("lowest_diffusivity_near_ground", "so2_snow_resistance", "fine_snow_rate", "fog_oxidation",
             "so2_uptake_dry", "brownian_collection")  # fmt: skip
    rates = {name: torch.tensor(value, requires_grad=True) for name, value in
             zip(names, (0.3, 700.0, 0.03, 1e-5, 2e-5, 0.2), strict=True)}  # fmt: skip
    foggy = weather(ground=262.0, wind=0.5, **SURFACE)
    foggy["cloud_water"][:, 3:5] = 1e-4
    made = processes(foggy, SMALL, TABLE, rates)
    sum(value.sum() for value in tensors(made).values()).backward()
    for name, value in rates.items():
        assert value.grad is not None, name
        assert float(value.grad) != 0, name


@pytest.mark.parametrize(
    "made", [weather(**SURFACE), weather(cloud_water=None), weather(ground=300.0, lapse=-0.02, **SURFACE)]
)
def test_gradients_are_numbers(made: xr.Dataset) -> None:
    rates = {name: torch.tensor(one.value, requires_grad=True) for name, one in load_parameters().items()}
    sum(value.sum() for value in tensors(processes(made, SMALL, TABLE, rates)).values()).backward()
    assert all(value.grad is None or bool(torch.isfinite(value.grad)) for value in rates.values())


def test_report_names_what_was_missing() -> None:
    assert process_report(weather(**SURFACE), SMALL, TABLE).fallbacks == ()
    bare = process_report(weather(cloud_water=None).drop_vars("specific_humidity"), SMALL, TABLE)
    for name in (
        "specific_humidity", "cloud_water", "wind at 10 m", "air_temperature_2m", "snow_depth",
        "sensible_heat_flux", "friction_velocity", "boundary_layer_height", "precipitation_rate",
        "cloud_area_fraction",
    ):  # fmt: skip
        assert any(name in line for line in bare.fallbacks), name
    low, middle, high = bare.ranges["friction_velocity m s-1"]
    assert 0 < low <= middle <= high < 2


def test_unknown_snow_is_said() -> None:
    made = weather(**SURFACE)
    made["snow_depth"][0, 1, 2] = np.nan
    assert "snow_depth in 1 columns" in process_report(made, SMALL, TABLE).fallbacks[0]
    assert bool(torch.isfinite(processes(made, SMALL, TABLE).deposition).all())


def test_weather_without_a_dimension_of_time() -> None:
    whole = weather(**SURFACE)
    torch.testing.assert_close(
        processes(whole.isel(time=0), SMALL, TABLE).mixing, processes(whole, SMALL, TABLE).mixing
    )


def _twice(made: xr.Dataset) -> xr.Dataset:
    return xr.concat([made, made.assign_coords(time=made["time"] + np.timedelta64(1, "h"))], "time")


def _hectopascal(made: xr.Dataset) -> xr.Dataset:
    return made.assign(air_pressure=made.air_pressure.assign_attrs(units="hPa"))


def _change(name: str, value: float) -> Callable[[xr.Dataset], xr.Dataset]:
    def change(made: xr.Dataset) -> xr.Dataset:
        made[name][(0,) * made[name].ndim] = value
        return made

    return change


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda made: made.drop_vars("air_pressure"), "expected air_pressure, got none"),
        (_change("eastward_wind", np.nan), "eastward_wind: 1 values are no numbers"),
        (_change("snow_depth", np.inf), "snow_depth: 1 values are no numbers"),
        (_change("air_temperature", 20.0), "air_temperature: expected 150 to 350 K"),
        (_change("height_above_ground", 15.0), "level 0: expected 10 m above ground, off by 5 m"),
        (lambda made: made.isel(level=slice(1, None)), "expected 12 levels, got 11; none near 10 m"),
        (lambda made: made.assign_coords(lon=made.lon + 1), "from the grid's centres"),
        (lambda made: made.drop_vars("time"), "expected one time, got 0"),
        (_twice, "expected one time, got 2"),
        (
            lambda made: made.assign(air_pressure=made.air_pressure.assign_attrs(units="hPa")),
            "units 'Pa', got 'hPa'",
        ),
    ],
)
def test_bad_weather_is_refused_in_a_line(spoil: Callable[[xr.Dataset], xr.Dataset], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint) as caught:
        processes(spoil(weather(**SURFACE)), SMALL, TABLE)
    assert "\n" not in str(caught.value)


def test_members_must_hold_the_same() -> None:
    with pytest.raises(InputError, match="expected the times of member 0"):
        processes([weather(), weather(time="2025-01-15T07:00")], SMALL, TABLE)
    with pytest.raises(InputError, match="'snow_depth' is missing in member 1"):
        processes([weather(**SURFACE), weather(**SURFACE).drop_vars("snow_depth")], SMALL, TABLE)
    with pytest.raises(InputError, match="one or more ensemble members"):
        processes([], SMALL, TABLE)


@settings(max_examples=25, deadline=None)
@given(
    ground=st.floats(190, 335), lapse=st.floats(-0.03, 0.03), humidity=st.floats(0, 1), wind=st.floats(0, 20),
    friction=st.floats(0, 5), heat=st.floats(-500, 800), depth=st.floats(0, 6000), rain=st.floats(0, 0.1),
    snow=st.floats(0, 5), hour=st.integers(0, 8760),
)  # fmt: skip
def test_no_weather_makes_a_coefficient_negative_or_no_number(
    *, ground: float, lapse: float, humidity: float, wind: float, friction: float, heat: float, depth: float,
    rain: float, snow: float, hour: int,
) -> None:  # fmt: skip
    """`Processes` refuses such coefficients itself; here only that it never has to."""
    time = str(np.datetime64("2025-01-01T00") + np.timedelta64(hour, "h"))
    surface = {
        **SURFACE, "friction_velocity": friction, "sensible_heat_flux": heat, "boundary_layer_height": depth,
        "precipitation_rate": rain, "snow_depth": snow, "air_temperature_2m": ground,
    }  # fmt: skip
    ground = min(max(ground, 185 - 1000 * lapse), 345 - 1000 * lapse)
    made = weather(time=time, ground=ground, lapse=lapse, humidity=humidity, wind=wind, **surface)
    made["specific_humidity"] = made["specific_humidity"].clip(0, 0.1)
    for dtype in (torch.float32, torch.float64):
        processes(made, SMALL, TABLE, dtype=dtype)
    bare = made.drop_vars([name for name in SURFACE if name != "precipitation_rate"])
    processes(bare, SMALL, TABLE)


def test_invented_winter_weather_lacks_nothing_but_cloud_water() -> None:
    times = np.array(["2025-01-15T00", "2025-01-15T06"], "M8[ns]")
    made = idealised_winter_weather(SMALL, times, [])
    night, day = (assemble(made.isel(time=[place]), SMALL, TABLE) for place in (0, 1))
    assert [line.partition(":")[0] for line in night.report.fallbacks] == ["cloud_water"]
    assert float(night.processes.mixing.mean()) < float(day.processes.mixing.mean())
    assert night.processes.conversion is not None
    assert day.processes.conversion is not None
    assert float(night.processes.conversion[:, 2].mean()) < float(day.processes.conversion[:, 2].mean())


def test_share_of_nitrate_for_the_sums() -> None:
    share = nitrate_particle_share(weather(), SMALL)
    assert share.shape == (1, *SMALL.shape)
    assert float(share.min()) > 0.99
    concentration = torch.ones(1, len(TABLE.species), *SMALL.shape)
    assert TABLE.pm25(concentration, share).shape == (1, *SMALL.shape)


def test_fast_enough_for_every_hour_of_a_forecast() -> None:
    grid = load_shipped(GridConfig, "domains/tianshan.yaml").grid()
    made, part = weather(grid, **SURFACE), TABLE.select(WINTER)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        seconds = []
        for _ in range(4):
            start = clock.perf_counter()
            assemble(made, grid, part)
            seconds.append(clock.perf_counter() - start)
    finally:
        torch.set_num_threads(threads)
    assert min(seconds) < 0.6  # 0.16 s on an idle core


@pytest.mark.cuda
def test_same_on_a_gpu() -> None:
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    there = tensors(processes(weather(**SURFACE), SMALL, TABLE, device="cuda"))
    for name, value in tensors(processes(weather(**SURFACE), SMALL, TABLE)).items():
        torch.testing.assert_close(there[name].cpu(), value, rtol=1e-4, atol=0)
