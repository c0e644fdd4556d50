"""The part of the `bogda` command about the unattended service: schedule, status, runs."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_atmosphere import AsJson

runs_app = typer.Typer(no_args_is_help=True, help="产品库中的运行：列出、恢复、清理 · Runs of a store.")

SiteFile = Annotated[str, typer.Option(help="站点文件或随附站点名 · A site's file, or a shipped name.")]
Store = Annotated[str, typer.Option(help="产品库目录 · Folder of the store.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    app.command()(schedule)
    app.command()(status)
    app.add_typer(runs_app, name="runs")
    runs_app.command("list")(runs_list)
    runs_app.command("resume")(runs_resume)
    runs_app.command("prune")(runs_prune)
    runs_app.command("deliver")(runs_deliver)


def schedule(
    site: SiteFile,
    store: Store = "store",
    once: Annotated[
        bool, typer.Option("--once", help="只做当前到期的，做完即止 · Do what is due and end.")
    ] = False,
) -> None:
    """无人值守：按时段运行、降级、送达、告警 · Run unattended: slots, fallback, delivery, alarms."""
    from flows.commands.schedule import run

    run(site, store, once=once)


def status(store: Store = "store", as_json: AsJson = False) -> None:
    """运行状况：最近运行、资料时效、磁盘、下一时限 · Last runs, ages of inputs, disk, next deadline."""
    from flows.commands.status import run

    run(store, as_json=as_json)


def runs_list(store: Store = "store", as_json: AsJson = False) -> None:
    """列出运行：状态、时段、级别、大小 · Runs with state, slot, rung and size."""
    from flows.commands.runs import show

    show(store, as_json=as_json)


def runs_resume(site: SiteFile, store: Store = "store", as_json: AsJson = False) -> None:
    """恢复中断的运行：清除残留，补做到期时段 · Clear what was left half-made, make what is due."""
    from flows.commands.runs import resume

    resume(site, store, as_json=as_json)


def runs_prune(  # noqa: PLR0913, PLR0917 - one for each option
    store: Store = "store",
    days: Annotated[float | None, typer.Option(help="早于几天的 · Older than so many days.")] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="只留几个 · Keep so many.")] = None,
    gib: Annotated[float | None, typer.Option(help="合计不超过 GiB · At most so much in all.")] = None,
    settings: Annotated[str | None, typer.Option(help="会商配置文件 · consultation.yaml.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="真正删除；否则只列出 · Really remove.")] = False,
    as_json: AsJson = False,
) -> None:
    """清理旧运行；最新的与会商记录涉及的不删 · Prune; never the latest, nor what the record speaks of."""
    from flows.commands.runs import Bounds, prune

    prune(store, Bounds(days, keep, gib), settings, really=yes, as_json=as_json)


def runs_deliver(
    run: Annotated[str, typer.Argument(help="运行，如 demo/20261120T080000Z · A run.")],
    site: SiteFile,
    slot: Annotated[str, typer.Option(help="时段，如 2026-11-20-final · Its slot.")],
    store: Store = "store",
) -> None:
    """把一次运行送往站点目标，标明未签发，每个目标一次 · Deliver a run, unsigned, once to each target."""
    from flows.commands.runs import hand_on

    hand_on(run, site, store, slot)
