"""What the record says went out, each with the forms in which it can be sent."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass

from consultation.delivery.parcel import Parcel
from consultation.formats import ENDINGS, MEDIA_TYPES, product_bytes
from consultation.issuing.alerts import alert_of, releases
from consultation.issuing.feed import feed, signatures
from consultation.issuing.notice_papers import FORMS, notice_paper
from consultation.issuing.outlets import Outlets
from consultation.issuing.people import product_as_signed
from consultation.issuing.releases import Released, notice_of
from consultation.record.chain import Entry, moment_of
from consultation.record.desk import Desk

_OF_BULLETIN = ("html", "pdf", "docx", "csv", "json", "netcdf", "geojson")
_OF_WARNING = ("cap", "json", *FORMS)


@dataclass(frozen=True)
class Consignment:
    """A product in one version.

    Attributes:
        version: ascending; a later one takes the place of those before.
        forms: formats in which it can be sent.
        make: gives it in one of them; the same content whenever it is asked.
    """

    product: str
    version: int
    forms: tuple[str, ...]
    make: Callable[[str], Parcel]


def consignments(desk: Desk, outlets: Outlets, now: dt.datetime) -> list[Consignment]:
    """All that went out within the time of the settings, oldest first.

    Args:
        desk: where people consult.
        outlets: who sends; how long ago.
        now: this instant.
    """
    oldest = now - dt.timedelta(hours=outlets.delivery.rounds.within_hours)

    def recent(entry: Entry) -> bool:
        return moment_of(entry.time) >= oldest

    warned = [one for one in releases(desk) if recent(one.entry)]
    signed = [one for one in signatures(desk) if recent(one)]
    found = [(one.entry.sequence, _warning(desk, one, outlets)) for one in warned]
    found += [(one.sequence, _bulletin(desk, one, outlets)) for one in signed]
    found.sort(key=lambda pair: pair[0])
    made = [consignment for _, consignment in found]
    return made + ([_feed(desk, found[-1][0], outlets)] if found else [])


def _warning_content(desk: Desk, one: Released, outlets: Outlets, form: str) -> bytes:
    if form == "cap":
        return alert_of(one, outlets.exchange)
    return _row(one.entry) if form == "json" else notice_paper(desk, one, outlets.exchange, form)


def _warning(desk: Desk, one: Released, outlets: Outlets) -> Consignment:
    def make(form: str) -> Parcel:
        notice = notice_of(one, outlets.exchange)
        mark = "【合成数据·演练】" if notice.synthetic else ""
        content = _warning_content(desk, one, outlets, form)
        said = f"{notice.headline.chinese}\n{notice.description.chinese}\n\n"
        return Parcel(
            product=f"warning/{one.warning}", version=str(one.version), form=form,
            file_name=f"bogda-warning-{one.identifier}-{form}{ENDINGS[form]}", media_type=MEDIA_TYPES[form],
            content=content, subject=f"{mark}{_STATES[notice.state]}：{notice.headline.chinese}",
            text=f"{mark}{said}{notice.headline.english}\n{notice.description.english}\n",
        )  # fmt: skip

    return Consignment(f"warning/{one.warning}", one.version, _OF_WARNING, make)


_STATES = {
    "issued": "发布", "updated": "更新", "upgraded": "升级", "downgraded": "降级", "lifted": "解除",
    "cancelled": "撤销",
}  # fmt: skip


def _row(entry: Entry) -> bytes:
    """The row that went out, without the names of persons."""
    told = entry.payload
    document = {
        "format": "bogda-warning-1", "warning": entry.subject, "state": entry.transition.after,  # type: ignore[union-attr]
        "version": told["version"], "sent": entry.time, "anchor": entry.anchor,
        "references": told["references"], "lead": told.get("lead"), "notice": told["notice"],
    }  # fmt: skip
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _bulletin(desk: Desk, signature: Entry, outlets: Outlets) -> Consignment:
    domain, _, stamp = signature.subject.partition("/")

    def make(form: str) -> Parcel:
        request = product_as_signed(desk, signature, outlets)
        mark = "【合成数据·演练】" if int(request.run.forecast.day.attrs.get("synthetic", 0)) else ""
        name = f"bogda-{domain}-{stamp}-{signature.sequence}-{form}{ENDINGS[form]}"
        changed = len(request.run.changes)
        return Parcel(
            product=f"bulletin/{signature.subject}", version=str(signature.sequence), form=form,
            file_name=name, media_type=MEDIA_TYPES[form], content=product_bytes(request, form),
            subject=f"{mark}空气质量预报（已签发） {stamp[:8]} Air quality bulletin",
            text=f"{mark}起报 {stamp}（UTC），人工订正{changed}处，记录锚点 {signature.anchor}。\n"
            f"Reference time {stamp}, {changed} changes by hand, record anchor {signature.anchor}.\n",
        )  # fmt: skip

    return Consignment(f"bulletin/{signature.subject}", signature.sequence, _OF_BULLETIN, make)


def _feed(desk: Desk, last: int, outlets: Outlets) -> Consignment:
    def make(form: str) -> Parcel:
        return Parcel(
            product="feed", version=str(last), form=form, file_name="bogda-feed.xml",
            media_type=MEDIA_TYPES[form], content=feed(desk, outlets.exchange, last),
            subject="空气质量预报与预警消息 Air quality feed",
            text="附件为Atom消息源。\nAtom feed attached.\n",
        )  # fmt: skip

    return Consignment("feed", last, ("atom",), make)
