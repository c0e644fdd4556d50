"""Measures over the API: the change is linear, known in closed form, and wrong cuts are refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from consultation.page.application import create_app
from sources.measures.analysis import Question, answer
from tests.consultation.page_store import config_of
from tests.sources.measures_run import write_run

RUN = "demo.20261120T160000Z"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("measures")
    folder = root / "runs" / "demo" / "20261120T160000Z"
    folder.mkdir(parents=True)
    write_run(folder)
    return root


@pytest.fixture(scope="module")
def page(store: Path) -> Iterator[TestClient]:
    from consultation.page.asking import _of_run  # noqa: F401 - the app is built of it
    from consultation.page.reading.inspection import Run
    from consultation.page.reading.run_files import FetchedFiles, RunFiles
    from foundation.provenance import Manifest
    from foundation.store import RunStore

    app = create_app(config_of(store))
    url = RunStore(str(store))
    files = RunFiles(url, f"{store}/runs/demo/20261120T160000Z", RUN, FetchedFiles(1 << 20))
    import numpy as np

    manifest = Manifest(
        domain="demo", reference_time="2026-11-20T16:00:00Z", created="", synthetic=True, inputs=(),
        configuration={}, versions={}, models={},
    )  # fmt: skip
    run = Run(RUN, "demo", np.datetime64("2026-11-20T16:00", "ns"), "0" * 12, manifest, files)
    app.state.library.shelf.run = lambda _name: run
    with TestClient(app) as client:
        yield client


def cut(page: TestClient, *cuts: dict[str, Any], **more: Any) -> Any:
    return page.post(f"/api/runs/{RUN}/measures", json={"cuts": list(cuts), **more})


def test_a_cut_is_what_the_command_says(page: TestClient, store: Path) -> None:
    told = cut(page, {"sector": "industry", "region": "urumqi", "share": 0.3}, hours=True)
    assert told.status_code == 200, told.text
    truth = answer(store / "runs/demo/20261120T160000Z", Question(cuts=("group:industry=0.3@urumqi",)))
    place = told.json()["places"][0]["days"][0]
    assert place["concentrations"]["pm25"] == truth["places"][0]["days"][0]["concentrations"]["pm25"]
    assert place["concentrations"]["pm25"]["decrease"] > 0
    assert told.json()["seconds"] < 5


def test_twice_the_cut_is_twice_the_change(page: TestClient) -> None:
    once, twice = (
        cut(page, {"sector": "traffic", "region": "*", "share": share}).json()["places"][0]["days"][1]
        for share in (0.2, 0.4)
    )
    change = once["concentrations"]["no2"]["decrease"]
    assert change > 0
    assert twice["concentrations"]["no2"]["decrease"] == pytest.approx(2 * change, abs=0.003)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"cuts": []}, 422),
        ({"cuts": [{"sector": "industry", "region": "urumqi", "share": 1.1}]}, 422),
        ({"cuts": [{"sector": "industry", "region": "urumqi", "share": "nan"}]}, 422),
        ({"cuts": [{"sector": "magic", "region": "urumqi", "share": 0.1}]}, 422),
        ({"cuts": [{"sector": "industry", "region": "mars", "share": 0.1}]}, 422),
        (
            {
                "cuts": [{"sector": "industry", "region": "urumqi", "share": 0.1}],
                "begins": "2026-13-45T99:00",
            },
            422,
        ),
        (
            {
                "cuts": [{"sector": "industry", "region": "urumqi", "share": 0.1}],
                "begins": "2031-01-01T00:00",
            },
            422,
        ),
        ({"cuts": [{"sector": "industry", "region": "urumqi", "share": 0.1}], "region": "mars"}, 422),
        ({"cuts": [{"sector": "industry", "region": "urumqi", "share": 0.1}] * 61}, 422),
    ],
)
def test_what_cannot_be_cut_is_refused(page: TestClient, body: dict[str, Any], status: int) -> None:
    told = page.post(f"/api/runs/{RUN}/measures", json=body)
    assert told.status_code == status
    assert told.json()["error"]["chinese"]


def test_sliders_are_what_the_run_emits(page: TestClient) -> None:
    options = page.get(f"/api/runs/{RUN}/measures").json()
    assert options["available"]
    assert ("industry", "urumqi") in {(one["sector"], one["region"]) for one in options["sliders"]}
    assert [one["id"] for one in options["presets"]] == ["blue", "yellow", "orange", "red"]
