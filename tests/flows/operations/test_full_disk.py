"""A disk that is really full: the product fits once the ballast is given up."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.operations.attend import Attendant
from flows.operations.register import Register
from flows.operations.station import Station
from tests.flows.operations.conftest import FastClock


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
        timeout=20,
    )
    if os.getuid() != 0 or made.returncode != 0:
        pytest.skip("no small disk can be mounted here: it wants root and the right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False, timeout=20)


def test_a_full_disk_still_gets_its_product(station: Station, small_disk: Path) -> None:
    store = small_disk / "store"
    (store / "inbox").mkdir(parents=True)
    kept = station.retention.model_copy(update={"ballast_mib": 2})
    full = replace(station, store=store, inbox=store / "inbox", retention=kept)
    clock = FastClock("2026-12-11T07:00:00")
    attendant = Attendant(full, clock)
    while attendant.attend().state == "worked":
        pass
    assert (store / "operations" / "ballast").exists()
    with (store / "filler").open("wb", buffering=0) as stream, pytest.raises(OSError, match="No space"):
        while True:
            stream.write(b"x" * 4096)
    clock.jump_to("2026-12-11T17:00:01")
    for _ in range(8):
        attendant.attend()
        clock.sleep(30)
    document = Register(store).slot("2026-12-11-final")
    assert document["state"] == "made"
    assert not (store / "operations" / "ballast").exists()
