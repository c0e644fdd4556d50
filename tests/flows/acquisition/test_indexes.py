"""Index files, wild ones too, and the byte ranges made of them."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.acquisition.indexes import read_ecmwf_index, read_gfs_index
from flows.acquisition.not_arrived import NotArrivedError
from flows.acquisition.ranges import Span, joined, missing_of
from tests.flows.acquisition.published import ecmwf_file, gfs_file

WILD = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.from_regex(r"\A[0-9]{1,3}(\.[12])?:[0-9]{0,22}:d=[0-9]{9}0:[A-Z]{2,5}:[0-9]{1,4} mb:anl:\Z"),
        max_size=5,
    ).map("\n".join),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
            st.sampled_from(["_offset", "_length", "param", "levtype", "levelist", "step"]), inner, max_size=6
        ),
        max_leaves=9,
    ).map(json.dumps),
)  # fmt: skip


@given(WILD)
@example("1:0:d=2026112306:TMP:850 mb:anl:\n2:99999999999999999999999:d=2026112306:TMP:700 mb:anl:")
@example('{"_offset": true, "_length": 1, "param": "t", "levtype": "pl", "levelist": "850"}')
@example("1:²:d=2026112306:TMP:850 mb:anl:")
@example('{"_offset": 1e999, "_length": 5}')
@example("[" * 100000)
def test_wild_indexes_are_refused_or_give_places_in_a_file(text: str) -> None:
    for read in (read_gfs_index, read_ecmwf_index):
        try:
            entries = read(text)
        except NotArrivedError as error:
            assert error.code == "not-data"
            continue
        assert entries
        for entry in entries:
            assert entry.span.first >= 0
            assert entry.span.last is None or entry.span.last >= entry.span.first


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), min_size=1, max_size=12), st.integers(0, 50)
)
def test_joined_spans_hold_every_byte_wanted_once(parts: list[tuple[int, int]], gap: int) -> None:
    wanted = {place for first, length in parts for place in range(first, first + length)}
    spans = joined((Span(first, first + length - 1) for first, length in parts), gap)
    held = [place for span in spans for place in range(span.first, (span.last or 0) + 1)]
    assert wanted <= set(held)
    assert len(held) == len(set(held))
    assert all(after.first > (before.last or 0) + 1 + gap for before, after in itertools.pairwise(spans))


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=8), st.integers(0, 400)
)
def test_what_is_missing_continues_where_the_bytes_end(steps: list[tuple[int, int]], held: int) -> None:
    spans, place = [], 0
    for gap, length in steps:
        spans.append(Span(place + gap, place + gap + length - 1))
        place += gap + length
    everything = [byte for span in spans for byte in range(span.first, (span.last or 0) + 1)]
    rest = [byte for span in missing_of(spans, held) for byte in range(span.first, (span.last or 0) + 1)]
    assert everything[held:] == rest


def test_the_end_of_the_last_field_is_the_end_of_the_file() -> None:
    entries = read_gfs_index(gfs_file("2026112306", 3)[1])
    assert entries[-1].span.last is None
    assert missing_of([Span(100, None)], 30) == [Span(130, None)]


def test_two_fields_in_one_message_have_the_same_bytes() -> None:
    text = (
        "1.1:0:d=2026112306:UGRD:850 mb:3 hour fcst:\n1.2:0:d=2026112306:VGRD:850 mb:3 hour fcst:\n"
        "2:500:d=2026112306:TMP:850 mb:3 hour fcst:\n"
    )
    east, north, _ = read_gfs_index(text)
    assert east.span == north.span == Span(0, 499)


def test_every_entry_of_an_ecmwf_index_is_a_whole_message() -> None:
    grib, index = ecmwf_file("2026112306", 3)
    for entry in read_ecmwf_index(index):
        block = grib[entry.span.first : (entry.span.last or 0) + 1]
        assert block[:4] == b"GRIB"
        assert block[-4:] == b"7777"


def test_places_that_run_backward_are_refused() -> None:
    with pytest.raises(NotArrivedError, match="not-data"):
        read_gfs_index("1:500:d=2026112306:TMP:850 mb:anl:\n2:0:d=2026112306:TMP:700 mb:anl:\n")
