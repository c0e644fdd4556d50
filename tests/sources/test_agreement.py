"""Views of the same pollution side by side: verdicts, and what each view can tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from foundation.errors import InputError
from sources.agreement import Interval, View, agreement, document
from sources.tagging.means import Means
from sources.views import footprint_view, receptor_view, tag_view

COAL = "category:coal_combustion"
SULFATE = "category:secondary_sulfate"
UNIT = {"units": "kg m-3"}
SOURCES = [
    "power.urumqi",
    "scattered_coal.urumqi",
    "traffic.urumqi",
    "all.elsewhere",
    "boundary",
    "unattributed",
]
SECTORS = ["power", "scattered_coal", "traffic", "all", "boundary", "unattributed"]


def view(name: str, **shares: tuple[float, float, float]) -> View:
    return View(name, name, name, {f"category:{key}": Interval(*ends) for key, ends in shares.items()}, 0.0)


def means() -> Means:
    """Urumqi: 10 power, 20 scattered coal, 30 traffic, 15 elsewhere, 5 outside, 20 unattributed, µg m-3."""
    total = np.array([10.0, 20.0, 30.0, 15.0, 5.0, 20.0]) * 1e-9
    sulfate = np.array([0.5, 0.25, 0.0, 0.2, 1.0, 0.0])
    parts = np.stack([total * (1 - sulfate), total * sulfate, total])
    parts[:, -1] = 0.0
    names = [
        ("region", ["urumqi"] * 3 + SECTORS[3:]),
        ("source_chinese", SOURCES),
        ("source_english", SOURCES),
    ]
    data = xr.Dataset(
        {
            "contribution": (("place", "source"), total[None], UNIT), "published": ("place", [100e-9]),
            "component_contribution": (("place", "component", "source"), parts[None], UNIT),
        },
        {
            "place": ["urumqi"], "source": SOURCES, "sector": ("source", SECTORS),
            "component": ["ppm_fine", "sulfate", "ppm_coarse"],
            "fine_share": ("component", [1.0, 1.0, 0.0], {"units": "1"}),
            **{name: ("source", values) for name, values in names},
        },
    )  # fmt: skip
    day = np.datetime64("2026-11-20T16", "ns")
    return Means(data, "pm25", day, day + np.timedelta64(24, "h"), 1, {"urumqi": 1})


def test_intervals_that_meet_agree_and_those_apart_are_named() -> None:
    views = [
        view("a", coal_combustion=(0.4, 0.3, 0.5), traffic=(0.2, 0.1, 0.3), salt=(0.1, 0.0, 0.9)),
        view("b", coal_combustion=(0.5, 0.45, 0.6), traffic=(0.5, 0.4, 0.6)),
    ]  # fmt: skip
    with pytest.raises(InputError, match="unknown row 'category:salt'"):
        agreement(views)
    views[0].shares.pop("category:salt")
    rows = {row.key: row for row in agreement(views)}
    assert rows[COAL].verdict == "agree"
    assert rows["category:traffic"].verdict == "differ"
    assert rows["category:traffic"].apart == (("a", "b"),)
    assert rows[SULFATE].verdict == "none"
    told = document(views)
    assert told["differ"] == ["category:traffic"]
    assert told["agree"] == 1


def test_what_meets_only_through_what_is_given_to_nobody_cannot_be_told() -> None:
    near = View("a", "a", "a", {COAL: Interval(0.1, 0.05, 0.6, room=0.4)}, 0.4)
    far = view("b", coal_combustion=(0.5, 0.45, 0.55))
    assert next(row for row in agreement([near, far]) if row.key == COAL).verdict == "open"


def test_an_interval_that_holds_anything_says_nothing() -> None:
    views = [view("a", coal_combustion=(0.4, 0.0, 0.9)), view("b", coal_combustion=(0.5, 0.45, 0.6))]
    assert next(row for row in agreement(views) if row.key == COAL).verdict == "open"
    assert next(row for row in agreement(views[1:]) if row.key == COAL).verdict == "single"


def test_tags_give_what_is_emitted_and_what_forms_and_leave_room_for_what_nobody_is_named_for() -> None:
    found = tag_view(means(), "urumqi")
    coal = found.shares[COAL]
    assert coal.best == pytest.approx(0.05 + 0.15)
    assert found.shares[SULFATE].best == pytest.approx(0.05 + 0.05 + 0.03 + 0.05)
    assert found.shares["sector:power"].best == pytest.approx(0.10)
    assert found.unresolved == pytest.approx(0.40)
    room = 0.12 + 0.0 + 0.20
    assert coal.high >= coal.best + room - 1e-12
    assert coal.low <= coal.best <= coal.high <= 1.0


def test_an_inversion_moves_the_tags() -> None:
    plain = tag_view(means(), "urumqi")
    moved = tag_view(means(), "urumqi", {"traffic.urumqi": (3.0, 0.05)})
    assert moved.id == "inversion"
    assert moved.shares["sector:traffic"].best > plain.shares["sector:traffic"].best + 0.1
    assert moved.shares[COAL].best < plain.shares[COAL].best


def test_a_receptor_model_speaks_of_the_factors_that_were_named() -> None:
    factors = [
        {"share": 0.3, "share_error": 0.03, "category": "coal_combustion"},
        {"share": 0.1, "share_error": 0.04, "category": "coal_combustion"},
        {"share": 0.4, "share_error": 0.05, "category": "secondary_sulfate"},
        {"share": 0.2, "share_error": 0.05, "category": None},
    ]
    found = receptor_view(factors)
    assert found.unresolved == pytest.approx(0.2)
    coal = found.shares[COAL]
    assert (coal.best, coal.low) == (pytest.approx(0.4), pytest.approx(0.4 - 1.645 * 0.05))
    assert coal.high == pytest.approx(0.4 + 1.645 * 0.05 + 0.2)
    assert found.shares["category:traffic"] == Interval(0.0, 0.0, pytest.approx(0.2), pytest.approx(0.2))


def test_footprints_speak_of_groups_of_sectors() -> None:
    values = np.array([[10.0, 20.0, 30.0, 15.0, 25.0, 0.0], [30.0, 20.0, 30.0, 15.0, 5.0, 0.0]]) * 1e-9
    made = xr.Dataset(
        {
            "contribution": (("receptor", "source"), values, UNIT),
            "concentration": ("receptor", values.sum(1), UNIT),
        },
        {
            "receptor": ["a", "b"], "place": ("receptor", ["urumqi"] * 2),
            "pollutant": ("receptor", ["pm25"] * 2),
            "source": SOURCES, "sector": ("source", SECTORS),
        },
    )  # fmt: skip
    found = footprint_view(made, "urumqi")
    power = found.shares["sector:power"]
    assert (power.best, power.low) == (pytest.approx(0.2), pytest.approx(0.1))
    assert power.high == pytest.approx(0.3 + 0.3)
    assert not any(key.startswith("category") for key in found.shares)
    with pytest.raises(InputError, match=r"none of PM2\.5 at 'kuitun'"):
        footprint_view(made, "kuitun")


def test_what_cannot_be_a_view_is_refused_in_one_line() -> None:
    with pytest.raises(InputError, match="no view"):
        agreement([])
    with pytest.raises(InputError, match="expected each once"):
        agreement([view("a"), view("a")])
    with pytest.raises(InputError, match="no factor"):
        receptor_view([])
    with pytest.raises(InputError, match=r"expected PM2\.5 with its components"):
        tag_view(replace(means(), pollutant="so2"), "urumqi")
    with pytest.raises(InputError, match="no contributions at 'kuitun'"):
        tag_view(means(), "kuitun")
