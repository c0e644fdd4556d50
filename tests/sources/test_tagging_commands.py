"""`bogda sources contributions` and `matrix`, with figures, on a made run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sources.tagging.figures.transmission import bands
from tests.flows.command import bogda
from tests.sources.tagging_runs import PLACES, REFERENCE, REGIONS, write_contributions


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    past = (REFERENCE - np.timedelta64(5, "D"), np.array([50.0, 60.0, np.nan, 80.0, 90.0]))
    made = write_contributions(
        tmp_path_factory.mktemp("command") / "run", np.array([100.0, 140.0, 60.0]), measured=past
    )
    return str(made)


def test_contributions_as_json_close_and_name_their_run(folder: str) -> None:
    done = bogda("sources", "contributions", folder, "--place", "urumqi", "--by", "region", "--json")
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["closure"] < 1e-6
    assert document["reference_time"] == "2026-12-09T16:00:00Z"
    (place,) = document["places"]
    assert sum(one["value"] for one in place["mean"]) == pytest.approx(100.0, abs=1e-3)
    assert [one["id"] for one in place["mean"]] == [group["id"] for group in document["groups"]]
    assert len(place["series"]) == 3


def test_people_get_tables_in_both_languages(folder: str) -> None:
    one = bogda("sources", "contributions", folder, "--place", "乌鲁木齐").stdout
    assert "合计（发布值） published" in one
    assert "未解析" in one or "源9" in one
    assert "本地与输入 local and transported: 本地 Local 30 %" in one
    many = bogda("sources", "contributions", folder).stdout
    assert all(name in many for name in ("石河子 Shihezi", "乌鲁木齐-昌吉-石河子", "区域内 Same city group"))
    matrix = bogda("sources", "matrix", folder, "--to", "2026-12-11").stdout
    assert "传输矩阵 transmission matrix" in matrix
    assert "2 步 steps" in matrix


def test_matrix_as_json_holds_every_receptor(folder: str) -> None:
    document = json.loads(bogda("sources", "matrix", folder, "--pollutant", "so2", "--json").stdout)
    assert [one["id"] for one in document["receptors"]] == [*PLACES, *REGIONS]
    assert all(sum(one["percent"]) == pytest.approx(100.0, abs=1e-2) for one in document["receptors"])


@pytest.mark.parametrize(
    "arguments",
    [
        ("contributions", "--place", "urumqi"),
        ("contributions", "--place", "kuitun", "--by", "source", "--hours"),
        ("contributions", "--place", "wu-chang-shi", "--by", "nearness"),
        ("contributions",),
        ("matrix",),
    ],
)
def test_figures_are_drawn(folder: str, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    from PIL import Image

    figure = tmp_path / "figure.png"
    command, *rest = arguments
    done = bogda("sources", command, folder, *rest, "--figure", str(figure))
    assert done.exit_code == 0, done.stderr
    with Image.open(figure) as drawn:
        colours = np.unique(np.asarray(drawn.convert("RGB")).reshape(-1, 3), axis=0)
        assert drawn.size[0] > 900
    assert len(colours) > 200


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--by", "colour"), 2, "Give one of sector, region, source, nearness"),
        (("--pollutant", "pm1"), 2, "--pollutant 'pm1'"),
        (("--pollutant", "o3"), 3, "no contributions to 'o3'"),
        (("--place", "beijing"), 3, "no contributions at 'beijing'"),
        (("--from", "2027-01-01"), 3, "no whole step"),
        (("--from", "soon"), 2, "not a reference time"),
        (("--figure", "x.gif"), 2, "unknown format"),
        (("--factors", "nowhere.csv"), 3, "nowhere.csv"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    folder: str, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = bogda("sources", "contributions", folder, *arguments)
    assert done.exit_code == code
    (line,) = [one for one in done.stderr.splitlines() if one.startswith("bogda: ")]
    assert said in line


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    done = bogda("sources", "matrix", str(tmp_path / "nowhere"))
    assert done.exit_code == 3
    assert "no such run folder" in done.stderr


@settings(max_examples=40, deadline=None)
@given(
    arrays.arrays(
        float, st.tuples(st.integers(1, 8), st.integers(1, 6)),
        elements=st.floats(0.0, 300.0).map(lambda value: value if value > 1e-6 else 0.0),
    )
)  # fmt: skip
def test_bands_neither_overlap_nor_leave_the_figure(values: np.ndarray) -> None:
    left, right = bands(values)
    width = values * (1.0 - 0.018 * (max(values.shape) - 1)) / max(values.sum(), 1e-30)
    for ends, wide in ((left.T, width.T), (right, width)):
        low, high = ends.ravel(), (ends + wide).ravel()
        assert low.min() > -1e-9
        assert high.max() < 1 + 1e-9
        assert (low[:-1] >= high[1:] - 1e-9).all()
