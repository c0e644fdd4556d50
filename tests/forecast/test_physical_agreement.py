"""Footprint parts against forward tags."""

from __future__ import annotations

import numpy as np

from forecast.physical.agreement import BOUND, footprint_against_tags, parts_by_source
from tests.forecast.physical_case import GRID, HOUR, REFERENCE, config, emissions, weather


def test_both_views_agree_within_the_bound() -> None:
    proof = footprint_against_tags(weather(), GRID, emissions(), REFERENCE, 3, config())
    assert proof.bound == BOUND == 0.05
    assert proof.passed
    assert proof.value is not None
    assert proof.value > 0


def test_sources_agree_where_inflow_and_what_was_there_are_one_in_the_footprint() -> None:
    """Two uniform halves of one background have an edge that all tags as one do not see."""
    parts = parts_by_source(weather(), GRID, emissions(), REFERENCE, 9, config=config())
    tags, footprint = (np.append(view[:-2], view[-2:].sum()) for view in (parts.tags, parts.footprint))
    assert np.abs(tags - footprint).max() < BOUND * tags.sum()
    np.testing.assert_allclose(tags[-1], footprint[-1], rtol=0.02)
    np.testing.assert_allclose(tags.sum(), footprint.sum(), rtol=0.02)


def test_the_parts_of_the_first_hours_are_what_was_there() -> None:
    """After an hour nearly all is initial; Urumqi's own region comes next."""
    parts = parts_by_source(weather(), GRID, emissions(), REFERENCE, 1, config=config())
    for view in (parts.tags, parts.footprint):
        named = dict(zip(parts.sources, view / view.sum(), strict=True))
        assert named["heating_coal.wu-chang-shi"] > 10 * named["heating_coal.kui-du-wu"]
        assert named["initial"] > named["boundary"]
    np.testing.assert_allclose(parts.footprint.sum(), parts.tags.sum(), rtol=0.02)


def test_another_place_and_pollutant() -> None:
    start = REFERENCE - 3 * HOUR
    parts = parts_by_source(weather(), GRID, emissions(), start, 6, "shihezi", "so2", config())
    assert parts.difference < BOUND
    assert (parts.tags >= 0).all()
