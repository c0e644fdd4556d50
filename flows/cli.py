"""The `bogda` command. Heavy libraries are imported only by the command that needs them."""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

import typer

from flows import (
    cli_atmosphere,
    cli_consultation,
    cli_dust,
    cli_exchange,
    cli_inventory,
    cli_issuing,
    cli_learning,
    cli_live,
    cli_operations,
    cli_page,
    cli_sources,
)
from flows.cli_atmosphere import AsJson
from flows.cli_help import help_in_both_languages, help_is_wanted
from flows.error_lines import error_line, system_line, usage_line
from foundation.errors import BogdaError, RunError

app = typer.Typer(
    name="bogda", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="天山北坡PM2.5与沙尘预报与预警 · PM2.5 and dust forecasts, warnings, north of the Tian Shan.",
)  # fmt: skip
observations_app = typer.Typer(no_args_is_help=True, help="监测数据 · Measurements.")
app.add_typer(observations_app, name="observations")
cli_atmosphere.add_to(app)
cli_consultation.add_to(app)
cli_issuing.add_commands()
cli_dust.add_to(app)
cli_exchange.add_to(app)
cli_inventory.add_to(app)
cli_learning.add_to(app)
cli_live.add_to(app)
cli_operations.add_to(app)
cli_page.add_to(app)
cli_sources.add_to(app)


@app.command()
def daily(  # noqa: PLR0913, PLR0917 - one for each option
    case: Annotated[
        str | None, typer.Option(help="案例名或YAML文件（缺省demo） · Name of a case, or its YAML file.")
    ] = None,
    site: Annotated[
        str | None, typer.Option(help="站点名或YAML文件，与--case二选一 · Name of a site, or its YAML file.")
    ] = None,
    reference_time: Annotated[
        str | None, typer.Option(help="起报时间（北京时） · Time of issue, Beijing time.")
    ] = None,
    store: Annotated[str, typer.Option(help="产品库：目录或URL · Store: a folder or a URL.")] = "store",
    again: Annotated[bool, typer.Option(help="已有相同产品时也重做 · Make it again.")] = False,
    rung: Annotated[
        str | None, typer.Option(help="站点：最高级别 full、statistical、persistence · Highest rung allowed.")
    ] = None,
    minutes: Annotated[float | None, typer.Option(help="站点：时限，分钟 · Minutes it may take.")] = None,
    as_json: AsJson = False,
) -> None:
    """每日预报：读取监测、预报、检验、预警建议、会商材料 · The daily run."""
    from flows.commands.daily import Request, run

    run(Request(case, site, reference_time, store, rung, minutes, again), as_json=as_json)


@app.command()
def aqi(
    values: Annotated[list[str], typer.Argument(help="如 pm25=75 pm10=150（µg/m³，CO为mg/m³）")],
    date: Annotated[str, typer.Option(help="日期，决定适用标准 · Day; decides the standard.")],
    averaging: Annotated[str, typer.Option(help="day 日均 或 hour 小时")] = "day",
    as_json: AsJson = False,
) -> None:
    """空气质量指数 · Air quality index by the standard in force on a day."""
    from flows.commands.aqi import run

    run(values, date, averaging, as_json=as_json)


@observations_app.command("check")
def observations_check(
    path: Annotated[str, typer.Argument(help="文件或目录 · File or folder.")],
    provider: Annotated[
        str | None, typer.Option(help="aqistudy, pm25in, cnemc, uci, openaq；缺省时自动识别")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """检查监测文件：行数、地点、时段、各规则标记数 · Check files of measurements."""
    from flows.commands.observations import run

    run(path, provider, as_json=as_json)


@app.command()
def backtest(  # noqa: PLR0913, PLR0917 - one for each option
    observations: Annotated[str, typer.Option(help="监测文件或目录 · File or folder of measurements.")],
    train_until: Annotated[str, typer.Option(help="训练截止日 · Last day of training.")],
    first: Annotated[str, typer.Option("--from", help="检验首日 · First day judged.")],
    last: Annotated[str, typer.Option("--to", help="检验末日 · Last day judged.")],
    provider: Annotated[str | None, typer.Option(help="数据来源 · Provider.")] = None,
    models: Annotated[str | None, typer.Option(help="逗号分隔的模型 · Models, separated by commas.")] = None,
    places: Annotated[str | None, typer.Option(help="逗号分隔的地点 · Places to print.")] = None,
    weather: Annotated[
        str | None, typer.Option(help="实测逐日天气，另列“完美天气” · Measured weather, a line of its own.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """回报检验：每次起报只用当时已知 · Judge past forecasts made with what was known at issue."""
    from flows.commands.backtest import Request, run

    request = Request(observations, provider, train_until, first, last, models, places, weather)
    run(request, as_json=as_json)


@app.command()
def doctor(
    store: Annotated[str, typer.Option(help="产品库 · Store.")] = "store", as_json: AsJson = False
) -> None:
    """检查安装、产品库、数据时效与计算设备 · What is installed, reachable, fresh, on which device."""
    from flows.commands.doctor import run

    run(store, as_json=as_json)


def main() -> None:
    """Run the command; what a user can mend is one line on standard error, Chinese first."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning threads take the cores from the model
    if help_is_wanted(sys.argv[1:]):
        help_in_both_languages()
    try:
        status = app(prog_name="bogda", standalone_mode=False)
    except BogdaError as error:
        _end(error_line(error), error.exit_code)
    except typer.TyperException as error:
        _end(usage_line(sys.argv[1:], error), error.exit_code)
    except OSError as error:
        _end(system_line(error), RunError.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _end("bogda: 已中止 · stopped", 130)
    sys.exit(status if isinstance(status, int) else 0)


def _end(line: str, status: int) -> NoReturn:
    if line:
        sys.stderr.write(f"{line}\n")
    sys.exit(status)


if __name__ == "__main__":
    main()
