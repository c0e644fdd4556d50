"""How fast the consultation page answers many readers at once.

    python benchmarks/page_readers.py http://127.0.0.1:8080 [readers] [seconds] [pause]

Every reader asks for the data behind the views, one request after another, with a pause of about a second as
a person makes who looks (0 for none). Start the page first: bogda serve --store STORE.
"""

from __future__ import annotations

import random
import sys
import threading
import time
import urllib.request
from collections import defaultdict

VIEWS = (
    "today", "map", "map/frames?layer=pm25&first={hour}&count=24",
    "map/frames?layer=wind&first={hour}&count=24&stride=3",
    "map/places", "map/sources?group=industry", "places/{place}", "places/{place}?averaging=day",
    "places/{place}/contributions", "places/{place}/previous", "places/{place}/sounding?hour={any_hour}",
    "sources/matrix", "verification?place={place}", "consult", "footprints",
)  # fmt: skip
PLACES = ("urumqi", "changji", "shihezi", "wujiaqu", "kuitun", "dushanzi", "karamay")


def ask(url: str) -> tuple[float, bool]:
    begun = time.perf_counter()
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            answer.read()
            good = answer.status == 200
    except OSError:
        good = False
    return time.perf_counter() - begun, good


def reader(root: str, pause: float, until: float, told: dict[str, list[tuple[float, bool]]]) -> None:
    chance = random.Random(threading.get_ident())  # noqa: S311
    while time.perf_counter() < until:
        view = chance.choice(VIEWS)
        asked = view.format(
            hour=24 * chance.randrange(7), any_hour=chance.randrange(100), place=chance.choice(PLACES)
        )
        told[view.partition("?")[0]].append(ask(f"{root}/api/runs/latest/{asked}"))
        time.sleep(chance.uniform(0.5, 1.5) * pause)


def main() -> None:
    root = sys.argv[1].rstrip("/")
    readers = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 20.0
    pause = float(sys.argv[4]) if len(sys.argv) > 4 else 1.0
    told: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    until = time.perf_counter() + seconds
    threads = [threading.Thread(target=reader, args=(root, pause, until, told)) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = sorted(took for took_all in told.values() for took, _ in took_all)
    faults = sum(not good for took_all in told.values() for _, good in took_all)
    print(f"{readers} readers, {len(every)} answers, {len(every) / seconds:.0f}/s, {faults} faults")
    for name, share in (("median", 0.5), ("p95", 0.95), ("p99", 0.99)):
        print(f"{name:8}{1000 * every[int(share * (len(every) - 1))]:8.1f} ms")
    for view, took_all in sorted(told.items()):
        times = sorted(took for took, _ in took_all)
        print(f"  {view:34}{len(times):6}  p95 {1000 * times[int(0.95 * (len(times) - 1))]:8.1f} ms")


if __name__ == "__main__":
    main()
