"""Events of a run, a JSON line each, in the file that whoever started the run has named."""

from __future__ import annotations

import datetime as dt
import json
import os

EVENTS = "BOGDA_EVENTS"
"""Environment variable that names the file; without it nothing is told."""

RUN = "BOGDA_RUN_ID"
"""Environment variable with the id under which the run stands in the log."""

_LONGEST = 4000


def tell(event: str, **facts: object) -> bool:
    """Append a line to the file of events.

    A line goes out in one write, so that lines of several processes do not mix. A run goes on where its
    events cannot be written: a full disk must not cost the product too.

    Args:
        event: what happened, such as `step` or `rung`.
        **facts: `run`, `step`, `detail` and what else is known; whatever JSON lacks is written as text.

    Returns:
        Whether it was written.
    """
    path = os.environ.get(EVENTS)
    if not path:
        return False
    moment = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told = {"time": moment, "run": os.environ.get(RUN, ""), "event": event, **facts}
    line = json.dumps(told, ensure_ascii=False, default=str)
    if len(line) > _LONGEST:
        line = json.dumps({name: str(value)[:400] for name, value in told.items()}, ensure_ascii=False)
    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            os.write(file, f"{line}\n".encode())
        finally:
            os.close(file)
    except OSError:
        return False
    return True
