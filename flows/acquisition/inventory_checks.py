"""Whether an update of the inventory that came can be used."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from flows.acquisition.measured_checks import refuse_bomb
from flows.acquisition.not_arrived import NotArrivedError
from foundation.errors import BogdaError

__all__ = ["check_inventory"]


def check_inventory(path: Path, holds: str, largest_mib: float) -> np.datetime64 | None:
    """Check a file by the reader that will read it.

    Args:
        path: the file.
        holds: `inventory` or `monitoring`.
        largest_mib: unpacked.

    Returns:
        None: the time of an update is that of its file.

    Raises:
        NotArrivedError: when it cannot be read.
    """
    refuse_bomb(path, largest_mib)
    try:
        if holds == "inventory":
            from emissions_inventory.storage import read_inventory

            read_inventory(path)
        else:
            from emissions_inventory.monitoring import read_monitoring

            read_monitoring(path, skip_bad=True)
    except BogdaError as error:
        raise NotArrivedError(
            "wrong-layout", f"文件不能使用：{error.what}", f"cannot be used: {error.what}"
        ) from error
    return None
