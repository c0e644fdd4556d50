"""A scenario from its text to its verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from emissions_inventory.gridded.control_file import read_control_file
from emissions_inventory.inventory import Inventory
from emissions_inventory.scenarios.application import apply_cuts
from emissions_inventory.scenarios.control import apply_control
from emissions_inventory.scenarios.cut_report import cut_report
from emissions_inventory.scenarios.cut_text import parse_cuts
from emissions_inventory.scenarios.response import check_response, response_regions
from foundation.provenance import record_input

__all__ = ["run_scenario"]


def run_scenario(
    inventory: Inventory,
    texts: str | Iterable[str],
    regions: Sequence[str] | None = None,
    day: dt.date | None = None,
    control: str | Path | None = None,
) -> tuple[Inventory, dict[str, Any]]:
    """Cut an inventory and judge what that achieves.

    Args:
        inventory: before.
        texts: cuts as they are written (`cut_text`); may be none where there is a control file.
        regions: ids of regions over which the response is judged; by default those that the cuts name, or
            乌昌石.
        day: whose rules apply; today's by default.
        control: control file of MEIC, applied before the cuts.

    Returns:
        The inventory afterwards, and plain data: what `cut_report` returns, with the verdict of
        `check_response` as `response`.

    Raises:
        InputError: as `read_control_file`, `parse_cuts`, `apply_control`, `apply_cuts` and `check_response`.
    """
    cuts = parse_cuts(texts) if texts or control is None else ()
    after = inventory
    if control is not None:
        after = apply_control(after, read_control_file(control), record_input(control, "control file"))
    if cuts:
        after = apply_cuts(after, cuts)
    judged = regions if regions is not None else response_regions(cuts)
    verdict = check_response(inventory, after, judged, day)
    return after, {**cut_report(inventory, after), "response": verdict}
