"""Input of the correction of emissions: refused in one line, or used as it should be; its outputs on file."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from pydantic import ValidationError

from atmosphere.transport.species import load_species
from emissions_inventory.idealised import idealised_emissions
from emissions_inventory.labels import source_labels
from foundation.configuration import load_shipped
from foundation.errors import InputError
from foundation.grids import GridConfig
from sources.inversion.balance import contributions, mean_contributions
from sources.inversion.configuration import PriorConfig, inversion_config
from sources.inversion.factor_table import write_factors
from sources.inversion.figures import draw_factors, draw_kernel
from sources.inversion.inversion import Inversion, invert
from sources.inversion.made_measurements import Noise, made_measurements
from sources.inversion.report import report
from sources.inversion.rescaling import corrected_inventory, rescaled
from sources.inversion.samples import sampled
from tests.emissions_inventory.made_inventory import made_inventory
from tests.sources.made_tags import PLACES, made_tags

CONFIG = inversion_config()
HOUR = np.timedelta64(1, "h")


@pytest.fixture(scope="module")
def made() -> xr.Dataset:
    return made_measurements(made_tags(48), PLACES, np.ones(7), Noise(CONFIG), np.random.default_rng(2))


@pytest.fixture(scope="module")
def found(made: xr.Dataset) -> Inversion:
    return invert(made_tags(48), made, CONFIG)


def test_rows_are_means_of_the_same_hours(made: xr.Dataset) -> None:
    gappy = made.copy(deep=True)
    gappy["pm25"][1, 0] = np.nan
    gappy["pm25"][3:5, 0] = np.nan
    tags = made_tags(48)
    samples = sampled(tags, gappy, CONFIG)
    rows = (samples.place == 0) & (samples.pollutant == 0)
    assert samples.hour[rows][:2].tolist() == [0.0, 6.0]
    assert samples.count[rows][0] == 2
    kept = gappy["pm25"].values[[0, 2], 0]
    assert samples.measured[rows][0] == pytest.approx(kept.mean())
    of_tags = tags["contribution"].values[0, [0, 2], 0, 0]
    assert samples.tags[rows][0] == pytest.approx(of_tags.mean(0))
    assert samples.left_out == 1
    assert samples.day.max() == 2


def test_order_and_other_places_of_measurements_do_not_matter(made: xr.Dataset, found: Inversion) -> None:
    turned = made.isel(place=[2, 0, 1], time=slice(None, None, -1))
    beside = turned.isel(place=[0]).assign_coords(place=["altay"]) * 7.0
    both = xr.concat([turned, beside], "place", join="outer").assign_attrs(averaging="hour")
    assert invert(made_tags(48), both, CONFIG).factor == pytest.approx(found.factor, rel=1e-9)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda tags, made: (tags, made.assign_attrs(averaging="day")), "hourly"),
        (lambda tags, made: (tags.assign_attrs(averaging="day"), made), "hourly"),
        (lambda tags, made: (tags, made.assign_coords(time=made["time"].values + 999 * HOUR)), "no hour"),
        (lambda tags, made: (tags, made.assign_coords(place=["a", "b", "c"])), "no place"),
        (lambda tags, made: (tags, made[["pm25"]].rename(pm25="o3")), "no pollutant"),
        (lambda tags, made: (tags, made.where(made < 0)), "too few"),
        (lambda tags, made: (tags.where(tags["contribution"] > 1e-12), made), "no gap"),
        (lambda tags, made: (xr.concat([tags, tags], "reference_time"), made), "one reference time"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_line(change: object, said: str, made: xr.Dataset) -> None:
    tags, measured = change(made_tags(48), made)  # type: ignore[operator]
    attributes = {"averaging": tags.attrs.get("averaging", "hour")}
    averaging = measured.attrs.get("averaging", "hour")
    with pytest.raises(InputError, match=said) as caught:
        invert(tags.assign_attrs(attributes), measured.assign_attrs(averaging=averaging), CONFIG)
    assert "\n" not in str(caught.value)


def test_precursors_need_components(made: xr.Dataset) -> None:
    prior = CONFIG.prior.model_copy(update={"precursor": 0.2})
    plain = made_tags(48).drop_dims("component")
    with pytest.raises(InputError, match="component"):
        invert(plain, made, CONFIG.model_copy(update={"prior": prior}))


def test_correlations_that_make_no_covariance_are_refused() -> None:
    with pytest.raises(ValidationError, match="below 1"):
        PriorConfig(deviation=0.4, same_sector=0.6, same_region=0.5, boundary=0.2, initial=0.2)


def test_contributions_after_are_factors_times_before(found: Inversion) -> None:
    table = contributions(found, "region").set_index(["place", "pollutant", "region"])
    mean = mean_contributions(found)[0, 0] * 1e9
    at = [source.region == "urumqi" for source in found.sources]
    row = table.loc["urumqi", "pm25", "urumqi"]
    assert row["before"] == pytest.approx(mean[at].sum())
    assert row["after"] == pytest.approx((mean * found.factor)[at].sum())
    assert row["low"] < row["after"] < row["high"]
    assert table.groupby(["place", "pollutant"])["share_after"].sum().to_numpy() == pytest.approx(1.0)


def test_the_report_is_plain_and_the_table_whole(found: Inversion, tmp_path: Path) -> None:
    document = json.loads(json.dumps(report(found), allow_nan=False))
    assert [one["source"] for one in document["factors"]] == [source.id for source in found.sources]
    assert set(document["seen"]) | set(document["unseen"]) == {source.id for source in found.sources}
    assert len(document["model_bias"]) == len(PLACES) * 4
    assert np.trace(document["averaging_kernel"]) == pytest.approx(document["degrees_of_freedom"], abs=1e-3)
    write_factors(found, tmp_path / "factors.csv")
    with (tmp_path / "factors.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["source"]: row for row in csv.DictReader(stream)}
    assert float(rows["industry.urumqi"]["factor"]) == pytest.approx(found.factor[0], rel=1e-5)
    assert float(rows["industry.urumqi"]["log_sd"]) == pytest.approx(found.deviation[0], rel=1e-5)


def test_figures_are_drawn(found: Inversion, tmp_path: Path) -> None:
    draw_factors(found, tmp_path / "factors.png", synthetic=True)
    draw_kernel(found, tmp_path / "kernel.png")
    assert all((tmp_path / name).stat().st_size > 10_000 for name in ("factors.png", "kernel.png"))


def test_emissions_of_one_source_are_multiplied_and_no_other() -> None:
    grid = load_shipped(GridConfig, "domains/demo.yaml").grid()
    times = np.datetime64("2026-11-20T00", "ns") + np.arange(2) * HOUR
    before = idealised_emissions(grid, load_species().select(["ppm_fine", "so2"]), times)
    name = str(before["source"].values[0])
    after = rescaled(before, {name: 1.7, "boundary": 0.5})
    streams, points = before["stream_source"].values == 0, before["point_source"].values == 0
    assert streams.any() or points.any()
    for variable, mine in (("emission_flux", streams), ("point_emission", points)):
        factor = np.where(mine, 1.7, 1.0).reshape(-1, *[1] * (before[variable].ndim - 1))
        assert after[variable].values == pytest.approx(before[variable].values * factor)
    with pytest.raises(InputError, match="unknown source 'nowhere'"):
        rescaled(before, {"nowhere": 1.0})
    with pytest.raises(InputError, match="0 or more"):
        rescaled(before, {name: -1.0})


def test_an_inventory_is_corrected_by_tag_with_factors_above_one_too() -> None:
    before = made_inventory()
    labels = source_labels()
    tag = labels.tags_of(before.areas.sector[:1], before.areas.region[:1])[0]
    after = corrected_inventory(before, {tag: 1.6, "initial": 0.9})
    for part in ("areas", "points"):
        old, new = getattr(before, part), getattr(after, part)
        mine = np.array([one == tag for one in labels.tags_of(old.sector, old.region)])
        factor = np.where(mine, 1.6, 1.0)[:, None]
        assert new.emission == pytest.approx(old.emission * factor)
    assert after.version != before.version
    assert len(after.trail) == len(before.trail) + 1
    with pytest.raises(InputError, match="unknown source"):
        corrected_inventory(before, {"steel.urumqi": 1.0})
