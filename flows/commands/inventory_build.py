"""`bogda inventory build`."""

from __future__ import annotations

from flows.inventory_request import check_out, domain_grid, months_of
from flows.output import print_json, print_line, progress_bar


def run(out: str, month: str | None, domain: str, *, as_json: bool) -> None:
    """Build the prior, write it, and say what it holds beside what is published.

    Raises:
        BogdaError: when month, domain or file are not acceptable.
    """
    check_out(out)
    months, grid = months_of(month), domain_grid(domain)
    from emissions_inventory.prior.building import build_prior
    from emissions_inventory.prior.constraints import constraints
    from emissions_inventory.scenarios.summary import summary
    from emissions_inventory.scenarios.summary_text import summary_lines
    from emissions_inventory.storage import write_inventory

    with progress_bar("inventory build", 3) as advance:
        advance("prior")
        made = build_prior(grid, months)
        advance("writing")
        write_inventory(made, out)
        advance("constraints")
        held = constraints(int(months[-1][:4]))
    document = {"file": out, **summary(made), "constraints": [vars(one) | {"held": one.held} for one in held]}
    if as_json:
        print_json(document)
        return
    for line in summary_lines(document):
        print_line(line)
    for one in held:
        span = f"{one.lowest:.4g}–{one.highest:.4g} {one.unit}"
        print_line(f"{'✓' if one.held else '✗'} {one.name}: {one.value:.4g} ({span})")
    print_line(f"写入 written {out}")
