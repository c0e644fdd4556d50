"""From the grid of a weather file or an inventory to the model's: bilinear, conservative, whole weather."""

from atmosphere.meteorology.regridding.bilinear import bilinear
from atmosphere.meteorology.regridding.conservative import conservative
from atmosphere.meteorology.regridding.weather import on_grid
from atmosphere.meteorology.regridding.weights import Regridding, SourceGrid

__all__ = ["Regridding", "SourceGrid", "bilinear", "conservative", "on_grid"]
