"""An Atom feed (RFC 4287) of bulletins and of warnings that were issued."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from consultation.exchange.configuration import ExchangeConfig
from consultation.exchange.notice import Notice
from consultation.exchange.xml_text import add, as_bytes
from consultation.products import BULLETIN_FILE, FORECAST_FILE, MANIFEST_FILE, is_synthetic, read_forecast
from consultation.run_folder import read_manifest
from foundation.errors import BogdaError
from foundation.times import instant_of_iso, iso_utc, now, shown

_NAMESPACE = "http://www.w3.org/2005/Atom"
_STATES = {
    "issued": "发布", "updated": "更新", "upgraded": "升级", "downgraded": "降级", "lifted": "解除",
    "cancelled": "撤销", "proposed": "建议",
}  # fmt: skip


@dataclass(frozen=True)
class FeedEntry:
    """An entry of the feed.

    Attributes:
        key: stable name of what it tells of, from which its identifier is made.
        updated: UTC.
        path: where it lies under the public address; empty where nowhere.
    """

    key: str
    title: str
    updated: np.datetime64
    summary: str
    category: str
    path: str = ""


def atom_feed(entries: Iterable[FeedEntry], config: ExchangeConfig) -> bytes:
    """The feed, latest first.

    Args:
        entries: what to tell of; the latest are kept.
        config: title, number of entries, public address, sender.
    """
    latest = sorted(entries, key=lambda one: (one.updated, one.key), reverse=True)[: config.feed.entries]
    root = ET.Element("feed", xmlns=_NAMESPACE)
    add(root, "id", _identifier(config, "feed"))
    add(root, "title", f"{config.feed.title.chinese} {config.feed.title.english}")
    add(root, "updated", iso_utc(latest[0].updated if latest else now()))
    author = config.sender_name.chinese or config.sender_name.english or config.sender
    add(add(root, "author"), "name", author)
    add(root, "generator", "Bogda")
    if config.public_url:
        add(root, "link", None, rel="alternate", href=config.public_url)
    for entry in latest:
        _entry(root, entry, config)
    return as_bytes(root)


def _entry(root: ET.Element, entry: FeedEntry, config: ExchangeConfig) -> None:
    element = add(root, "entry")
    add(element, "id", _identifier(config, entry.key))
    add(element, "title", entry.title)
    add(element, "updated", iso_utc(entry.updated))
    add(element, "category", None, term=entry.category)
    if config.public_url and entry.path:
        add(element, "link", None, rel="alternate", href=config.public_url + entry.path)
        add(element, "summary", entry.summary)
    else:  # without a link an entry needs content (RFC 4287, 4.1.2)
        add(element, "content", entry.summary, type="text")


def _identifier(config: ExchangeConfig, key: str) -> str:
    """A name that stays the same for the same thing of the same sender (RFC 4122, version 5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{config.sender}/{key}").urn


def notice_entry(notice: Notice) -> FeedEntry:
    """A warning as an entry: what happened to it, and why."""
    mark = "【合成数据·演练】" if notice.synthetic else ""
    return FeedEntry(
        key=f"notice/{notice.identifier}",
        title=f"{mark}{_STATES[notice.state]}：{notice.headline.chinese} {notice.headline.english}",
        updated=notice.sent,
        summary=f"{notice.description.chinese}\n{notice.description.english}",
        category="warning",
        path=f"warnings/{notice.identifier}.xml",
    )


def bulletin_entries(folder: str | Path, most: int) -> tuple[FeedEntry, ...]:
    """The bulletin of a run and of the whole runs of the same domain before it, latest first.

    A run before it that cannot be read is left out: the feed tells of what can be read.

    Args:
        folder: the run.
        most: how many at most.

    Raises:
        InputError: when the run itself cannot be read.
        ContractError: when its forecast does not keep its contract.
    """
    home = Path(folder).resolve()
    entries = [_bulletin(home)]
    earlier = sorted(
        path.parent for path in home.parent.glob(f"*/{MANIFEST_FILE}") if path.parent.name < home.name
    )
    for other in reversed(earlier):
        if len(entries) >= most:
            break
        try:
            entries.append(_bulletin(other))
        except BogdaError:
            continue
    return tuple(entries)


def _bulletin(home: Path) -> FeedEntry:
    forecast = read_forecast(home / FORECAST_FILE).day
    reference = forecast["reference_time"].values[0]
    manifest = home / MANIFEST_FILE
    created = read_manifest(manifest).created if manifest.is_file() else iso_utc(reference)
    mark = "【合成数据】" if is_synthetic(forecast) else ""
    day = shown(reference)
    return FeedEntry(
        key=f"run/{home.parent.name}/{home.name}",
        title=f"{mark}空气质量预报会商材料 {day} Air quality bulletin",
        updated=instant_of_iso(created),
        summary=f"起报 {day} 北京时；模式 {forecast.attrs['model']}；标准 {forecast.attrs['rules']}。\n"
        f"Issued {day} Beijing time; model {forecast.attrs['model']}; rules {forecast.attrs['rules']}.",
        category="bulletin",
        path=f"runs/{home.parent.name}/{home.name}/{BULLETIN_FILE}",
    )
