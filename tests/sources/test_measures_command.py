"""`bogda sources measures` from the command line, on a made run."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from emissions_inventory.labels import source_labels
from foundation.configuration import parse_yaml, shipped_text, validate
from foundation.errors import ConfigurationError
from sources.measures.configuration import MeasuresConfig, measures_config
from tests.flows.command import bogda
from tests.sources.measures_run import write_run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_run(tmp_path_factory.mktemp("measures") / "run"))


def test_json_holds_places_regions_hours_and_the_target(folder: str) -> None:
    made = bogda(
        "sources", "measures", folder, "--cut", "industry=0.3@urumqi", "--target-aqi", "200", "--json"
    )
    assert made.exit_code == 0, made.stderr
    document = json.loads(made.stdout)
    assert [place["place"] for place in document["places"]] == ["urumqi", "changji"]
    first = document["places"][0]["days"][0]
    assert first["concentrations"]["pm25"]["decrease"] == pytest.approx(18.0)
    assert first["aqi"]["before"] == 250
    assert first["aqi"]["after"] == 232
    assert first["level"]["after"]["chinese"] == "重度污染"
    assert len(document["hours"]["hour_ends"]) == 48
    assert document["target"]["level"] == "red"


def test_people_read_chinese_first(folder: str) -> None:
    made = bogda("sources", "measures", folder, "--cut", "industry=0.5@urumqi", "--target-aqi", "150")
    assert made.exit_code == 0, made.stderr
    lines = made.stdout.splitlines()
    assert any(line.startswith("乌鲁木齐") and "2026-11-21" in line and "200 → 170" in line for line in lines)
    assert any(line.startswith("! ") and "30%" in line for line in lines)
    assert any("达不到的日期" in line for line in lines)
    assert any("2026-11-22 昌吉 Changji PM₂.₅" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--cut", "indutsry=0.3"), 3, "industry"),
        (("--cut", "industry=3"), 3, "from 0 to 1"),
        ((), 2, "--target-aqi"),
        (("--cut", "industry=0.3@650107"), 3, "--inventory"),
    ],
)
def test_bad_input_is_one_line(folder: str, arguments: tuple[str, ...], code: int, said: str) -> None:
    made = bogda("sources", "measures", folder, *arguments)
    assert made.exit_code == code
    (line,) = [one for one in made.stderr.splitlines() if one.startswith("bogda: ")]
    assert said in line


def test_a_change_needs_no_torch_and_no_solver(folder: str) -> None:
    program = (
        "import sys; from sources.measures.analysis import Question, answer; "
        f"answer({folder!r}, Question(('industry=0.3@urumqi',))); "
        "print(*[name for name in ('torch', 'scipy.optimize', 'matplotlib') if name in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_every_group_has_its_share_and_cost() -> None:
    config = measures_config()
    groups = {*(group.id for group in source_labels().sector_groups), "all"}
    assert all(set(level.permitted) == groups for level in config.levels)
    assert [level.id for level in config.levels] == ["blue", "yellow", "orange", "red"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("power: 6.0, ", "", "cost.values"),
        ("power: 6.0", "power: 0.0", "too small"),
        ("industry: 0.60", "industry: 0.30", "mildest first"),
        ("industry: 0.60", "industry: 1.60", "above 1"),
        ("range: [0.1, 0.9]", "range: [0.6, 0.9]", "two shares"),
        ("regions: [urumqi,", "regions: [atlantis,", "no group of regions"),
    ],
)
def test_a_faulty_choice_is_refused(before: str, after: str, said: str) -> None:
    text = shipped_text("sources/measures.yaml")
    assert before in text
    with pytest.raises(ConfigurationError, match=said):
        validate(MeasuresConfig, parse_yaml(text.replace(before, after), "measures.yaml"), "measures.yaml")
