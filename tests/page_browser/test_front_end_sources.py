"""What the front end is built from."""

from __future__ import annotations

import json
import re
from pathlib import Path

WEB = Path(__file__).parents[2] / "consultation" / "page" / "web"


def _modules() -> dict[str, str]:
    return {str(file.relative_to(WEB)): file.read_text(encoding="utf-8") for file in WEB.glob("src/**/*.ts")}


def test_the_lock_names_no_registry() -> None:
    text = (WEB / "package-lock.json").read_text(encoding="utf-8")
    assert re.findall(r"https?://|registry|\"resolved\"", text) == []
    assert all("integrity" in one for name, one in json.loads(text)["packages"].items() if name)


def test_what_is_used_is_pinned() -> None:
    package = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert {name: version for name, version in wanted.items() if not version[0].isdigit()} == {}


def test_no_module_is_long() -> None:
    lengths = {
        file.name: len(file.read_text(encoding="utf-8").splitlines()) for file in WEB.glob("src/**/*.ts")
    }
    assert {name: length for name, length in lengths.items() if length > 220} == {}


def test_nothing_builds_markup_from_text() -> None:
    loose = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
    assert [
        file.name for file in WEB.glob("src/**/*.ts") if loose.search(file.read_text(encoding="utf-8"))
    ] == []
