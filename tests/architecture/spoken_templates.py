"""What the code says in English: its texts, with {} where something is filled in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("atmosphere", "consultation", "emissions_inventory", "flows", "forecast", "foundation",
         "observations", "sources", "standards", "training")  # fmt: skip
ERRORS = frozenset({"BogdaError", "ConfigurationError", "InputError", "ContractError", "RunError",
                    "BudgetSpentError"})  # fmt: skip


def template(node: ast.AST | None) -> str:
    """The text of a constant or an f-string; nothing where it is worked out otherwise."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    elif isinstance(node, ast.JoinedStr):
        text = "".join(one.value if isinstance(one, ast.Constant) else "{}" for one in node.values)
    else:
        return ""
    return re.sub(r"(\{\})+", "{}", " ".join(text.split())).rstrip(".")


@lru_cache(maxsize=1)
def spoken() -> frozenset[str]:
    """Every text of the rooms."""
    return frozenset(
        template(node) for room in ROOMS for file in (ROOT / room).rglob("*.py") for node in _nodes(file)
    )


def raised(file: Path) -> Iterator[tuple[int, str]]:
    """Line and text of what and remedy of every error that a file composes."""
    for node in _nodes(file):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
            remedies = [one.value for one in node.keywords if one.arg == "remedy"]
            for text in map(template, [*node.args[:1], *remedies]):
                if re.search(r"[A-Za-z]{2}", text):
                    yield node.lineno, text


def _nodes(file: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
