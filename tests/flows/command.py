"""The `bogda` command within the process of the tests."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest.mock import patch

from flows.cli import main


@dataclass(frozen=True)
class Done:
    exit_code: int
    stdout: str
    stderr: str


def bogda(*arguments: str) -> Done:
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with patch.object(sys, "argv", ["bogda", *arguments]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as done:
            code = int(done.code or 0)
    return Done(code, out.getvalue(), err.getvalue())
