"""Which files of a folder hold what: year, month, sector and species from the names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from emissions_inventory.gridded.configuration import InventoryRules
from foundation.errors import InputError

__all__ = ["Catalogue", "MapFile", "edgar_name", "find_files", "meic_name"]

_MEIC = re.compile(
    r"(?P<year>\d{4})_(?P<month>\d{1,2})_{1,2}(?P<sector>[A-Za-z]+)_{1,2}(?P<species>[A-Za-z0-9.\-_]+?)\.(nc|asc|txt)"
)
"""`2016_01__power__PM25.nc` until 2016, `2016_1_power_PM2.5.nc` since, `2017_7_power_NOx.asc`."""

_EDGAR = re.compile(
    r"(EDGAR)?v?(?P<version>\d[\d.]*)(_FT\d{4})?(_AP|_GHG)?_(?P<species>[A-Za-z0-9.]+)_(?P<year>\d{4})"
    r"(_(?P<month>\d{1,2}))?_(bkl_)?(?P<sector>[A-Za-z][A-Za-z_]*?)(_(?P<kind>emi|flx)(_nc3?)?)?(\.0\.1x0\.1)?\.nc"
)
"""`v8.1_FT2022_AP_SO2_2022_TRANSPORT_emi.nc`, `v8.1_FT2022_AP_NOx_2020_bkl_POWER_INDUSTRY_flx.nc`,
`EDGARv6.1_SO2_2018_ENE.0.1x0.1.nc`, `v50_CO_2015_1_RCO.0.1x0.1.nc`."""

_SUFFIXES = {".nc", ".asc", ".txt"}


@dataclass(frozen=True)
class MapFile:
    """A file that holds one species of one sector.

    Attributes:
        path: the file.
        year: of the emissions.
        month: 1 to 12, or 0 for a whole year or all its months.
        sector: as the inventory names it.
        species: ours, or `pmcoarse`.
        name: of the species in the inventory, lower case.
    """

    path: Path
    year: int
    month: int
    sector: str
    species: str
    name: str


@dataclass(frozen=True)
class Catalogue:
    """What a folder holds.

    Attributes:
        files: recognised and wanted.
        ignored: names of other files with the right suffix, with the reason.
    """

    files: tuple[MapFile, ...]
    ignored: tuple[str, ...]

    def years(self) -> list[int]:
        """Years that occur, growing."""
        return sorted({file.year for file in self.files})

    def of(self, year: int, month: int) -> list[MapFile]:
        """Files that hold a month, on their own or within a year."""
        return [file for file in self.files if file.year == year and file.month in (month, 0)]


def meic_name(path: Path, rules: InventoryRules) -> MapFile | str:
    """What the name of a MEIC file says, or why it is left out."""
    return _parsed(_MEIC.fullmatch(path.name), path, rules, str.lower)


def edgar_name(path: Path, rules: InventoryRules) -> MapFile | str:
    """What the name of an EDGAR file says, or why it is left out."""
    by_lower = {name.lower(): name for name in rules.sectors}
    return _parsed(_EDGAR.fullmatch(path.name), path, rules, lambda code: by_lower.get(code.lower(), code))


def _parsed(
    found: re.Match[str] | None, path: Path, rules: InventoryRules, sector_name: Callable[[str], str]
) -> MapFile | str:
    if found is None:
        return "name not known"
    sector, name = sector_name(found["sector"]), found["species"].lower()
    if sector not in rules.sectors:
        return f"sector {found['sector']!r} not known"
    species = rules.species.get(name)
    if species is None:
        return f"species {found['species']!r} not known"
    if not species:
        return f"species {found['species']!r} is not part of an inventory here"
    month = int(found["month"] or 0)
    if found["month"] and not 1 <= month <= 12:
        return f"month {month} does not exist"
    return MapFile(path, int(found["year"]), month, sector, species, name)


def find_files(
    path: str | Path,
    rules: InventoryRules,
    named: Callable[[Path, InventoryRules], MapFile | str],
    expected: str,
) -> Catalogue:
    """Find the files of an inventory.

    Args:
        path: one file, or a folder that is searched with the folders in it.
        rules: sectors and species that are known.
        named: what a name says.
        expected: how names look, for the message.

    Raises:
        InputError: when there is no such path, or nothing in it is recognised.
    """
    root = Path(path)
    if not root.exists():
        raise InputError("no such file or folder", where=str(path), remedy="Check the path")
    every = [root] if root.is_file() else sorted(one for one in root.rglob("*") if one.suffix in _SUFFIXES)
    answers = [(one, named(one, rules)) for one in every]
    files = tuple(answer for _, answer in answers if isinstance(answer, MapFile))
    ignored = tuple(f"{one.name}: {answer}" for one, answer in answers if isinstance(answer, str))
    if not files:
        more = f"; {ignored[0]}" if ignored else ""
        raise InputError(f"no file of {rules.title} is recognised among {len(every)}{more}", where=str(path),
                         remedy=f"Names look like {expected}")  # fmt: skip
    _refuse_double(files, rules)
    return Catalogue(files, ignored)


def _refuse_double(files: Iterable[MapFile], rules: InventoryRules) -> None:
    """Refuse what would be counted twice: the same map, or a sector and its part."""
    by_key: dict[tuple[int, int, str, str], MapFile] = {}
    by_period: dict[tuple[int, str], dict[str, MapFile]] = {}
    for file in files:
        key = (file.year, file.month, file.sector, file.species)
        if key in by_key:
            raise InputError(
                f"the same emissions twice, also in {by_key[key].path.name}",
                where=str(file.path),
                remedy="Keep one of the two files",
            )
        by_key[key] = file
        by_period.setdefault((file.year, file.species), {})[file.sector] = file
    for sectors in by_period.values():
        for name, file in sectors.items():
            contained = rules.sectors[name].contains
            parts = [part for part in sectors if part != name and (part in contained or "*" in contained)]
            if "*" in contained:
                also = f", and counts twice beside {sectors[parts[0]].path.name}" if parts else ""
                raise InputError(
                    f"{name} holds all sectors together, which cannot be told apart{also}",
                    where=str(file.path),
                    remedy="Give the files of the sectors only",
                )
            if parts:
                raise InputError(
                    f"{name} contains {parts[0]}, which is also in {sectors[parts[0]].path.name}",
                    where=str(file.path),
                    remedy="Keep the whole or its parts",
                )
