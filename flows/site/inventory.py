"""The inventory: the newest update that can be read, else the last good one, else that of the case."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flows.acquisition.arrival import Allowance, Arrival
from flows.acquisition.sources import InventorySource
from flows.ladder.standing import Passed, Standing
from flows.site.reasons import nothing_came, of_failures
from foundation.errors import BogdaError, fault_line
from foundation.provenance import record_input
from foundation.store import written_beside
from foundation.times import DAY, shown

__all__ = ["InventoryFound", "find_inventory"]

_GOOD = "good"
_KEPT = 3


@dataclass(frozen=True)
class InventoryFound:
    """The file a run reads, if there is one, and the rung that is."""

    file: Path | None
    standing: Standing


def find_inventory(
    source: InventorySource, titles: tuple[str, str], keep: Path, oldest_days: int | None,
    reference_time: np.datetime64, allowance: Allowance | None,
) -> InventoryFound:  # fmt: skip
    """Ask for an update, try it, and keep it for the day when one cannot be read.

    Args:
        source: of updates.
        titles: its name in Chinese and in English.
        keep: folder in which good ones are kept.
        oldest_days: an older one is told; never when None.
        reference_time: time of issue, UTC.
        allowance: time for it; None to look only at what is here.
    """
    came = source.held() if allowance is None else source.fetch(allowance)
    passed = of_failures("as-expected", titles, came.failures)
    fault = _fault(came)
    if not came.files and not passed:
        passed = [nothing_came("as-expected", source.name, titles)]
    if came.files and fault is None:
        file = _kept(came.files[-1], keep)
        return InventoryFound(file, _of_age(file, came.newest, oldest_days, reference_time, passed))
    if fault is not None:
        told = ("更新文件无法读取", f"the update cannot be read: {fault}")
        passed.append(Passed("as-expected", source.name, came.files[-1].name, "unreadable", *told))
    good = _last_good(keep)
    if good is None:
        return InventoryFound(None, Standing("inventory", "of-the-case", passed=tuple(passed)))
    return InventoryFound(good, Standing("inventory", "kept", item=_date(good), passed=tuple(passed)))


def _fault(came: Arrival) -> str | None:
    from emissions_inventory.storage import read_inventory

    if not came.files:
        return None
    try:
        read_inventory(came.files[-1])
    except BogdaError as error:
        return error.what
    except Exception as error:  # noqa: BLE001 - a file from outside may break its reader in any way
        return fault_line(error)
    return None


def _of_age(
    file: Path, newest: np.datetime64 | None, oldest_days: int | None, reference_time: np.datetime64,
    passed: list[Passed],
) -> Standing:  # fmt: skip
    """The rung of an inventory that can be read: an update that failed is told only where it is late."""
    dated = newest if newest is not None else _changed(file)
    age = int((reference_time - dated) / DAY)
    if oldest_days is None or age <= oldest_days:
        return Standing("inventory", "as-expected", item=shown(dated, minutes=False))
    told = (f"{age}天前，应不超过{oldest_days}天", f"{age} days old, expected {oldest_days} at most")
    reasons = passed or [Passed("as-expected", "", "", "late", "无新的更新", "no newer one has come")]
    return Standing("inventory", "old", item=shown(dated, minutes=False), detail=told, passed=tuple(reasons))


def _kept(file: Path, keep: Path) -> Path:
    """A copy under the hash of its content, which stays when the inbox is cleared or the update replaced."""
    keep.mkdir(parents=True, exist_ok=True)
    target = keep / f"{_GOOD}-{record_input(file, '').sha256[:16]}.nc"
    if not target.is_file():
        with written_beside(target) as beside:
            shutil.copy2(file, beside)
    for old in sorted(keep.glob(f"{_GOOD}-*.nc"), key=_age_of_use)[:-_KEPT]:
        if old != target:
            old.unlink(missing_ok=True)
    return target


def _last_good(keep: Path) -> Path | None:
    """The newest that was kept and still is what its name says."""
    for file in sorted(keep.glob(f"{_GOOD}-*.nc"), key=_age_of_use, reverse=True):
        if record_input(file, "").sha256.startswith(file.stem.rpartition("-")[2]):
            return file
    return None


def _age_of_use(file: Path) -> float:
    return file.stat().st_mtime


def _changed(file: Path) -> np.datetime64:
    return np.datetime64(int(file.stat().st_mtime) * 10**9, "ns")


def _date(file: Path) -> str:
    return shown(_changed(file), minutes=False)
