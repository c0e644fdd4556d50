"""Delivery into a folder: whole files only."""

from __future__ import annotations

from consultation.delivery.configuration import FolderTarget
from consultation.delivery.parcel import Parcel
from consultation.delivery.retry import PassingError, RefusedError
from foundation.store import written_beside


def put(target: FolderTarget, parcel: Parcel) -> str:
    """Write a parcel into the folder, in place at once.

    Raises:
        RefusedError: when the folder is not there.
        PassingError: when it cannot be written now.
    """
    if not target.path.is_dir():
        raise RefusedError(f"there is no folder {target.path}")
    try:
        with written_beside(target.path / parcel.file_name) as beside:
            beside.write_bytes(parcel.content)
    except OSError as error:
        raise PassingError(f"cannot write: {error.strerror or error}") from error
    return f"{parcel.file_name}, {len(parcel.content)} bytes"
