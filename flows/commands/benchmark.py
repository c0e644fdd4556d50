"""`bogda benchmark`."""

from __future__ import annotations

from typing import Any

from flows.output import print_json, print_line, progress_bar
from foundation.errors import InputError


def run_transport(device: str, tags: int, *, as_json: bool) -> None:
    """Measure the transport model on this machine.

    Raises:
        ConfigurationError: for a device that is not there or an impossible number of tags.
    """
    from atmosphere.transport.benchmark import check_request, measure

    check_request(device, tags)
    with progress_bar("benchmark transport", 4) as advance:
        document = measure(device, tags, advance)
    _print(document, as_json=as_json)


def run_trajectories(device: str, *, as_json: bool) -> None:
    """Measure the trajectories on one thread of this machine.

    Raises:
        InputError: for a device that is not there.
    """
    from atmosphere.trajectories.benchmark import measure

    with progress_bar("benchmark trajectories", 1) as advance:
        advance("particles")
        document = measure(device=device)
    _print(document, as_json=as_json)


def run_dust(hours: int, *, as_json: bool) -> None:
    """Measure the dust forecast on the whole dust domain, on all threads of this machine."""
    from forecast.dust.benchmark import measure

    with progress_bar("benchmark dust", 3) as advance:
        document = measure(hours, advance)
    _print(document, as_json=as_json)


def _print(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        print_line(f"{name}: {value:,.4g}" if isinstance(value, float) else f"{name}: {value}")


def run_inventory(*, as_json: bool) -> None:
    """Measure gridding, the hours of a year, and the import of a table, on one thread of this machine."""
    import tempfile

    from emissions_inventory.gridding import gridding_benchmark
    from emissions_inventory.tables import tables_benchmark
    from emissions_inventory.timing import timing_benchmark
    from flows.inventory_request import domain_grid

    with progress_bar("benchmark inventory", 3) as advance, tempfile.TemporaryDirectory() as folder:
        advance("gridding")
        gridding = gridding_benchmark(domain_grid("tianshan"))
        advance("hours")
        hours = timing_benchmark()
        advance("tables")
        tables = tables_benchmark(folder)
    _print({"gridding": gridding, "hours": hours, "tables": tables}, as_json=as_json)


def run_pmf(data: str | None, *, as_json: bool) -> None:
    """Measure the factorisation of both published sets.

    Raises:
        InputError: when the folder of real files does not hold them.
    """
    from flows.case_inputs import real_folder
    from sources.receptor.proofs import pmf_benchmark

    folder = real_folder(data) / "receptor"
    if not (folder / "StLouis-con.csv").is_file():
        raise InputError(
            "StLouis-con.csv is not there", where=str(folder), remedy="Name the folder with --data"
        )
    with progress_bar("benchmark pmf", 1) as advance:
        advance("both sets")
        document = pmf_benchmark(folder)
    _print(document, as_json=as_json)
