"""A small made inventory on the grid of the demonstration. EVERY VALUE IS INVENTED."""

from __future__ import annotations

import numpy as np
import xarray as xr

from emissions_inventory.emitters import AreaSources, PointSources, Stacks, WeekProfiles
from emissions_inventory.inventory import SPECIES, Inventory
from foundation.configuration import load_shipped
from foundation.grids import Grid, GridConfig
from foundation.places import gazetteer

MONTHS = ("2025-12", "2026-01", "2026-02")
MONTH_FACTOR = np.array([1.0, 1.1, 0.9])

# id, sector, region, county, grade, place it lies near, shift (deg), stack (m, m, K, m s-1), kt SO2
POINTS = (
    ("P01-1", "power", "urumqi", "650106", "A", "urumqi", 0.05, (240.0, 9.0, 323.0, 18.0), 0.30),
    ("P02-1", "power", "shihezi", "659001", "B", "shihezi", 0.03, (210.0, 8.0, 323.0, 17.0), 0.25),
    ("P03-1", "power", "zhundong", "652327", "A", "fukang", 0.90, (240.0, 9.5, 323.0, 18.0), 0.40),
    ("P04-1", "heating", "urumqi", "650102", "", "urumqi", -0.04, (60.0, 2.5, 393.0, 9.0), 0.05),
    ("P05-1", "heating", "kuitun", "654003", "", "kuitun", 0.02, (45.0, 2.0, 403.0, 8.0), 0.02),
    ("P06-1", "steel", "urumqi", "650107", "B", "urumqi", 0.20, (120.0, 5.0, 393.0, 15.0), 0.08),
    ("P06-2", "steel", "urumqi", "650107", "C", "urumqi", 0.21, (80.0, 4.0, 403.0, 12.0), 0.06),
    ("P07-1", "cement", "changji", "652301", "C", "changji", 0.10, (90.0, 3.5, 383.0, 14.0), 0.03),
    ("P08-1", "cement", "shawan", "654223", "D", "shawan", 0.05, (80.0, 3.2, 383.0, 13.0), 0.03),
    ("P09-1", "nonferrous", "shihezi", "659001", "C", "shihezi", -0.05, (100.0, 6.0, 353.0, 12.0), 0.10),
    ("P10-1", "petrochemical", "dushanzi", "650202", "B", "dushanzi", 0.0, (90.0, 4.0, 423.0, 12.0), 0.07),
    ("P11-1", "coal_chemistry", "changji", "652323", "D", "hutubi", 0.04, (np.nan,) * 4, 0.04),
    ("P12-1", "chlor_alkali", "wujiaqu", "659004", "", "wujiaqu", 0.02, (60.0, 2.0, 353.0, 10.0), 0.02),
)  # fmt: skip

# sector, region, places around which it emits, kt SO2
AREAS = (
    ("scattered_coal", "urumqi", ("urumqi",), 0.20), ("scattered_coal", "kuitun", ("kuitun",), 0.06),
    ("scattered_coal", "changji", ("changji", "manas"), 0.25), ("scattered_coal", "ili", ("yining",), 0.15),
    ("traffic", "urumqi", ("urumqi",), 0.010), ("traffic", "shihezi", ("shihezi",), 0.004),
    ("traffic", "turpan", ("turpan",), 0.003), ("other_industry", "changji", ("changji",), 0.06),
    ("fugitive_dust", "urumqi", ("urumqi",), 0.0), ("fugitive_dust", "turpan", ("turpan",), 0.0),
    ("agriculture", "shawan", ("shawan",), 0.0), ("solvents", "urumqi", ("urumqi",), 0.0),
)  # fmt: skip

