"""Inventories that come as maps: MEIC and EDGAR, onto the grid and the sectors of this project."""

from emissions_inventory.gridded.control_file import ControlRow, read_control_file
from emissions_inventory.gridded.edgar import import_edgar
from emissions_inventory.gridded.meic import import_meic

__all__ = ["ControlRow", "import_edgar", "import_meic", "read_control_file"]
