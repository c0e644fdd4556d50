"""`bogda inventory scenario` and `merge`."""

from __future__ import annotations

from collections.abc import Sequence

from flows.inventory_request import check_out
from flows.output import print_json, print_line
from foundation.errors import ConfigurationError
from foundation.provenance import record_input


def run_scenario(
    file: str, out: str, cuts: Sequence[str], control: str | None, regions: str | None, *, as_json: bool
) -> None:
    """Cut an inventory, write it, and judge what that achieves.

    Raises:
        BogdaError: when a cut cannot be read or touches nothing, or a file is not acceptable.
    """
    if not cuts and control is None:
        raise ConfigurationError(
            "nothing to cut", remedy='Give --cut "industry=0.3@urumqi" or --control FILE'
        )
    check_out(out)
    from emissions_inventory.gridded import read_control_file
    from emissions_inventory.scenarios.application import apply_cuts
    from emissions_inventory.scenarios.control import apply_control
    from emissions_inventory.scenarios.cut_report import cut_report
    from emissions_inventory.scenarios.cut_text import parse_cuts
    from emissions_inventory.scenarios.response import check_response, response_regions
    from emissions_inventory.scenarios.summary_text import cut_lines, response_lines
    from emissions_inventory.storage import read_inventory, write_inventory

    parsed = parse_cuts(cuts) if cuts else ()
    before = after = read_inventory(file)
    if control is not None:
        after = apply_control(after, read_control_file(control), record_input(control, "control file"))
    if parsed:
        after = apply_cuts(after, parsed)
    judged = [name.strip() for name in regions.split(",")] if regions else response_regions(parsed)
    verdict = check_response(before, after, judged)
    document = {**cut_report(before, after), "response": verdict}
    write_inventory(after, out)
    if as_json:
        print_json({"file": out, "version": after.version, **document})
        return
    for line in (*cut_lines(document), *response_lines(document["response"])):
        print_line(line)
    print_line(f"写入 written {out}")


def run_merge(base: str, update: str, out: str, beside: str | None, *, as_json: bool) -> None:
    """Let one inventory replace the sources of another, and write it.

    Raises:
        BogdaError: when a file is no inventory, they do not fit, or a sector is not known.
    """
    check_out(out)
    from emissions_inventory.labels import source_labels
    from emissions_inventory.merging import merged
    from emissions_inventory.scenarios.comparison import compare
    from emissions_inventory.scenarios.summary_text import comparison_lines
    from emissions_inventory.storage import read_inventory, write_inventory

    kept = [source_labels().sector(name).id for name in beside.split(",")] if beside else []
    first = read_inventory(base)
    made = merged(first, read_inventory(update), kept)
    write_inventory(made, out)
    document = compare(first, made)
    if as_json:
        print_json({"file": out, "version": made.version, "step": made.trail[-1].model_dump(), **document})
        return
    for line in comparison_lines(document):
        print_line(line)
    print_line(f"写入 written {out}")