# kt of a species for each kt of SO2, by sector; where SO2 is none, for each 1 kt
MIXES = {
    "power": (1.0, 1.2, 0.15, 0.25, 0.002, 0.001, 0.4, 0.03, 0.01),
    "heating": (1.0, 0.7, 0.4, 0.6, 0.06, 0.05, 3.0, 0.1, 0.01),
    "scattered_coal": (1.0, 0.25, 1.0, 1.3, 0.25, 0.35, 12.0, 0.7, 0.1),
    "traffic": (1.0, 60.0, 3.0, 3.2, 1.5, 0.8, 70.0, 12.0, 0.6),
    "fugitive_dust": (0.0, 0.0, 0.2, 1.0, 0.0, 0.005, 0.0, 0.0, 0.0),
    "agriculture": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5),
    "solvents": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.4, 0.0),
}
INDUSTRY = (1.0, 1.0, 0.6, 0.9, 0.02, 0.02, 5.0, 0.8, 0.05)
SIGMA = {"power": 0.15, "heating": 0.4, "scattered_coal": 0.7, "fugitive_dust": 0.8, "agriculture": 0.7}


def made_inventory() -> Inventory:
    """Three months, thirteen points, twelve area sources; with one profile and one step of a trail."""
    grid = load_shipped(GridConfig, "domains/demo.yaml").grid()
    areas, points = _areas(grid), _points()
    sectors = sorted({*areas.sector, *points.sector})
    sigma = np.array([[SIGMA.get(sector, 0.3)] * len(SPECIES) for sector in sectors])
    uncertainty = xr.DataArray(
        sigma, dims=("sector", "species"), coords={"sector": sectors, "species": list(SPECIES)}
    )
    weeks = WeekProfiles(np.array([0]), np.linspace(0.5, 1.5, 168).reshape(1, 7, 24))
    made = Inventory(grid, MONTHS, SPECIES, areas, points, uncertainty, "试验清单 made", (), weeks)
    return made.after("prior", "made for tests", notes=("every value is invented",))


def _mass(sector: str, kilotonnes: float) -> np.ndarray:
    mix = np.array(MIXES.get(sector, INDUSTRY))
    return MONTH_FACTOR[:, None] * (kilotonnes or 1.0) * mix * 1e6


def _points() -> PointSources:
    homes = [gazetteer().place(row[5]) for row in POINTS]
    columns = list(zip(*POINTS, strict=True))
    return PointSources(
        id=np.array(columns[0]), name=np.array([f"试验厂{row[0]}" for row in POINTS]),
        sector=np.array(columns[1]), region=np.array(columns[2]), county=np.array(columns[3]),
        grade=np.array(columns[4]), lon=np.array([home.lon for home in homes]) + np.array(columns[6]),
        lat=np.array([home.lat for home in homes]) + 0.5 * np.array(columns[6]),
        stacks=Stacks(*np.array(columns[7]).T),
        emission=np.stack([_mass(row[1], row[8]) for row in POINTS], axis=1),
    )  # fmt: skip


def _areas(grid: Grid) -> AreaSources:
    sectors, regions, rows, columns, masses = [], [], [], [], []
    for sector, region, places, kilotonnes in AREAS:
        cells = [cell for place in places for cell in _around(grid, place)]
        weight = sum(part for _, _, part in cells)
        for row, column, part in cells:
            sectors.append(sector)
            regions.append(region)
            rows.append(row)
            columns.append(column)
            masses.append(_mass(sector, kilotonnes) * part / weight)
    return AreaSources(
        np.array(sectors), np.array(regions), np.array(rows), np.array(columns), np.stack(masses, axis=1)
    )


def _around(grid: Grid, name: str) -> list[tuple[int, int, float]]:
    place = gazetteer().place(name)
    row = int(np.clip(np.searchsorted(grid.lat_edges, place.lat) - 1, 2, grid.shape[1] - 3))
    column = int(np.clip(np.searchsorted(grid.lon_edges, place.lon) - 1, 2, grid.shape[2] - 3))
    near = range(-2, 3)
    return [(row + y, column + x, float(np.exp(-(x * x + y * y) / 3))) for y in near for x in near]
