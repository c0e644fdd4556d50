"""The house rules that a machine can check: sizes, names, docstrings, what the wheel holds."""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = sorted(file.parent.name for file in ROOT.glob("*/__init__.py"))
MODULES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
PACKAGES = sorted(file for file in MODULES if file.name == "__init__.py")

JUNK_DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "core", "shared", "tools", "lib"}
LONGEST_MODULE = 200
LONGEST_FUNCTION = 60
USUAL_FUNCTION = 35


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def functions(file: Path) -> list[tuple[str, int]]:
    """Name and length in lines of every function of a module."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in nodes]


def test_modules_are_short() -> None:
    lengths = {named(file): len(file.read_text(encoding="utf-8").splitlines()) for file in MODULES}
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE}


def test_functions_are_short() -> None:
    lengths = {f"{named(file)}: {name}": lines for file in MODULES for name, lines in functions(file)}
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION}
    assert sum(lines < USUAL_FUNCTION for lines in lengths.values()) >= 0.9 * len(lengths)


def test_no_junk_drawers() -> None:
    parts = {file: {*file.relative_to(ROOT).parent.parts, file.stem.strip("_")} for file in MODULES}
    assert not [named(file) for file in MODULES if parts[file] & JUNK_DRAWERS]


def test_every_package_says_in_a_sentence_what_it_is() -> None:
    docstrings = {named(file): ast.get_docstring(ast.parse(file.read_text("utf-8"))) for file in PACKAGES}
    first_lines = {name: (text or "").partition("\n")[0] for name, text in docstrings.items()}
    assert not {name: line for name, line in first_lines.items() if not line.endswith((".", "?"))}


def test_every_folder_of_a_room_is_a_package() -> None:
    folders = {file.parent for file in MODULES}
    assert sorted(folders) == sorted(file.parent for file in PACKAGES)


def test_no_file_names_a_path_of_a_developers_machine() -> None:
    rooms = (ROOT / room for room in (*ROOMS, "docs", "benchmarks", "tests"))
    texts = [
        file for room in rooms for file in room.rglob("*") if file.suffix in {".py", ".md", ".yaml", ".ts"}
    ]
    ours = [file for file in texts if "node_modules" not in file.parts and file != Path(__file__)]
    private = ("/work/", "/tmp/w/", "/root/")  # noqa: S108 - looked for, not used
    assert not [named(file) for file in ours if any(path in file.read_text("utf-8") for path in private)]


def test_no_room_is_empty() -> None:
    files = [path for path in ROOT.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    alone = [room for room in ROOMS if sum(ROOT / room in path.parents for path in files) < 2]
    assert not alone, f"rooms that hold nothing but __init__.py: {alone}"


def test_no_top_level_folder_shadows_the_standard_library() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()}
    assert not folders & set(sys.stdlib_module_names)


def test_wheel_types_and_import_rules_name_every_room() -> None:
    tool = PROJECT["tool"]
    assert sorted(tool["hatch"]["build"]["targets"]["wheel"]["packages"]) == ROOMS
    assert sorted(tool["importlinter"]["root_packages"]) == ROOMS
    assert sorted([*tool["mypy"]["packages"], "configs"]) == ROOMS
