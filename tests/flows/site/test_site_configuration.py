"""The file of a site: what it may say, and one clear line for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.ladder.table import LadderConfig, ladder
from flows.site.configuration import load_site
from foundation.configuration import shipped_names, validate
from foundation.errors import ConfigurationError
from tests.flows.command import bogda
from tests.flows.site.published_site import site_file


def test_the_sites_that_ship_are_whole() -> None:
    assert set(shipped_names("sites")) >= {"demo", "urumqi"}
    assert load_site("demo").case.observations.provider == "idealised"
    urumqi = load_site("urumqi").config
    assert [source.kind for source in urumqi.weather] == ["gfs", "ecmwf"]
    assert not load_site("urumqi").case.synthetic


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("name: local", "nam: local", "nam"),
        ("kind: gfs", "kind: gsf", "weather"),
        ("name: ecmwf", "name: gfs", "two sources are called 'gfs'"),
        ("physical: demo,", "", "weather sources and case.physical go together"),
        ("physical: demo", "physical: mars", "unknown domain 'mars'"),
        ("domain: local", "domain: a/b", "letters, digits"),
        ("measurements:", "measurement:", "measurement"),
        ('start: "14:00"', 'start: "25:00"', "start"),
        ("case: {", "case: nowhere\nweathers: {", "weathers"),
        ("domain: local", "domian: local", "domain"),
        ("synthetic: true}", "synthetic: true, places: [Atlantis]}", "Atlantis"),
    ],
)
def test_each_mistake_is_one_clear_line(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    file = site_file(tmp_path, "https://data.example.cn")
    text = file.read_text("utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    done = bogda("daily", "--site", str(file), "--store", str(tmp_path / "store"))
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert told in done.stderr
    assert "site.yaml" in done.stderr
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--site", "demo", "--case", "demo"), "exclude each other"),
        (("--site", "nowhere"), "Shipped sites: demo, urumqi"),
        (("--site", "demo", "--rung", "best"), "full, statistical, persistence"),
        (("--site", "demo", "--minutes", "0"), "--minutes"),
        (("--rung", "persistence"), "of a site"),
    ],
)
def test_words_that_do_not_fit(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    done = bogda("daily", *words, "--store", str(tmp_path / "store"))
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert told in done.stderr


def test_a_store_elsewhere_needs_an_inbox(tmp_path: Path) -> None:
    file = site_file(tmp_path, "https://data.example.cn")
    done = bogda("daily", "--site", str(file), "--store", "memory://runs", "--rung", "persistence")
    assert done.exit_code == 2
    assert "inbox" in done.stderr


@pytest.mark.parametrize("kind", ladder().kinds)
def test_the_table_has_words_for_every_rung(kind: str) -> None:
    document = ladder().model_dump()
    document["kinds"][kind] = document["kinds"][kind][:1]
    with pytest.raises(ConfigurationError, match="two rungs or more"):
        validate(LadderConfig, document, "ladder.yaml")


def test_a_blank_that_nothing_fills_is_refused() -> None:
    document = ladder().model_dump()
    document["remarks"]["weather-ends-early"]["chinese"] = "{cycle}"
    with pytest.raises(ConfigurationError, match=r"unknown blank \{cycle\}"):
        validate(LadderConfig, document, "ladder.yaml")
