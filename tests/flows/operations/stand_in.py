"""A worker that behaves as it is told by the JSON file that `BOGDA_STAND_IN` names."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import signal
import sys
import time
import uuid
from pathlib import Path


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name in ("--site", "--store", "--rung", "--reference-time", "--minutes"):
        parser.add_argument(name, required=True)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def make(given: argparse.Namespace) -> Path:
    issued = dt.datetime.fromisoformat(given.reference_time).astimezone(dt.UTC)
    folder = Path(given.store, "runs", "demo", f"{issued:%Y%m%dT%H%M%SZ}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    start = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    beside = folder.parent / f".writing-{os.getpid()}-{start}-{uuid.uuid4().hex[:8]}"
    beside.mkdir()
    (beside / "forecast.nc").write_bytes(b"x" * 1000)
    if behaviour == "dies-half-way":
        os.kill(os.getpid(), signal.SIGKILL)
    ladder = {"forecast": {"rung": given.rung, "chinese": "", "english": ""}}
    manifest = {
        "products": {"forecast": "forecast.nc"},
        "configuration": {"ladder": ladder},
        "degradations": [],
    }
    (beside / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    if folder.exists():
        folder.rename(beside.parent / f".old-{uuid.uuid4().hex}")
    beside.rename(folder)
    return folder


given = options()
plan = json.loads(Path(os.environ["BOGDA_STAND_IN"]).read_text(encoding="utf-8"))
calls = Path(os.environ["BOGDA_STAND_IN"]).with_suffix(".calls")
with calls.open("a", encoding="utf-8") as stream:
    stream.write(
        json.dumps({"rung": given.rung, "time": given.reference_time, "process": os.getpid()}) + "\n"
    )
behaviour = plan.get(given.reference_time, {}).get(given.rung, plan.get(given.rung, "good"))
with Path(os.environ["BOGDA_EVENTS"]).open("a", encoding="utf-8") as stream:
    stream.write(json.dumps({"event": "step", "step": "transport", "run": os.environ["BOGDA_RUN_ID"]}) + "\n")

if behaviour == "crashes":
    sys.stderr.write("Traceback ...\nbogda: the disk is broken\n")
    sys.exit(1)
if behaviour == "hangs":
    time.sleep(600)
if behaviour == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)
if behaviour == "talks":
    sys.stdout.write("x" * (20 << 20) + "\n")
    sys.stderr.write("y" * (20 << 20) + "\n")
if behaviour == "lies":
    sys.stdout.write(json.dumps({"run": f"{given.store}/runs/demo/nothing", "made": True}))
    sys.exit(0)
if behaviour == "full":
    sys.stderr.write("bogda: store: cannot write: No space left on device\n")
    sys.exit(5)
if behaviour == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
if behaviour.startswith("takes-"):
    time.sleep(float(behaviour.removeprefix("takes-")))
sys.stdout.write(json.dumps({"run": str(make(given)), "made": True, "rung": {"forecast": given.rung}}))
