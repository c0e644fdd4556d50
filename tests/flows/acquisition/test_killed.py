"""A fetch that is killed at any moment leaves nothing half-arrived, and the next one completes it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from foundation.times import stamp
from tests.flows.acquisition import published
from tests.flows.acquisition.conftest import CYCLE, WISH, Open, allowance, listed
from tests.flows.acquisition.server import Fault, Provider

HOURS = published.hours_until("2026-11-23T12:00", 12)
ROOT = Path(__file__).resolve().parents[3]

PROGRAM = """
import sys
from pathlib import Path
from flows.acquisition.arrival import Allowance, WeatherWish
from flows.acquisition.configuration import CnemcConfig, GfsConfig
from flows.acquisition.sources import open_measurements, open_weather
from tests.flows.acquisition import published
from tests.flows.acquisition.conftest import CYCLE, MOMENT, NAMES, WISH
url, inbox = sys.argv[1], Path(sys.argv[2])
given = {**NAMES, "bounds": {"spare_mib": 1}}
hours = published.hours_until("2026-11-23T12:00", 12)
print("ready", flush=True)
gfs = GfsConfig(kind="gfs", name="gfs", urls=(url + published.GFS_PATH,), gap_kib=0, **given)
open_weather(gfs, inbox).fetch(CYCLE, WISH, Allowance.of_seconds(60, MOMENT))
cnemc = CnemcConfig(kind="cnemc", name="cnemc", urls=(url + published.CNEMC_PATH,), **given)
open_measurements(cnemc, inbox).fetch(hours, Allowance.of_seconds(60, MOMENT))
"""


def killed_after(seconds: float, url: str, inbox: Path) -> bool:
    """Run a fetch in a process of its own and kill it; whether it was still running."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, url, str(inbox)], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        running = process.poll() is None
        process.kill()
    return running


@pytest.mark.timeout(240)
def test_killed_at_any_point(provider: Provider, open_source: Open, tmp_path: Path) -> None:
    inbox, chance = tmp_path / "inbox", random.Random(11)  # noqa: S311
    provider.spoil(r"f003$", Fault("drip-block", seconds=0.004))
    gfs = {f"f{lead:03d}.grib2": taken(lead) for lead in WISH.leads_h}
    hours = {f"{stamp(hour)}.csv": published.cnemc_of_utc(hour) for hour in HOURS}
    whole = {**gfs, **hours}
    running = 0
    for _ in range(8):
        running += killed_after(chance.uniform(0.0, 1.6), provider.url, inbox)
        for path in listed(inbox):
            assert path.read_bytes() == whole[path.name], f"{path.name} is not whole"
    assert running >= 3, "the fetch was too fast to be killed"
    provider.mend()
    assert open_source("gfs", gap_kib=0).fetch(CYCLE, WISH, allowance()).complete
    assert open_source("cnemc").fetch(HOURS, allowance()).complete
    assert {path.name: path.read_bytes() for path in listed(inbox)} == whole
    assert not list(inbox.rglob("*.part*"))


def taken(lead: int) -> bytes:
    from tests.flows.acquisition.test_faults import expected

    return expected(lead)
