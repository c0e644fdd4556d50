"""`bogda consultation deliver` and `deliveries`."""

from __future__ import annotations

from flows.commands.consultation_accounts import Where, desk_at
from flows.output import print_json, print_line
from foundation.errors import RunError


def deliver(where: Where, *, as_json: bool) -> None:
    """Deliver what is due; safe from cron, and while the page does it too.

    Raises:
        ConfigurationError: when the settings of exchange and delivery cannot be used.
        RunError: when a delivery failed; the others were made.
    """
    from consultation.issuing.carrying import carry
    from consultation.issuing.outlets import outlets_of

    with desk_at(where) as desk:
        outlets = outlets_of(desk)
        found = carry(desk, outlets)
    failed = [one for one in found if one.status == "failed"]
    if as_json:
        print_json({
            "targets": [target.name for target in outlets.delivery.targets],
            "outcomes": [{**one.key.__dict__, "status": one.status, "detail": one.detail} for one in found],
        })  # fmt: skip
    else:
        for one in found:
            print_line(f"{one.status}  {one.key}  {one.detail}")
        if not outlets.delivery.targets:
            print_line("未配置送达目标 no target is configured (delivery_settings)")
        elif not found:
            print_line("没有待送达的产品 nothing is due")
    if failed:
        raise RunError(
            f"{len(failed)} of {len(found)} deliveries failed, first {failed[0].key}: {failed[0].detail}",
            remedy="They are taken up again later; see bogda consultation deliveries",
        )


def show(where: Where, product: str | None, *, as_json: bool) -> None:
    """List deliveries, newest last."""
    from consultation.record.deliveries import Deliveries

    with desk_at(where) as desk:
        found = Deliveries(desk.record, desk.config.delivery_retry_minutes).all(product)
    if as_json:
        rows = [{**one.key.__dict__, **{name: value for name, value in one.__dict__.items() if name != "key"}}
                for one in found]  # fmt: skip
        print_json({"deliveries": rows})
        return
    for one in found:
        ended = one.finished or one.claimed
        print_line(f"{ended}  {one.status:9}  {one.attempts}  {one.key}  {one.detail}")
    if not found:
        print_line("没有送达记录 no deliveries")
