"""What `bogda serve` says beside its address: which store, what is in it, who may look, what to do first."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from foundation.store import MANIFEST, RunStore
from foundation.times import instant_of_iso, shown

if TYPE_CHECKING:
    from consultation.record.desk import Desk

_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z")


def greeting(store: str, desk: Desk | None) -> list[str]:
    """The lines under the address.

    Args:
        store: folder or URL of the runs.
        desk: of the consultation; None where the page only reads.

    Raises:
        RunError: when the protocol of the store is unknown, or the record cannot be read.
    """
    place = store if "://" in store else str(Path(store).resolve())
    lines = [f"产品库 store    {place}  {_runs(RunStore(store))}"]
    if desk is None:
        lines.append(
            "会商   record   只读：产品库不是本机目录 reading only: the store is no folder of this machine"
        )
    else:
        lines += _consultation(store, desk)
    return [*lines, "结束   end      Ctrl+C"]


def _runs(store: RunStore) -> str:
    """How many runs are whole, and which was issued last."""
    found = [
        str(path).split("/")[-3:-1] for path in store.filesystem.glob(f"{store.root}/runs/*/*/{MANIFEST}")
    ]
    known = sorted((stamp, domain) for domain, stamp in found if _STAMP.fullmatch(stamp))
    if not known:
        return "没有运行 no runs; bogda daily 生成 makes one"
    stamp, domain = known[-1]
    issued = shown(instant_of_iso(_STAMP.sub(r"\1-\2-\3T\4:\5:\6Z", stamp)))
    return f"{len(known)}次运行 runs，最近 latest {domain} {issued} 北京时间起报 issued, Beijing time"


def _consultation(store: str, desk: Desk) -> list[str]:
    from consultation.accounts.users import all_users

    accounts = len(all_users(desk))
    lines = [
        f"会商   record   {desk.record.database.shown}  {accounts}个账户 accounts",
        "查看   looking  "
        + (
            "不登录即可查看 anyone may look, without a login"
            if desk.config.anonymous_may_read
            else "须登录后查看 only after a login"
        ),
    ]
    if not accounts:
        lines.append(
            f"首个账户 first account  bogda consultation add-user NAME --role administrator --store {store}"
        )
    return lines
