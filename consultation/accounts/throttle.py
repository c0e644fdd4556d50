"""Failed logins are counted, by name, by address and by both; after too many one must wait."""

from __future__ import annotations

import datetime as dt
import hashlib

from sqlalchemy import Connection, delete, func, insert, select

from consultation.record.chain import instant
from consultation.record.desk import Desk
from consultation.record.refusals import TooMany
from consultation.record.tables import login_failures


def _keys(desk: Desk, name: str, address: str) -> dict[str, int]:
    login = desk.config.login
    bounds = {
        f"both {name} {address}": login.failures_of_name_at_address,
        f"name {name}": login.failures_of_name,
        f"address {address}": login.failures_of_address,
    }
    return {hashlib.sha256(key.encode()).hexdigest(): bound for key, bound in bounds.items()}


def check_throttle(desk: Desk, name: str, address: str) -> None:
    """Refuse another attempt after too many that failed.

    Raises:
        TooMany: when one must wait.
    """
    since = instant(desk.record.clock() - dt.timedelta(minutes=desk.config.login.minutes))
    with desk.record.database.reading() as connection:
        for key, bound in _keys(desk, name, address).items():
            table = login_failures
            query = select(func.count()).where(table.c.key == key, table.c.time >= since)
            if connection.execute(query).scalar_one() >= bound:
                raise TooMany(
                    "too many failed logins", "登录失败次数过多，请稍后再试",
                    remedy=f"Wait {desk.config.login.minutes} minutes",
                )  # fmt: skip


def count_failure(connection: Connection, desk: Desk, name: str, address: str) -> None:
    """Count one; what is older than the span is cleared."""
    now = desk.record.clock()
    old = instant(now - dt.timedelta(minutes=desk.config.login.minutes))
    connection.execute(delete(login_failures).where(login_failures.c.time < old))
    rows = [{"key": key, "time": instant(now)} for key in _keys(desk, name, address)]
    connection.execute(insert(login_failures), rows)


def forget_failures(connection: Connection, desk: Desk, name: str, address: str) -> None:
    """After a login: the failures of that name at that address no longer count."""
    first = next(iter(_keys(desk, name, address)))
    connection.execute(delete(login_failures).where(login_failures.c.key == first))
