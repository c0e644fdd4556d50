"""The parts of the `bogda` command about statistics of backward trajectories."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_atmosphere import AsJson

Observations = Annotated[str, typer.Option(help="监测文件或目录 · File or folder of measurements.")]
Pollutant = Annotated[str, typer.Option(help="污染物，如pm25 · Pollutant, such as pm25.")]
Places = Annotated[str, typer.Option(help="地点，逗号分隔 · Receptors, by commas.")]
Trajectories = Annotated[
    str | None,
    typer.Option(help="轨迹：HYSPLIT tdump、本程序的nc或其目录，逗号分隔 · Files or folders, by commas."),
]
Weather = Annotated[
    str | None, typer.Option(help="由气象场计算轨迹 · Weather to calculate trajectories from, by commas.")
]
Provider = Annotated[str | None, typer.Option(help="数据来源 · Provider; recognised by default.")]
Hours = Annotated[float | None, typer.Option(help="轨迹时长 · Length of the trajectories, h.")]
Height = Annotated[float, typer.Option(help="到达高度 · Height of arrival, m (with --weather).")]
Every = Annotated[float, typer.Option(help="到达间隔 · Hours between arrivals (with --weather).")]
Truncated = Annotated[
    str, typer.Option(help="中止的轨迹 · Truncated ones: leave_out, as_far_as_followed or refuse.")
]
Unmeasured = Annotated[str, typer.Option(help="无监测的到达 · Unmeasured: leave_out or refuse.")]
Box = Annotated[str | None, typer.Option("--grid", help="西,东,南,北（度） · West,east,south,north.")]
Step = Annotated[float, typer.Option(help="网格大小（度） · Size of a cell, degrees.")]
Top = Annotated[float, typer.Option(help="计入的最大高度 · Greatest height that counts, m.")]
Weighting = Annotated[str | None, typer.Option(help="权重函数 · Weighting function.")]
Bootstraps = Annotated[
    int | None, typer.Option(help="重抽样次数，0为不检验 · Maps drawn again; 0 for no test.")
]
BlockDays = Annotated[int | None, typer.Option(help="重抽样的块长（天） · Days drawn together.")]
Clusters = Annotated[int | None, typer.Option(help="聚类数，0为自动 · Clusters; 0 lets them decide.")]
Frequency = Annotated[bool, typer.Option("--frequency", help="并列停留频率 · Where the air was, too.")]
FigureFile = Annotated[str | None, typer.Option(help="图件 · File for the map.")]
Out = Annotated[str | None, typer.Option(help="结果NetCDF · NetCDF file for the map.")]
Keep = Annotated[str | None, typer.Option(help="保存轨迹NetCDF · NetCDF file for the trajectories.")]


def add_to(app: typer.Typer, benchmarks: typer.Typer) -> None:
    """Add these commands to `bogda sources` and `bogda benchmark`."""
    app.command("pscf")(pscf)
    app.command("cwt")(cwt)
    benchmarks.command("trajectory-statistics")(benchmark)


def pscf(  # noqa: PLR0913, PLR0917 - one for each option
    observations: Observations,
    pollutant: Pollutant,
    place: Places,
    trajectories: Trajectories = None,
    weather: Weather = None,
    provider: Provider = None,
    threshold: Annotated[float | None, typer.Option(help="阈值 · Threshold, in µg/m³ (CO mg/m³).")] = None,
    percentile: Annotated[float | None, typer.Option(help="阈值百分位 · Or a percentile.")] = None,
    hours: Hours = None,
    height: Height = 500.0,
    every: Every = 6.0,
    truncated: Truncated = "leave_out",
    unmeasured: Unmeasured = "leave_out",
    box: Box = None,
    step: Step = 0.5,
    top: Top = 10000.0,
    weighting: Weighting = None,
    bootstraps: Bootstraps = None,
    block_days: BlockDays = None,
    clusters: Clusters = None,
    frequency: Frequency = False,
    figure: FigureFile = None,
    out: Out = None,
    keep_trajectories: Keep = None,
    as_json: AsJson = False,
) -> None:
    """潜在源贡献函数 · Potential source contribution function of backward trajectories."""
    from flows.backward_air import Air
    from flows.commands.trajectory_statistics import Statistic, run

    air = Air(observations, provider, pollutant, place, trajectories, weather, hours, height, every,
              truncated, unmeasured, keep_trajectories)  # fmt: skip
    asked = Statistic("pscf", threshold, percentile, "arithmetic", weighting, bootstraps, block_days,
                      clusters, frequency, False, box, step, top)  # fmt: skip
    run(air, asked, figure, out, as_json=as_json)


def cwt(  # noqa: PLR0913, PLR0917 - one for each option
    observations: Observations,
    pollutant: Pollutant,
    place: Places,
    trajectories: Trajectories = None,
    weather: Weather = None,
    provider: Provider = None,
    mean: Annotated[str, typer.Option(help="arithmetic 或 logarithmic")] = "arithmetic",
    levelled: Annotated[
        bool, typer.Option("--levelled", help="各站先化为同一均值 · Bring receptors to one mean.")
    ] = False,
    hours: Hours = None,
    height: Height = 500.0,
    every: Every = 6.0,
    truncated: Truncated = "leave_out",
    unmeasured: Unmeasured = "leave_out",
    box: Box = None,
    step: Step = 0.5,
    top: Top = 10000.0,
    weighting: Weighting = None,
    bootstraps: Bootstraps = None,
    block_days: BlockDays = None,
    clusters: Clusters = None,
    frequency: Frequency = False,
    figure: FigureFile = None,
    out: Out = None,
    keep_trajectories: Keep = None,
    as_json: AsJson = False,
) -> None:
    """浓度权重轨迹 · Concentration-weighted trajectories."""
    from flows.backward_air import Air
    from flows.commands.trajectory_statistics import Statistic, run

    air = Air(observations, provider, pollutant, place, trajectories, weather, hours, height, every,
              truncated, unmeasured, keep_trajectories)  # fmt: skip
    asked = Statistic("cwt", None, None, mean, weighting, bootstraps, block_days, clusters, frequency,
                      levelled, box, step, top)  # fmt: skip
    run(air, asked, figure, out, as_json=as_json)


def benchmark(as_json: AsJson = False) -> None:
    """轨迹统计的速度 · Speed of the statistics of 10,000 trajectories of 72 h."""
    from flows.commands.trajectory_statistics import run_benchmark

    run_benchmark(as_json=as_json)
