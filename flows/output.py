"""What the command line prints: JSON alone on standard output, all else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False, default=str) + "\n")


def print_line(text: str) -> None:
    """A line for people on standard output."""
    sys.stdout.write(text + "\n")


@contextmanager
def progress_bar(title: str, steps: int) -> Iterator[Any]:
    """A progress bar on standard error; gives a function to call with the name of each step begun.

    What follows ` · ` tells how far the step is: `transport · 24 h` does not begin another.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[step]}"),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bar:
        job = bar.add_task(title, total=steps, step="")
        begun: list[str] = []

        def advance(step: str) -> None:
            name = step.partition(" · ")[0]
            if begun[-1:] != [name]:
                begun.append(name)
            bar.update(job, completed=len(begun) - 1, step=step)

        yield advance
        bar.update(job, completed=steps, step="")
