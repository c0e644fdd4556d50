"""From points, lines, polygons and foreign grids to the cells of the model's grid, with every sum kept."""

from emissions_inventory.gridding.benchmark import MEIC_GRID, gridding_benchmark
from emissions_inventory.gridding.boundaries import BEYOND, Boundaries
from emissions_inventory.gridding.boundary_files import read_boundaries, read_units
from emissions_inventory.gridding.lines import lines_to_cells
from emissions_inventory.gridding.masks import region_shares
from emissions_inventory.gridding.native_grids import areas_from_grid
from emissions_inventory.gridding.partition import built_in_boundaries
from emissions_inventory.gridding.polygons import polygons_to_cells
from emissions_inventory.gridding.shares import CellShares, points_to_cells

__all__ = [
    "BEYOND",
    "MEIC_GRID",
    "Boundaries",
    "CellShares",
    "areas_from_grid",
    "built_in_boundaries",
    "gridding_benchmark",
    "lines_to_cells",
    "points_to_cells",
    "polygons_to_cells",
    "read_boundaries",
    "read_units",
    "region_shares",
]
