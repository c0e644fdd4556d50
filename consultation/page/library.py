"""What all requests share: the runs, their pieces, and the answers made of them."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from consultation.page.answers import Answer
from consultation.page.reading.caches import BoundedCache
from consultation.page.reading.fields import Grids
from consultation.page.reading.inspection import Run
from consultation.page.reading.netcdf import Pieces, Selection
from consultation.page.reading.run_files import FetchedFiles
from consultation.page.reading.shelf import Shelf
from consultation.page.settings import PageConfig
from foundation.store import RunStore

__all__ = ["Library"]

_MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Library:
    """What all requests share.

    Attributes:
        config: choices of the page.
        shelf: the runs of the store.
        pieces: of NetCDF products.
        grids: gridded products.
        answers: made answers, packed.
    """

    config: PageConfig
    shelf: Shelf
    pieces: Pieces
    grids: Grids
    answers: BoundedCache[Answer]

    @classmethod
    def of(cls, config: PageConfig) -> Library:
        """Open the store of a configuration.

        Raises:
            RunError: when its protocol is unknown or its client is not installed.
        """
        caches = config.caches
        fetched = FetchedFiles(caches.fetched_megabytes * _MEGABYTE)
        arrays: BoundedCache[xr.Dataset] = BoundedCache(
            caches.arrays_megabytes * _MEGABYTE, lambda piece: int(piece.nbytes) + 1000
        )
        return cls(
            config, Shelf(RunStore(config.store), fetched, config.rescan_seconds), Pieces(arrays), Grids(),
            BoundedCache(caches.answers_megabytes * _MEGABYTE, lambda answer: answer.size),
        )  # fmt: skip

    def read(
        self, run: Run, file: str, group: str | None, variables: tuple[str, ...] = (),
        selection: Selection | None = None,
    ) -> xr.Dataset:  # fmt: skip
        """A piece of a NetCDF product of a run.

        Raises:
            AbsentError: when it is not there or cannot be read.
        """
        return self.pieces.read(run.files.path(file), group, variables, selection)
