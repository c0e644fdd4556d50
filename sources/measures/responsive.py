"""What of a contribution goes with later emissions, by the species that is emitted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import xarray as xr

from foundation.errors import InputError
from sources.measures.configuration import DriversConfig
from sources.tagging.published import UNATTRIBUTED

__all__ = ["PARTICLES", "Fraction", "component_weights", "responsive_parts"]

PARTICLES = ("pm25", "pm10")
_NEEDED = ("component_contribution", "carried_over", "component_carried_over", "fine_share")


class Fraction(Protocol):
    """Share of what was emitted since the reference time that was emitted since a later beginning."""

    def of(self, dataset: xr.Dataset, kind: str, species: Sequence[str]) -> np.ndarray:
        """Shares, 0 to 1, on the coordinates of a data set of contributions.

        Returns:
            (lead, place, pollutant, species, source).
        """
        ...


def responsive_parts(
    dataset: xr.Dataset,
    contribution: np.ndarray,
    drivers: DriversConfig,
    kind: str,
    fraction: Fraction | None,
    where: str,
) -> np.ndarray:
    """What of each contribution goes with what is emitted from the beginning of a measure on.

    Of particles, component c of source s goes with its emitted species: its part of the contribution of the
    source is `w_c (q_cs - q0_cs) / sum_c w_c q_cs`, where q is the component's contribution, q0 what of it
    was in the air before and w the share of the component that the pollutant counts. Of a gas it is what is
    left when `carried_over` is taken away. Rounding and the limiter of the transport scheme can leave that a
    little below nothing: such parts are 0.

    Args:
        dataset: one reference time of contributions.
        contribution: kg m-3, (lead, place, pollutant, source).
        drivers: which emitted species decides which component.
        kind: `day`, `region` or `hour`.
        fraction: for a measure that begins later, see `beginning`.
        where: the file, for messages.

    Returns:
        kg m-3, (lead, place, pollutant, species, source).

    Raises:
        InputError: when the file does not tell what was carried over, or a component is unknown.
    """
    if set(map(str, dataset["source"].values)) == {UNATTRIBUTED}:
        raise InputError(
            "the transport model gave no result for this run: nothing is attributed to anybody",
            where=where,
            remedy="Take a run with weather and emissions; its manifest says why this one has no tags",
        )
    absent = [name for name in _NEEDED if name not in dataset.variables]
    if absent:
        raise InputError(
            f"expected {', '.join(_NEEDED)}, without {', '.join(absent)}", where=where,
            remedy="The run was made by an older version of the program; make it again",
        )  # fmt: skip
    species, pollutants = drivers.species, [str(name) for name in dataset["pollutant"].values]
    made = np.zeros((*contribution.shape[:3], len(species), contribution.shape[3]))
    parts = _component_parts(dataset, drivers, where)
    carried = dataset["carried_over"].transpose("lead_time", "place", "pollutant", "source").values
    for number, name in enumerate(pollutants):
        if name in PARTICLES:
            made[:, :, number] = contribution[:, :, number, None] * parts[name]
        elif name in drivers.gases:
            left = np.nan_to_num(contribution[:, :, number] - carried[:, :, number])
            made[:, :, number, species.index(drivers.gases[name])] = np.maximum(left, 0.0)
    if fraction is not None:
        made *= fraction.of(dataset, kind, species)
    made[..., _nobodys(dataset)] = 0.0
    return made


def component_weights(dataset: xr.Dataset, pollutant: str) -> np.ndarray:
    """Share of each component that a pollutant counts, (component,): all of it for PM10."""
    fine = dataset["fine_share"].values.astype(float)
    return fine if pollutant == "pm25" else np.ones_like(fine)


def _component_parts(dataset: xr.Dataset, drivers: DriversConfig, where: str) -> dict[str, np.ndarray]:
    """Responsive share of a contribution to particles, (lead, place, species, source), by pollutant."""
    names = [str(name) for name in dataset["component"].values]
    if strange := [name for name in names if name not in {*drivers.components, *drivers.natural}]:
        raise InputError(
            f"nothing says which emission decides component {strange[0]!r}", where=where,
            remedy="Add it to `drivers` in configs/sources/measures.yaml",
        )  # fmt: skip
    dims = ("lead_time", "place", "component", "source")
    held = np.nan_to_num(dataset["component_contribution"].transpose(*dims).values)
    later = held - np.nan_to_num(dataset["component_carried_over"].transpose(*dims).values)
    found = {}
    for pollutant in PARTICLES:
        weights = component_weights(dataset, pollutant)[:, None]
        total = (weights * held).sum(axis=2)
        share = np.zeros((*held.shape[:2], len(drivers.species), held.shape[3]))
        for number, name in enumerate(names):
            if name in drivers.natural:
                continue
            part = np.maximum(weights[number] * later[:, :, number], 0.0)
            share[:, :, drivers.species.index(drivers.components[name])] += np.divide(
                part, total, out=np.zeros_like(total), where=total > 0
            )
        found[pollutant] = share / np.maximum(share.sum(axis=2, keepdims=True), 1.0)
    return found


def _nobodys(dataset: xr.Dataset) -> np.ndarray:
    """Sources without a sector and a region, (source,)."""
    return np.array(["." not in str(name) for name in dataset["source"].values])
