"""How long `bogda status --json` and the endpoint take while a real run uses all cores.

    python benchmarks/status_while_running.py FOLDER [ASKED]

Starts `bogda schedule` on the demonstration with a slot that is due at once, and asks both while it runs.
"""

from __future__ import annotations

import datetime as dt
import json
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

BEIJING = dt.timezone(dt.timedelta(hours=8))
BOGDA = (sys.executable, "-m", "flows.start")
PORT = 18091
SITE = """
name: demo
chinese: 演示
english: Demo
case: demo
schedule:
  slots: [{{name: final, start: "{start}", done_by: "{done_by}", chinese: 定稿, english: Final}}]
  deadline: "23:59"
  timer: clock
  reserve_minutes: 1
status: {{port: {port}}}
alarms: {{free_mib: 0}}
"""


def command(store: Path) -> float:
    begun = time.monotonic()
    done = subprocess.run(
        [*BOGDA, "status", "--store", str(store), "--json"], capture_output=True, check=True
    )
    json.loads(done.stdout)
    return time.monotonic() - begun


def endpoint(path: str) -> float:
    begun = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=10) as answer:
        json.loads(answer.read())
    return time.monotonic() - begun


def running(store: Path) -> bool:
    done = subprocess.run(
        [*BOGDA, "status", "--store", str(store), "--json"], capture_output=True, check=True
    )
    return json.loads(done.stdout)["running"] is not None


def told(name: str, times: list[float]) -> None:
    times.sort()
    worst = times[-1]
    print(f"{name:22} median {statistics.median(times):.3f} s, longest {worst:.3f} s of {len(times)}")


def main(folder: Path, asked: int) -> None:
    store = folder / "store"
    store.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(BEIJING)
    start = max(now - dt.timedelta(minutes=2), now.replace(hour=0, minute=0))
    done_by = start + dt.timedelta(minutes=60)
    site = folder / "site.yaml"
    site.write_text(
        SITE.format(start=f"{start:%H:%M}", done_by=f"{done_by:%H:%M}", port=PORT), encoding="utf-8"
    )
    service = subprocess.Popen([*BOGDA, "schedule", "--site", str(site), "--store", str(store)])
    try:
        while not running(store):
            time.sleep(0.5)
        time.sleep(15)  # past its imports, into its work
        commands, statuses, healths = [], [], []
        while len(commands) < asked and running(store):
            commands.append(command(store))
            statuses.append(endpoint("/status"))
            healths.append(endpoint("/health"))
            time.sleep(0.5)
        told("bogda status --json", commands)
        told("GET /status", statuses)
        told("GET /health", healths)
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(60)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 30)
