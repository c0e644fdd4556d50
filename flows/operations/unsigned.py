"""A run on its way to the site's targets right after it was made: marked as unsigned, once for each slot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from consultation.delivery.dispatch import Outcome, deliver
from consultation.delivery.ledger import DeliveryKey
from consultation.delivery.parcel import Parcel
from consultation.formats import ENDINGS, MEDIA_TYPES, Request, open_request, product_bytes
from consultation.issuing.feed import signatures
from consultation.issuing.outlets import outlets_of
from consultation.issuing.people import product_as_signed
from consultation.record.desk import Desk, open_desk
from flows.site.parts import DeliverConfig
from foundation.errors import BogdaError
from foundation.provenance import Degradation
from foundation.times import now, shown

UNSIGNED = Degradation(
    code="unsigned",
    chinese="未签发：本产品由系统按时自动生成并送出，未经会商签发，仅供参考。",
    english="UNSIGNED: made and sent by the schedule, not signed by a forecaster; for information only.",
)


def hand_on_run(store: Path, run: str, slot: str, config: DeliverConfig) -> list[Outcome]:
    """Deliver a run to every target in its formats, each target once for a slot.

    Args:
        store: folder of the store.
        run: `domain/reference time`.
        slot: its key, such as `2026-12-11-final`.
        config: targets.

    Raises:
        RunError: when the data base of the record cannot be reached.
        BogdaError: when the run cannot be read.
    """
    desk = open_desk(store, config.settings)
    try:
        outlets = outlets_of(desk)
        request, signed = _request(desk, run)
        wanted = outlets.delivery.model_copy(update={"targets": config.targets})
        found: list[Outcome] = []
        for form in dict.fromkeys(form for target in config.targets for form in target.formats):
            try:
                parcel = parcel_of(request, run, slot, form, signed=signed)
            except BogdaError as error:
                asking = [target.name for target in config.targets if form in target.formats]
                found += [_not_made(run, slot, form, name, str(error)) for name in asking]
                continue
            found += deliver([parcel], wanted, outlets.ledger)
        held = {one.key: one.status for one in outlets.ledger.all(_product(run, slot))}
        return [_told(one, held) for one in found]
    finally:
        desk.close()


def _told(one: Outcome, held: dict[DeliveryKey, str]) -> Outcome:
    """A delivery that somebody else claimed and has not finished is not done."""
    if one.status == "not-claimed" and held.get(one.key) != "delivered":
        return Outcome(one.key, "failed", "begun by a process that has not finished it; taken up again later")
    return one


def _not_made(run: str, slot: str, form: str, target: str, reason: str) -> Outcome:
    return Outcome(DeliveryKey(_product(run, slot), f"1/{form}", target), "failed", reason)


def _product(run: str, slot: str) -> str:
    return f"scheduled/{run.partition('/')[0]}/{slot}"


def _request(desk: Desk, run: str) -> tuple[Request, bool]:
    """The run as it was signed, where it was; else as the model has it, with the mark."""
    outlets = outlets_of(desk)
    for signature in signatures(desk):
        if signature.subject == run:
            return product_as_signed(desk, signature, outlets), True
    request = open_request(desk.store / "runs" / run, outlets.exchange)
    manifest = request.run.manifest
    if manifest is None:
        return request, False
    marked = manifest.model_copy(update={"degradations": (UNSIGNED, *manifest.degradations)})
    return replace(request, run=replace(request.run, manifest=marked)), False


def parcel_of(request: Request, run: str, slot: str, form: str, *, signed: bool) -> Parcel:
    """A run in one form, whose name, subject and text say whether it is signed."""
    domain, _, stamp = run.partition("/")
    mark = "【合成数据·演练】" if int(request.run.forecast.day.attrs.get("synthetic", 0)) else ""
    state, english, word = ("已签发", "signed", "signed") if signed else ("未签发", "UNSIGNED", "unsigned")
    text = "" if signed else f"{UNSIGNED.chinese}\n{UNSIGNED.english}\n"
    return Parcel(
        product=_product(run, slot), version="1", form=form,
        file_name=f"bogda-{domain}-{slot}-{word}-{form}{ENDINGS[form]}", media_type=MEDIA_TYPES[form],
        content=product_bytes(request, form),
        subject=f"{mark}空气质量预报（{state}） {slot} Air quality bulletin ({english})",
        text=f"{mark}{text}起报 {stamp}（UTC），送出 {shown(now())}（北京时）。\nReference time {stamp}.\n",
    )  # fmt: skip
