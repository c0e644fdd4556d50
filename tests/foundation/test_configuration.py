"""Configuration is strict, and what is wrong is said in one line with its place and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError, model_validator

from foundation.configuration import Config, load, load_shipped, parse_yaml, shipped_names, validate
from foundation.errors import ConfigurationError
from foundation.places import Gazetteer


class Threshold(Config):
    """A level of a rule."""

    maximum_index: int
    hours: int = 24


class Rule(Config):
    """A rule with levels."""

    name: str
    levels: tuple[Threshold, ...] = ()
    fallback: dict[str, Threshold] | None = None
    share: int | float | None = None

    @model_validator(mode="after")
    def _at_most_a_half(self) -> Rule:
        if (self.share or 0) > 0.5:
            raise ValueError("share above a half")
        return self


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "rule.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def refusal(folder: Path, text: str | bytes) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(Rule, written(folder, text))
    assert "\n" not in str(caught.value)
    assert "rule.yaml" in str(caught.value)
    return str(caught.value)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    rule = load(Rule, written(tmp_path, "name: 黄色\nlevels:\n  - {maximum_index: 200, hours: 48}\n"))
    assert rule == Rule(name="黄色", levels=(Threshold(maximum_index=200, hours=48),))


def test_a_configuration_cannot_be_changed() -> None:
    rule = Rule(name="a")
    with pytest.raises(ValidationError):
        rule.name = "b"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("name: a\nlevel: []\n", ["unknown key 'level'", "Did you mean 'levels'?"]),
        ("name: a\nlevels: [{maximum_indx: 1}]\n", ["maximum_ind", "1 more"]),
        ("name: a\nlevels: [{maximum_index: 1, hour: 3}]\n", ["unknown key 'levels.0.hour'", "'hours'"]),
        ("name: a\nfallback: {x: {maximum_index: 1, ours: 3}}\n", ["fallback.x.ours", "'hours'"]),
        ("name: a\nzzz: 1\n", ["unknown key 'zzz'", "Known keys: name, levels, fallback, share"]),
        ("name: a\nlevels: [{zzz: 1}]\n", ["unknown key 'levels.0.zzz'", "Known keys: maximum_index, hours"]),
        ("name: a\nshare: many\n", ["key 'share': Input"]),
        ("name: a\nshare: 0.9\n", ["key 'top level': share above a half. "]),
        ("levels: []\n", ["key 'name'", "required"]),
        ("", ["key 'name'", "required"]),
        ("name: a\nlevels: [{maximum_index: many}]\n", ["levels.0.maximum_index", "integer", "got 'many'"]),
        ("name: a\nlevels: 3\n", ["key 'levels'", "got '3'"]),
        ("- name\n", ["top level", "got \"['name']\""]),
        ("just words\n", ["top level", "just words"]),
        ("name: a\nname: b\n", ["line 2", "key 'name' is given twice"]),
        ("name: a\nlevels: [\n", ["line 3", "Correct the YAML"]),
        ("name: a\n\tlevels: []\n", ["line 2"]),
        ("name: a\nlevels: &x [*x]\n", ["line 2"]),
        ("name: a\n? [b]\n: c\n", ["line 2", "a key must be"]),
        ("name: a\nsince: 2026-13-45\n", ["line 2", "'2026-13-45'"]),
        ("name: !!python/object/apply:os.getcwd []\n", ["line 1", "constructor"]),
        (b"name: \xc8\xcb\n", ["not UTF-8", "Save the file as UTF-8"]),
        ("name: " + "[" * 3000 + "\n", ["nested too deeply"]),
    ],
)
def test_what_is_wrong_is_said_with_place_and_remedy(tmp_path: Path, text: str, parts: list[str]) -> None:
    message = refusal(tmp_path, text)
    assert not [part for part in parts if part not in message], message


@pytest.mark.parametrize("name", ["absent.yaml", ".", "rule.yaml/inner.yaml"])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    written(tmp_path, "name: a\n")
    with pytest.raises(ConfigurationError, match="no such file, or it cannot be read"):
        load(Rule, tmp_path / name)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert load(Rule, written(tmp_path, b"\xef\xbb\xbfname: a\n")).name == "a"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_parses_or_gives_one_clear_line(text: str) -> None:
    try:
        validate(Rule, parse_yaml(text, "case.yaml"), "case.yaml")
    except ConfigurationError as error:
        assert "\n" not in str(error)
        assert str(error).startswith("case.yaml")


YAML_MARKS = st.sampled_from(
    [
        "a",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "\n",
        "  ",
        "&x ",
        "*x",
        "!!int ",
        "? ",
        "'",
        "1",
        "2026-02-30",
        "|",
        "<<",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(YAML_MARKS, max_size=12).map("".join))
def test_any_yaml_like_text_parses_or_gives_one_clear_line(text: str) -> None:
    try:
        parse_yaml(text, "case.yaml")
    except ConfigurationError as error:
        assert str(error).startswith("case.yaml")


def test_what_ships_is_found() -> None:
    assert load_shipped(Gazetteer, "places.yaml").place("乌鲁木齐").id == "urumqi"
    assert "air_quality_index" in shipped_names("standards")
