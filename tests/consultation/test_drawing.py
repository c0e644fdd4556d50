"""Colours, placement and lettering of the bulletin's figures."""

from __future__ import annotations

from html import unescape

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from consultation.bulletin.looks import (
    NOT_AVAILABLE,
    contrast,
    fine_particle_bands,
    look_of_index,
    looks,
)
from consultation.bulletin.map_facts import map_facts
from consultation.bulletin.placement import convex_hull, outline, rounded, spread, top_at
from consultation.bulletin.settings import bulletin_config
from consultation.bulletin.svg import Lettering, drawing, inline_svg, new_figure
from foundation.places import gazetteer
from standards.rules import rules_named

COORDINATES = st.floats(-500, 500)
POINTS = arrays.arrays(float, st.tuples(st.integers(1, 12), st.just(2)), elements=COORDINATES)


def test_contrast_of_known_pairs() -> None:
    # WCAG 2.2: black on white is 21:1, pure red on white is 4.00:1
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21.0)
    assert contrast((255, 0, 0), (255, 255, 255)) == pytest.approx(3.998, abs=0.001)


def test_every_level_is_legible() -> None:
    for look in looks():
        rgb = tuple(int(look.colour[n : n + 2], 16) for n in (1, 3, 5))
        ink = tuple(int(look.ink[n : n + 2], 16) for n in (1, 3, 5))
        assert contrast(rgb, ink) >= 4.5  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("aqi", "category"),
    [
        (0, "优"),
        (50, "优"),
        (51, "良"),
        (150.2, "中度污染"),
        (300, "重度污染"),
        (500, "严重污染"),
        (None, "无数据"),
    ],
)
def test_look_of_index(aqi: float | None, category: str) -> None:
    assert look_of_index(aqi).category == category


def test_missing_index_has_a_look_of_its_own() -> None:
    assert look_of_index(float("nan")) is NOT_AVAILABLE


@pytest.mark.parametrize(
    ("rules", "edges"),
    [("HJ 633-2026", [0, 35, 60, 115, 150, 250]), ("HJ 633-2012", [0, 35, 75, 115, 150, 250])],
)
def test_bands_of_fine_particles(rules: str, edges: list[float]) -> None:
    bands = fine_particle_bands(rules_named(rules))
    assert [band.lower for band in bands] == edges
    assert bands[-1].upper == np.inf


@settings(max_examples=40, deadline=None)
@given(POINTS)
def test_hull_holds_every_point(points: np.ndarray) -> None:
    hull = convex_hull(points)
    if len(hull) < 3:
        return
    edges = np.roll(hull, -1, axis=0) - hull
    for point in points:
        to_point = point - hull
        turn = edges[:, 0] * to_point[:, 1] - edges[:, 1] * to_point[:, 0]
        assert (turn >= -1e-6).all()


def test_outline_keeps_its_distance() -> None:
    line = outline(np.array([[0.0, 0.0], [100.0, 0.0]]), 10.0)
    assert line[:, 1].max() == pytest.approx(10.0)
    assert (line[:, 0].min(), line[:, 0].max()) == (pytest.approx(-10.0), pytest.approx(110.0))
    assert top_at(line, 50.0) == pytest.approx(10.0)


def test_spread_leaves_what_is_apart_and_parts_what_overlaps() -> None:
    anchors = np.array([[0.0, 0.0], [3.0, 1.0], [200.0, 0.0]])
    sizes = np.full((3, 2), 20.0)
    centres = spread(anchors, sizes)
    assert np.array_equal(centres, spread(anchors, sizes))
    np.testing.assert_allclose(centres[2], anchors[2])
    assert np.abs(centres[1] - centres[0]).max() >= 20.0 - 1e-6


def test_labels_of_the_real_map_do_not_overlap() -> None:
    places = [p for p in gazetteer().places if 83 < p.lon < 89 and 43 < p.lat < 46]
    anchors = np.array([(p.lon * 80, p.lat * 111) for p in places])
    sizes = np.full((len(places), 2), 22.0)
    centres = spread(anchors, sizes)
    for first in range(len(places)):
        for second in range(first):
            assert np.abs(centres[first] - centres[second]).max() >= 22.0 - 0.5


def test_rounding_stays_inside_the_corners() -> None:
    square = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]])
    ring = rounded(square, 1)
    assert len(ring) == 9
    assert np.array_equal(ring[0], ring[-1])
    assert ring.min() == 0.0
    assert ring.max() == 4.0
    assert not (ring == [0.0, 0.0]).all(axis=1).any()


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20))
def test_any_text_can_be_drawn_and_is_escaped(text: str) -> None:
    lettering = Lettering()
    with drawing("test"):
        figure = new_figure(1, 1)
        figure.text(0.5, 0.5, lettering(text))
        svg = inline_svg(figure, lettering, "test", text)
    inner = svg[svg.index("<text") :]
    shown = inner[inner.index(">") + 1 : inner.index("</text>")]
    assert "<" not in shown
    assert unescape(shown) == text


def test_facts_of_the_map_and_choices_of_the_bulletin_are_known_to_the_gazetteer() -> None:
    facts = map_facts()
    assert facts.peaks[0].chinese == "博格达峰"
    for named in (*facts.peaks, *facts.lakes, *facts.areas):
        assert facts.window.west < named.lon < facts.window.east
        assert facts.window.south < named.lat < facts.window.north
    for name in (*facts.outlined_regions, *bulletin_config().regions):
        assert gazetteer().region(name).places
