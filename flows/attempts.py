"""A step of the model that may fail or take too long, and what is said then."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import TypeVar

from flows.budget import Budget, BudgetSpentError
from foundation.errors import BogdaError, fault_line
from foundation.provenance import Degradation

__all__ = ["Fault", "attempted"]

Result = TypeVar("Result")
Fault = Callable[[str, str, str], Degradation]
"""Makes the note from the step, what went wrong in Chinese, and the reason in English."""

_FOLDERS = re.compile(r"(?<!\w)\.{0,2}/(?:[^\s,:/]+/)+")


def attempted(
    budget: Budget, work: Callable[[], Result], step: str, chinese: str, fault: Fault
) -> tuple[Result | None, Degradation | None]:
    """Result of a step of the model, or the reason why there is none.

    Args:
        budget: time left for it.
        work: makes the result.
        step: its name.
        chinese: what is said where it fails.
        fault: makes the note; names of folders are taken out of the reason.
    """

    def told(chinese: str, reason: str) -> Degradation:
        return fault(step, chinese, _FOLDERS.sub("", reason))

    try:
        return budget.spend(work), None
    except BudgetSpentError as error:
        return None, told(f"超过{budget.minutes:g}分钟时限，已放弃", error.what)
    except BogdaError as error:
        where = f"{error.where}: " if error.where else ""
        return None, told(chinese, where + error.what)
    except Exception as error:  # noqa: BLE001 - the statistical forecast must go out whatever fails here
        reason = fault_line(error)
        warnings.warn(f"{step} failed: {reason}", RuntimeWarning, stacklevel=2)
        return None, told(chinese, reason)
