"""The part of the `bogda` command that measures the learned forecast against others, and how fast it is."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_atmosphere import AsJson, Device


def add_to(benchmark_app: typer.Typer) -> None:
    """Add these commands to `bogda benchmark`."""
    benchmark_app.command("forecast")(benchmark_forecast)
    benchmark_app.command("inference")(benchmark_inference)


def benchmark_forecast(  # noqa: PLR0913, PLR0917 - one for each option
    data: Annotated[str, typer.Option(help="资料目录 · Folder of the files.")],
    dataset: Annotated[str, typer.Option(help="uci-beijing")] = "uci-beijing",
    release: Annotated[
        list[str] | None,
        typer.Option(help="学习模型发布目录，可重复；缺省时现训 · Release; trained when left out."),
    ] = None,
    models: Annotated[str | None, typer.Option(help="逗号分隔的模型 · Models, separated by commas.")] = None,
    no_perfect_weather: Annotated[
        bool, typer.Option("--no-perfect-weather", help="不做“完美气象” · Without that line.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="少量时效、小模型、不训练 · A look, no judgement.")
    ] = False,
    keep: Annotated[
        str | None, typer.Option(help="保存并复用对照预报与训练进度 · Folder that keeps rivals' forecasts.")
    ] = None,
    device: Device = "cpu",
    as_json: AsJson = False,
) -> None:
    """公开基准：各模型与对照同例评分 · The published benchmark: all models on the same cases."""
    from flows.commands.benchmark_forecast import ForecastRequest, run_forecast

    request = ForecastRequest(
        dataset, data, tuple(release or ()), models, keep, device,
        perfect_weather=not no_perfect_weather, quick=quick,
    )  # fmt: skip
    run_forecast(request, as_json=as_json)


def benchmark_inference(device: Device = "cpu", as_json: AsJson = False) -> None:
    """学习模型推理速度：100站、168小时、5个成员 · How fast 100 stations are forecast for a week."""
    from flows.commands.benchmark_forecast import run_inference

    run_inference(device, as_json=as_json)
