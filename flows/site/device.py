"""Whether the GPU that is expected answers."""

from __future__ import annotations

import shutil
import subprocess

from flows.ladder.standing import Passed, Standing

__all__ = ["device_standing"]

_SECONDS = 15


def device_standing(*, expected: bool) -> Standing | None:
    """The rung of the device; None where no GPU is expected.

    The driver is asked in a process of its own and for a bounded time: one that hangs holds up nothing.
    """
    if not expected:
        return None
    fault = _fault()
    if fault is None:
        return Standing("device", "as-expected")
    passed = Passed("as-expected", "", "", "no-gpu", "GPU无响应", fault)
    return Standing("device", "cpu", passed=(passed,))


def _fault() -> str | None:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return "no driver is installed"
    query = [tool, "--query-gpu=name", "--format=csv,noheader"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"the driver does not answer: {type(error).__name__}"
    return None if answer.returncode == 0 and answer.stdout.strip() else "the driver finds no GPU"
