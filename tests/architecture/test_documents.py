"""Configurations parse, pages exist, and what the documents promise is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.case import CaseConfig
from foundation.configuration import load, parse_yaml, validate

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATIONS = sorted((ROOT / "configs").rglob("*.yaml"))
READMES = ("README.md", "README.zh-CN.md")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PACKAGES = sorted(
    path.parent.relative_to(ROOT).as_posix()
    for init in ROOT.glob("*/__init__.py")
    for path in init.parent.rglob("__init__.py")
)

LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
MAKE_COMMAND = re.compile(r"\bmake ([a-z-]+)\b")
WRITTEN_AS_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_every_configuration_is_strict_yaml() -> None:
    parsed = {named(file): parse_yaml(file.read_text("utf-8"), named(file)) for file in CONFIGURATIONS}
    assert parsed
    assert not [name for name, document in parsed.items() if not isinstance(document, dict)]


def test_every_case_is_a_case() -> None:
    cases = {file.stem: load(CaseConfig, file) for file in (ROOT / "configs" / "cases").glob("*.yaml")}
    assert {"demo", "urumqi-winter", "dust-2020"} <= set(cases)
    assert all(case.name == stem for stem, case in cases.items())


@pytest.mark.parametrize("name", READMES)
def test_the_case_in_the_readme_is_a_case(name: str) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    assert validate(CaseConfig, parse_yaml(text, name), name).places == ("urumqi", "昌吉")


def test_links_lead_somewhere() -> None:
    links = [(file, link) for file in PAGES for link in LINK.findall(file.read_text(encoding="utf-8"))]
    assert not [f"{named(file)}: {link}" for file, link in links if not (file.parent / link).exists()]


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md", "docs/install.md"])
def test_make_commands_exist(name: str) -> None:
    code = " ".join(WRITTEN_AS_CODE.findall((ROOT / name).read_text(encoding="utf-8")))
    promised = set(MAKE_COMMAND.findall(code))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert promised
    assert promised <= targets, f"{name} promises {sorted(promised - targets)}"


def test_the_index_names_every_package() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert not [package for package in PACKAGES if f"`{package}/`" not in index]


def test_decisions_are_numbered_and_complete() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(file.name[:4]) for file in decisions]
    assert numbers == list(range(1, len(decisions) + 1))
    parts = ("## Context", "## Decision", "## Consequences")
    texts = {file.name: file.read_text(encoding="utf-8") for file in decisions}
    assert not [name for name, text in texts.items() if not all(part in text for part in parts)]


def commands_shown(name: str) -> set[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return set(re.findall(r"^(?:make|bogda) [^#\n]+?(?=\s*(?:#|$))", text, re.MULTILINE))


def test_both_readmes_show_the_same_commands() -> None:
    assert commands_shown("README.md")
    assert commands_shown("README.md") == commands_shown("README.zh-CN.md")


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [file.name for file in (ROOT / "docs").glob("*.md") if file.name != "README.md"]
    assert not [name for name in pages if f"]({name})" not in index]


def test_the_example_in_the_contracts_page_runs() -> None:
    text = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert examples
    for example in examples:
        exec(compile(example, "docs/contracts.md", "exec"), {})  # noqa: S102 - our own page
