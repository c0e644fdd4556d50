"""Concentrations near the ground from the model's mixing ratios."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from atmosphere.transport.processes.parameters import load_parameters
from atmosphere.transport.species import SpeciesTable
from forecast.physical.driving import GroundAir

__all__ = ["NearGround"]

_SUMS = ("pm25", "pm10")


@dataclass(frozen=True)
class NearGround:
    """What is measured near the ground, as linear functions of the lowest layer's mixing ratios.

    PM2.5 and PM10 are the sums of the table of species with the share of nitrate that is particle; SO2 is
    itself; NO2 is a fixed share of nitrogen oxides as NO2 (`no2_share` of configs/processes.yaml).

    Attributes:
        table: the species.
    """

    table: SpeciesTable

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the gridded fields: species and sums."""
        return (*self.table.names, *_SUMS)

    @property
    def pollutants(self) -> tuple[str, ...]:
        """Names of the pollutants that can be told from the species."""
        gases = [name for name, species in (("so2", "so2"), ("no2", "nox")) if species in self.table.names]
        return (*_SUMS, *gases)

    def total(self, state: torch.Tensor, air: GroundAir) -> torch.Tensor:
        """Species and sums of all tags together, kg m-3, (member, field, y, x).

        Args:
            state: mixing ratios, (member, z, y, x, species, tag).
            air: density and nitrate share, (member, y, x).
        """
        mass = state[:, 0].sum(-1) * air.density[..., None]
        sums = [self._sum(name, mass, air.nitrate_share) for name in _SUMS]
        return torch.cat([mass.movedim(-1, 1), torch.stack(sums, 1)], 1)

    def by_tag(
        self, state: torch.Tensor, air: GroundAir, rows: torch.Tensor, columns: torch.Tensor
    ) -> torch.Tensor:
        """Pollutants of each tag in some cells, kg m-3, double precision, (member, cell, pollutant, tag).

        Args:
            state: as in `total`.
            air: as in `total`.
            rows: of the cells, (cell,).
            columns: of the cells, (cell,).
        """
        mass, share = self._mass(state, air, rows, columns)
        return torch.stack([self._pollutant(name, mass, share[..., None]) for name in self.pollutants], 2)

    @property
    def components(self) -> tuple[str, ...]:
        """Species of which PM10 is made, those of PM2.5 among them; of nitrate the part that is particle."""
        return tuple(one.name for one in self.table.species if one.pm10 > 0)

    @property
    def fine_shares(self) -> tuple[float, ...]:
        """Share of each component that is PM2.5, by mass."""
        return tuple(one.pm25 / one.pm10 for one in self.table.species if one.pm10 > 0)

    def components_by_tag(
        self, state: torch.Tensor, air: GroundAir, rows: torch.Tensor, columns: torch.Tensor
    ) -> torch.Tensor:
        """Components of PM10 of each tag in some cells; arguments and units as `by_tag`, to which they add.

        Returns:
            kg m-3, double precision, (member, cell, component, tag).
        """
        mass, share = self._mass(state, air, rows, columns)
        species = [place for place, one in enumerate(self.table.species) if one.pm10 > 0]
        factor = torch.tensor([self.table.species[place].pm10 for place in species], dtype=torch.float64)
        split = torch.tensor([self.table.species[place].phase == "both" for place in species])
        particle = torch.where(split[:, None], share[..., None, None], 1.0)
        return mass[:, :, species] * factor[:, None] * particle

    def weights(self, pollutant: str, air: GroundAir, row: int, column: int, member: int = 0) -> torch.Tensor:
        """Factors from mixing ratios of the species in one cell to a pollutant, kg m-3, (species,)."""
        one = torch.eye(len(self.table.names), dtype=torch.float64)
        density, share = (float(part[member, row, column]) for part in (air.density, air.nitrate_share))
        return self._pollutant(pollutant, one[..., None], torch.tensor(share))[..., 0] * density

    def species_of(self, pollutant: str) -> tuple[int, ...]:
        """Species that a measurement of a pollutant speaks of; PM10 speaks of what is not in PM2.5."""
        species = list(enumerate(self.table.species))
        if pollutant == "pm25":
            return tuple(place for place, one in species if one.pm25 > 0)
        if pollutant == "pm10":
            return tuple(place for place, one in species if one.pm10 > 0 and not one.pm25 > 0)
        return (self.table.index({"so2": "so2", "no2": "nox"}[pollutant]),)

    def _mass(
        self, state: torch.Tensor, air: GroundAir, rows: torch.Tensor, columns: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Mass of the species, kg m-3, (member, cell, species, tag), and share of nitrate, (member, cell)."""
        density, share = (part[:, rows, columns].double() for part in (air.density, air.nitrate_share))
        return state[:, 0][:, rows, columns].double() * density[..., None, None], share

    def _pollutant(self, name: str, mass: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
        """One pollutant of masses (..., species, tag), shape (..., tag)."""
        if name in _SUMS:
            total = self.table.pm25 if name == "pm25" else self.table.pm10
            return total(mass, share, axis=mass.ndim - 2)
        if name == "no2":
            return mass[..., self.table.index("nox"), :] * load_parameters()["no2_share"].value
        return mass[..., self.table.index(name), :]

    def _sum(self, name: str, mass: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
        return self._pollutant(name, mass[..., None], share[..., None])[..., 0]
