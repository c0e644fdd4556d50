"""`bogda inventory summary`, `compare` and `figures`."""

from __future__ import annotations

from pathlib import Path

from flows.figure_request import refuse_figure
from flows.output import print_json, print_line, progress_bar
from foundation.errors import RunError


def run_summary(file: str, *, as_json: bool) -> None:
    """Print what an inventory holds.

    Raises:
        BogdaError: when the file is no inventory.
    """
    from emissions_inventory.scenarios.summary import summary
    from emissions_inventory.scenarios.summary_text import summary_lines
    from emissions_inventory.storage import read_inventory

    document = summary(read_inventory(file))
    if as_json:
        print_json(document)
        return
    for line in summary_lines(document):
        print_line(line)


def run_compare(first: str, second: str, figure: str | None, species: str, *, as_json: bool) -> None:
    """Print the difference of two inventories, and draw it.

    Raises:
        BogdaError: when a file is no inventory, or they share no month or species.
    """
    from emissions_inventory.scenarios.comparison import compare
    from emissions_inventory.scenarios.summary_text import comparison_lines
    from emissions_inventory.storage import read_inventory

    if figure is not None:
        refuse_figure(Path(figure))
    a, b = read_inventory(first), read_inventory(second)
    document = compare(a, b)
    if figure is not None:
        from emissions_inventory.figures.difference_map import draw_difference

        draw_difference(a, b, figure, species)
    if as_json:
        print_json(document)
        return
    for line in comparison_lines(document):
        print_line(line)


def run_figures(file: str, folder: str, species: str) -> None:
    """Draw the maps by sector, the profiles and plumes under an inversion.

    Raises:
        BogdaError: when the file is no inventory or the folder cannot be made.
    """
    from emissions_inventory.figures.plumes import draw_plumes
    from emissions_inventory.figures.sector_maps import draw_sector_maps
    from emissions_inventory.storage import read_inventory
    from emissions_inventory.timing import profile_figure

    inventory = read_inventory(file)
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot be made: {error.strerror}", where=folder, remedy="Name another") from error
    paths = [Path(folder) / f"{name}.png" for name in ("sectors", "profiles", "plumes")]
    with progress_bar("inventory figures", 3) as advance:
        advance("sectors")
        draw_sector_maps(inventory, paths[0], species)
        advance("profiles")
        profile_figure(paths[1], int(inventory.months[0][:4]))
        advance("plumes")
        draw_plumes(paths[2])
    for path in paths:
        print_line(f"图 figure {path}")
