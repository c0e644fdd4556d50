"""`bogda inventory scenario` and `merge`."""

from __future__ import annotations

from collections.abc import Sequence

from flows.inventory_request import check_out
from flows.output import print_json, print_line
from foundation.errors import ConfigurationError, InputError


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
    from emissions_inventory.scenarios import scenario
    from emissions_inventory.scenarios.summary_text import cut_lines, response_lines
    from emissions_inventory.storage import read_inventory, write_inventory

    judged = _regions(regions) if regions else None
    after, document = scenario.run_scenario(read_inventory(file), cuts, judged, control=control)
    write_inventory(after, out)
    if as_json:
        print_json({"file": out, "version": after.version, **document})
        return
    for line in (*cut_lines(document), *response_lines(document["response"])):
        print_line(line)
    print_line(f"写入 written {out}")


def _regions(text: str) -> list[str]:
    """Ids of the regions of a list of names, as cuts name them.

    Raises:
        ConfigurationError: when a name is unknown or is only a part of a region.
    """
    from emissions_inventory.scenarios.naming import scope_named

    found: list[str] = []
    for name in text.replace("，", ",").split(","):
        try:
            scope = scope_named(name.strip())
        except InputError as error:
            raise ConfigurationError(error.what, where="--region", remedy=error.remedy) from error
        if scope.partly or not scope.regions:
            raise ConfigurationError(
                f"{name.strip()} is no whole region", where="--region",
                remedy="Name regions of configs/source_labels.yaml, such as urumqi or 乌昌石",
            )  # fmt: skip
        found += scope.regions
    return list(dict.fromkeys(found))


def run_merge(base: str, update: str, out: str, beside: str | None, *, by_class: bool, as_json: bool) -> None:
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

    names = [name for name in (beside or "").replace("，", ",").split(",") if name.strip()]
    try:
        kept = [source_labels().sector(name).id for name in names]
    except InputError as error:
        raise ConfigurationError(error.what, where="--beside", remedy=error.remedy) from error
    first = read_inventory(base)
    made = merged(first, read_inventory(update), kept, by_class=by_class)
    write_inventory(made, out)
    document = compare(first, made)
    if as_json:
        print_json({"file": out, "version": made.version, "step": made.trail[-1].model_dump(), **document})
        return
    for line in (*comparison_lines(document), *made.trail[-1].notes):
        print_line(line)
    print_line(f"写入 written {out}")
