"""`bogda schedule`."""

from __future__ import annotations

from flows.operations.clock import MachineClock
from flows.operations.opening import station_of
from flows.operations.prefect_timer import PrefectTimer
from flows.operations.service import ClockTimer, Service
from flows.operations.station import Station
from flows.output import print_line
from foundation.errors import RunError
from foundation.store import RunStore


def run(site: str, store: str, *, once: bool) -> None:
    """Attend to a site's forecasts until told to end.

    Raises:
        ConfigurationError: when the site's file cannot be used.
        RunError: when the store cannot be written, or its schedule runs already.
    """
    station = station_of(site, store)
    RunStore(store).prepare()
    if once:
        _once(station)
        return
    timer = _timer(station)
    slots = " ".join(f"{slot.chinese}{slot.start}" for slot in station.schedule.slots)
    print_line(f"{station.chinese} {station.english}")
    print_line(f"时段 slots {slots}  截止 deadline {station.schedule.deadline} 北京时间 Beijing time")
    if station.status.port:
        print_line(f"状态 status http://{station.status.host}:{station.status.port}/status")
    try:
        Service(station, MachineClock(), timer).run()
    finally:
        timer.close()


def _timer(station: Station) -> ClockTimer | PrefectTimer:
    if station.schedule.timer == "clock":
        return ClockTimer()
    return PrefectTimer(station)


def _once(station: Station) -> None:
    from flows.operations.once import do_what_is_due

    looked = do_what_is_due(station, print_line)
    if looked.state != "idle":
        raise RunError(looked.detail, remedy="See bogda status")
