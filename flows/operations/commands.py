"""Commands of this program, run in a process beside the schedule."""

from __future__ import annotations

from collections.abc import Callable

from flows.operations.attempt import Bench
from flows.operations.worker import Order, supervise
from foundation.errors import BogdaError

__all__ = ["ran"]


def ran(
    bench: Bench, words: tuple[str, ...], limit_s: float, watch: Callable[[], bool] = lambda: False,
    niceness: int = 0,
) -> str:  # fmt: skip
    """Run a command of this program beside; why it did not come to its end, or nothing.

    Args:
        bench: whose program, time and grace.
        words: the command and its options.
        limit_s: seconds that it may take.
        watch: called while it works; asks it to end by True.
        niceness: of its priority.
    """
    order = Order((*bench.station.bogda, *words), limit_s, bench.station.schedule.grace_s, niceness=niceness)
    try:
        ended = supervise(order, bench.clock, lambda _: None, watch)
    except BogdaError as error:
        return str(error)
    return "" if ended.outcome == "ended" and ended.code == 0 else ended.reason
