"""The part of the `bogda` command about dust."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_atmosphere import AsJson, benchmark_app, validate_app

dust_app = typer.Typer(no_args_is_help=True, help="沙尘 · Dust.")

Observations = Annotated[str, typer.Argument(help="监测文件或目录 · File or folder of measurements.")]
Provider = Annotated[str | None, typer.Option(help="数据来源，缺省时自动识别 · Provider.")]
Rule = Annotated[
    str | None, typer.Option(help="规则：detector（缺省）, national-2016, national-2016-strict · Rule.")
]
By = Annotated[str, typer.Option(help="station 站点, place 城市 · Stations, or means of cities.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    app.add_typer(dust_app, name="dust")


@validate_app.command("dust")
def validate_dust(as_json: AsJson = False) -> None:
    """沙尘：起沙曲线、质量收支、嵌套、孪生试验 · Emission curves, mass budget, inner domain, twin."""
    from flows.commands.validate import run

    run("dust", as_json=as_json)


@benchmark_app.command("dust")
def benchmark_dust(
    hours: Annotated[int, typer.Option(help="时长 · Hours of the run.", min=1)] = 72, as_json: AsJson = False
) -> None:
    """沙尘区域三天要多久 · How long three days on the dust domain take."""
    from flows.commands.benchmark import run_dust

    run_dust(hours, as_json=as_json)


@benchmark_app.command("dust-events")
def benchmark_dust_events(
    data: Annotated[str | None, typer.Option(help="真实资料目录 · Folder of the real files.")] = None,
    as_json: AsJson = False,
) -> None:
    """沙尘统计预报按事件检验，与持续性等对照 · The learned dust forecast by event, beside persistence."""
    from flows.commands.dust_events import run

    run(data, as_json=as_json)


@dust_app.command("learn")
def dust_learn(
    observations: Observations,
    out: Annotated[str, typer.Option(help="系数文件 · File of coefficients to write, .yaml.")],
    provider: Provider = None,
    until: Annotated[str | None, typer.Option(help="所用资料止于（北京时） · Last time fitted on.")] = None,
    as_json: AsJson = False,
) -> None:
    """由监测拟合沙尘统计预报 · Fit the learned dust forecast on measurements."""
    from flows.commands.dust_learned import Request, learn

    learn(Request(observations, provider, until, None, out), as_json=as_json)


@dust_app.command("outlook")
def dust_outlook(
    observations: Observations,
    provider: Provider = None,
    issue: Annotated[
        str | None,
        typer.Option(help="起报（北京时），缺省为最后一天 · Last day or hour known, Beijing time."),
    ] = None,
    coefficients: Annotated[
        str | None, typer.Option(help="系数文件，缺省用随附的 · Coefficients; those shipped by default.")
    ] = None,
    out: Annotated[str | None, typer.Option(help="结果文件 · File to write, .nc.")] = None,
    as_json: AsJson = False,
) -> None:
    """沙尘统计预报：概率、分位数 · Dust one to three days ahead: probabilities and quantiles."""
    from flows.commands.dust_learned import Request, outlook

    outlook(Request(observations, provider, issue, coefficients, out), as_json=as_json)


@dust_app.command("forecast")
def dust_forecast(  # noqa: PLR0913, PLR0917 - one for each option
    weather: Annotated[
        list[str],
        typer.Option(help="气象文件或目录，可重复；idealised 为虚拟天气 · Weather; idealised is made up."),
    ],
    reference_time: Annotated[str, typer.Option(help="起报时间（北京时） · Issue, Beijing time.")],
    observations: Annotated[
        str | None, typer.Option(help="小时监测，用于订正起沙临界值 · Hourly measurements that correct it.")
    ] = None,
    provider: Provider = None,
    domain: Annotated[str, typer.Option(help="区域 · Domain of configs/domains.")] = "dust",
    hours: Annotated[int | None, typer.Option(help="预报时长 · Hours of forecast.", min=1)] = None,
    out: Annotated[str | None, typer.Option(help="输出目录 · Folder for NetCDF files.")] = None,
    as_json: AsJson = False,
) -> None:
    """沙尘预报：到达、峰值、结束、概率、能见度 · Dust: arrival, peak, end, chances, visibility."""
    from flows.commands.dust_forecast import Request, run

    run(Request(tuple(weather), reference_time, observations, provider, domain, hours, out), as_json=as_json)


@dust_app.command("emission")
def dust_emission(  # noqa: PLR0913, PLR0917 - one for each option
    weather: Annotated[
        list[str], typer.Option(help="气象文件或目录，可重复 · Weather file or folder, repeatable.")
    ],
    scheme: Annotated[
        str | None,
        typer.Option(help="kok, marticorena_bergametti, ginoux；缺省见 configs/dust_emission.yaml"),
    ] = None,
    threshold_factor: Annotated[
        float | None, typer.Option(help="临界值系数 · Multiplies thresholds; 1 as published.")
    ] = None,
    domain: Annotated[str, typer.Option(help="区域 · Domain of configs/domains.")] = "dust",
    terrain: Annotated[str | None, typer.Option(help="ETOPO地形目录 · Folder of ETOPO files.")] = None,
    figure: Annotated[str | None, typer.Option(help="出图文件 · Figure: .png, .svg or .pdf.")] = None,
    as_json: AsJson = False,
) -> None:
    """起沙：各沙源何时何地超过临界风速、排放多少 · Dust the wind raises: where, when, how much."""
    from flows.commands.dust_emission import Request, run

    run(Request(tuple(weather), scheme, threshold_factor, domain, terrain, figure), as_json=as_json)


@dust_app.command("detect")
def dust_detect(
    observations: Observations,
    provider: Provider = None,
    rule: Rule = None,
    by: By = "station",
    as_json: AsJson = False,
) -> None:
    """识别沙尘事件：起止、峰值、依据、规则 · Dust events: start, peak, end, evidence, rule."""
    from flows.commands.dust_detect import run

    run(observations, provider, rule, by, as_json=as_json)


@dust_app.command("split")
def dust_split(  # noqa: PLR0913, PLR0917 - one for each option
    observations: Observations,
    provider: Provider = None,
    rule: Rule = None,
    by: By = "place",
    out: Annotated[str | None, typer.Option(help="结果文件 · File to write, .nc or .csv.")] = None,
    figure: Annotated[str | None, typer.Option(help="出图文件 · Figure: .png, .svg or .pdf.")] = None,
    as_json: AsJson = False,
) -> None:
    """PM10与PM2.5中的沙尘与其余，及扣除沙尘后的评价 · Dust and the rest; days assessed without dust."""
    from flows.commands.dust_split import Request, run

    run(Request(observations, provider, rule, by, out, figure), as_json=as_json)
