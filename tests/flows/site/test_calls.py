"""An unattended run calls nobody but the sources that its file names, and itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.acquisition.server import Provider
from tests.flows.site.published_site import ISSUED, site_file

ROOT = Path(__file__).resolve().parents[3]
HOOK = """
import json, os, sys

def _noted(event, given):
    if event == "socket.connect":
        told = given[1] if isinstance(given[1], str) else list(given[1][:2])
    elif event == "socket.getaddrinfo":
        told = [str(given[0]), given[1]]
    else:
        return
    line = json.dumps([event, told], default=str) + "\\n"
    file = os.open(os.environ["CALLS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, line.encode())
    os.close(file)

sys.addaudithook(_noted)
"""
WORKER = """
from forecast.physical import configuration
short = configuration.physical_config().model_copy(update={"lead_hours": 25, "spin_up_hours": 1})
configuration.physical_config = lambda: short
from flows.cli import main
main()
"""
HERE = {"127.0.0.1", "localhost", "::1", "None"}


def calls_of(log: Path) -> list[tuple[str, object]]:
    lines = log.read_text(encoding="utf-8").splitlines()
    return [(event, told) for event, told in map(json.loads, lines)]


def worker(provider: Provider, home: Path, *further: str) -> tuple[subprocess.CompletedProcess[str], Path]:
    (home / "hook").mkdir(exist_ok=True)
    (home / "hook" / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
    site, log = site_file(home, provider.url), home / "calls.jsonl"
    words = [
        "--site",
        str(site),
        "--reference-time",
        ISSUED,
        "--store",
        str(home / "store"),
        "--json",
        *further,
    ]
    done = subprocess.run(
        [sys.executable, "-c", WORKER, "daily", *words, *further], capture_output=True, text=True,
        timeout=280, check=False,
        env=os.environ | {"PYTHONPATH": f"{home / 'hook'}{os.pathsep}{ROOT}", "CALLS": str(log)},
    )  # fmt: skip
    return done, log


@pytest.mark.timeout(300)
def test_a_run_calls_its_sources_and_its_own_scheduler(provider: Provider, tmp_path: Path) -> None:
    done, log = worker(provider, tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rung"]["forecast"] == "full"
    calls = calls_of(log)
    hosts = {str(told[0]) for _, told in calls if isinstance(told, list)}
    assert hosts <= HERE
    asked = [told for event, told in calls if event == "socket.connect" and isinstance(told, list)]
    assert f"127.0.0.1:{asked[0][1]}" == provider.host
    assert {f"{host}:{port}" for host, port in asked} - {provider.host}, "Prefect's server was not seen"


@pytest.mark.timeout(120)
def test_the_lowest_rung_calls_nobody(provider: Provider, tmp_path: Path) -> None:
    done, _ = worker(provider, tmp_path, "--rung", "statistical")
    assert done.returncode == 0, done.stderr
    (tmp_path / "calls.jsonl").unlink()
    done, log = worker(provider, tmp_path, "--rung", "persistence", "--again")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rung"]["forecast"] == "persistence"
    assert not log.exists()
