"""The feed of issued warnings and signed bulletins."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from consultation.exchange.atom import FeedEntry, atom_feed, notice_entry
from consultation.exchange.configuration import ExchangeConfig
from consultation.issuing.alerts import releases
from consultation.issuing.releases import Released, notice_of
from consultation.products import MANIFEST_FILE
from consultation.record.chain import Entry
from consultation.record.desk import Desk
from consultation.record.discussion import SIGNATURE
from consultation.run_folder import read_manifest
from foundation.errors import BogdaError
from foundation.times import instant_of_iso, shown


def feed(desk: Desk, exchange: ExchangeConfig, until: int | None = None) -> bytes:
    """The feed, latest first.

    Args:
        desk: where people consult.
        exchange: who sends; how many entries.
        until: last row of the record that counts; all when None.
    """
    return atom_feed(feed_entries(desk, exchange, until), exchange)


def feed_revision(desk: Desk) -> str:
    """Names what the feed rests on: the record, and the manifests of the runs that were signed."""
    manifests = (desk.store / "runs" / one.subject / MANIFEST_FILE for one in signatures(desk))
    written = [path.stat().st_mtime_ns if path.is_file() else 0 for path in manifests]
    return f"{desk.record.anchor()} {written}"


def feed_entries(desk: Desk, exchange: ExchangeConfig, until: int | None = None) -> list[FeedEntry]:
    """Warnings as they were issued, changed and ended, and bulletins as they were signed."""

    def counts(entry: Entry) -> bool:
        return until is None or entry.sequence <= until

    warnings = [warning_entry(one, exchange) for one in releases(desk) if counts(one.entry)]
    return warnings + [_signed(one, desk.store) for one in signatures(desk) if counts(one)]


def signatures(desk: Desk) -> list[Entry]:
    """The last signature of each run, oldest first."""
    last = {entry.subject: entry for entry in desk.record.entries(kind=SIGNATURE)}
    return sorted(last.values(), key=lambda entry: entry.sequence)


def warning_entry(one: Released, exchange: ExchangeConfig) -> FeedEntry:
    """A step of a warning as an entry, which leads to its alert."""
    made = notice_entry(notice_of(one, exchange))
    return dataclasses.replace(made, path=f"api/warnings/{one.warning}/cap?version={one.version}")


def _signed(signature: Entry, store: Path) -> FeedEntry:
    domain, _, stamp = signature.subject.partition("/")
    time = np.datetime64(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[9:11]}:{stamp[11:13]}", "ns")
    day, mark = shown(time), _mark(store / "runs" / signature.subject / MANIFEST_FILE)
    changed = len(signature.payload["changed"])
    return FeedEntry(
        key=f"bulletin/{signature.subject}",
        title=f"{mark}空气质量预报（已签发） {day} Air quality bulletin, signed",
        updated=instant_of_iso(signature.time),
        summary=f"起报 {day} 北京时；人工订正{changed}处；记录锚点 {signature.anchor}。\n"
        f"Issued {day} Beijing time; {changed} changes by hand; record anchor {signature.anchor}.",
        category="bulletin",
        path=f"api/runs/{domain}.{stamp}/documents/html",
    )


def _mark(manifest: Path) -> str:
    """Whether a run is made of idealised data, as far as its manifest can be read."""
    try:
        return "【合成数据】" if read_manifest(manifest).synthetic else ""
    except BogdaError:
        return "【数据性质不明】"
