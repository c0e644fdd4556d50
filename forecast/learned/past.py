"""What networks would have said before the end of a release's training, knowing no more than then.

A combination weighs a model by its verified past. What a release says of days that it was trained on is no
evidence; these medians are of networks fitted anew at several times, each on what was known by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecast.learned.release_document import ReleaseDocument
from forecast.learned.weights import packed, unpacked
from foundation.errors import ContractError
from foundation.times import DAY

__all__ = ["LearnedPast", "packed_past", "past_issues", "unpacked_past"]

_MEDIANS = "medians"
_LARGEST = 20.0
"""No natural logarithm of a concentration in display units is near it, nor below its negative."""


@dataclass(frozen=True)
class LearnedPast:
    """Medians at past issues.

    Attributes:
        times: (issue,) UTC, one a day up to the end of training.
        stations: (station,) ids.
        pollutants: names.
        medians: (issue, lead, station, pollutant) natural logarithms of display units.
    """

    times: np.ndarray
    stations: tuple[str, ...]
    pollutants: tuple[str, ...]
    medians: np.ndarray

    def of(self, times: np.ndarray, leads: np.ndarray, places: Sequence[str], pollutant: str) -> np.ndarray:
        """Medians (issue, lead, place) of one pollutant; NaN for issues, leads and places not in this past.

        Args:
            times: (issue,) UTC.
            leads: (lead,) days ahead.
            places: (place,) ids.
            pollutant: its name.
        """
        found = np.full((len(times), len(leads), len(places)), np.nan)
        if pollutant not in self.pollutants:
            return found
        medians = self.medians[..., self.pollutants.index(pollutant)]
        issue, lead = np.isin(times, self.times), leads <= medians.shape[1]
        place = np.array([name in self.stations for name in places])
        columns = np.array([self.stations.index(name) for name in places if name in self.stations], int)
        rows = np.searchsorted(self.times, times[issue])
        found[np.ix_(issue, lead, place)] = medians[np.ix_(rows, leads[lead] - 1, columns)]
        return found


def past_issues(document: ReleaseDocument) -> np.ndarray:
    """Times of issue (UTC) of the past of a release: one a day up to the end of training; or none."""
    if document.past_from is None:
        return np.empty(0, "datetime64[ns]")
    first = np.datetime64(document.past_from[:-1], "ns")
    return np.arange(first, document.trained_until_instant + DAY, DAY)


def packed_past(document: ReleaseDocument, medians: np.ndarray) -> bytes:
    """A past as bytes of the safetensors format.

    Args:
        document: of the release.
        medians: as in `LearnedPast`, in the order of the document's issues, stations and pollutants.

    Raises:
        ContractError: when they are not of that shape or not numbers.
    """
    import torch

    data = packed({_MEDIANS: torch.from_numpy(np.asarray(medians, np.float32))})
    unpacked_past(document, data, "past")
    return data


def unpacked_past(document: ReleaseDocument, data: bytes, where: str) -> LearnedPast:
    """A past from its bytes.

    Raises:
        InputError: when the bytes are not whole.
        ContractError: when it is not of the release's issues, leads, stations and pollutants, or not numbers.
    """
    times = past_issues(document)
    horizon = document.network.windows.horizon
    expected = (len(times), horizon, len(document.training_stations), len(document.pollutants))
    tensors = unpacked(data, where)
    got = tuple(tensors[_MEDIANS].shape) if _MEDIANS in tensors else None
    if got != expected:
        raise ContractError(f"past of a learned model: expected medians {expected}, got {got}", where=where)
    medians = tensors[_MEDIANS].numpy().astype(float)
    if np.abs(medians).max(initial=0.0) > _LARGEST:
        raise ContractError("past of a learned model: expected logarithms of concentrations", where=where)
    return LearnedPast(times, document.training_stations, document.pollutants, medians)
