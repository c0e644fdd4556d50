"""The part of the `bogda` command about learned models, hindcasts and their verification."""

from __future__ import annotations

from typing import Annotated

import typer

from flows import cli_benchmark
from flows.cli_atmosphere import AsJson, benchmark_app, validate_app

models_app = typer.Typer(no_args_is_help=True, help="学习模型的版本 · Versions of learned models.")

Store = Annotated[str, typer.Option(help="产品库：目录或URL · Store: a folder or a URL.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    app.add_typer(models_app, name="models")
    cli_benchmark.add_to(benchmark_app)
    app.command("train")(train)
    app.command("hindcast")(hindcast)
    app.command("verify")(verify)
    app.command("explain")(explain)
    validate_app.command("learned")(validate_learned)


def train(
    experiment: Annotated[str, typer.Argument(help="试验配置YAML · An experiment, YAML.")],
    data: Annotated[
        str | None, typer.Option(help="资料文件或目录，代替YAML所列 · Data, instead of the YAML's.")
    ] = None,
    store: Store = "store",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda")] = "auto",
    resume: Annotated[
        bool, typer.Option("--resume", help="从中断处继续 · Go on where it was stopped.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """训练学习模型并登记，不自动启用 · Train, calibrate, judge and register; promotes nothing."""
    from flows.commands.train import TrainRequest, run

    run(TrainRequest(experiment, data, store, device, resume), as_json=as_json)


def hindcast(  # noqa: PLR0913, PLR0917 - one for each option
    first: Annotated[str, typer.Option("--from", help="首个起报时间（北京时） · First issue.")],
    last: Annotated[str, typer.Option("--to", help="末个起报日或时间（北京时） · Last issue.")],
    out: Annotated[str, typer.Option(help="结果文件 · File to write, .nc.")],
    case: Annotated[str | None, typer.Option(help="案例名或YAML文件 · Name of a case, or its YAML.")] = None,
    observations: Annotated[
        str | None, typer.Option(help="监测文件或目录 · File or folder of measurements.")
    ] = None,
    provider: Annotated[str | None, typer.Option(help="数据来源 · Provider.")] = None,
    every: Annotated[int, typer.Option(help="起报间隔，小时 · Hours between issues.")] = 24,
    averaging: Annotated[str, typer.Option(help="day 日均 或 hour 小时")] = "day",
    models: Annotated[
        str | None, typer.Option(help="另加的统计模型，逗号分隔 · Further statistical models.")
    ] = None,
    learned: Annotated[str | None, typer.Option(help="学习模型的发布目录 · Folder of a release.")] = None,
    store: Annotated[
        str | None,
        typer.Option(help="产品库：现用学习模型与数值模式的运行 · Store: champion, physical runs."),
    ] = None,
    physical: Annotated[
        bool, typer.Option("--physical", help="补做缺少的数值模式运行 · Make missing runs of the model.")
    ] = False,
    dask: Annotated[
        str | None, typer.Option(help="Dask调度地址，或local · Address of a Dask scheduler, or local.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """回报：逐次起报重做预报，只用当时已知 · Past forecasts made again with what was known at issue."""
    from flows.commands.hindcast import HindcastRequest, run

    request = HindcastRequest(
        first, last, out, case, observations, provider, every, averaging, models, learned, store, physical,
        dask,
    )  # fmt: skip
    run(request, as_json=as_json)


def verify(
    path: Annotated[str, typer.Argument(help="bogda hindcast写出的文件 · File of a hindcast.")],
    out: Annotated[str | None, typer.Option(help="网页文件 · Page to write, .html.")] = None,
    baseline: Annotated[str, typer.Option(help="首要对照 · Baseline shown first.")] = "persistence",
    as_json: AsJson = False,
) -> None:
    """检验：按时效、地点、季节、级别评分，与各对照并列 · Scores by lead, place, season and level; drift."""
    from flows.commands.verify import run

    run(path, out, baseline, as_json=as_json)


@models_app.command("list")
def models_list(store: Store = "store", as_json: AsJson = False) -> None:
    """已登记的模型版本、评分与训练时段 · Registered models, their scores and times of training."""
    from flows.commands.models import run_list

    run_list(store, as_json=as_json)


@models_app.command("card")
def models_card(
    name: Annotated[str, typer.Argument(help="bogda-day, bogda-day:3, bogda-day@champion")],
    store: Store = "store",
    as_json: AsJson = False,
) -> None:
    """模型卡：用途、训练、评分、禁忌、许可 · What a model is, how good it was, what it is not for."""
    from flows.commands.models import run_card

    run_card(name, store, as_json=as_json)


@models_app.command("promote")
def models_promote(
    name: Annotated[str, typer.Argument(help="名称与版本，如bogda-day:3 · Name and version.")],
    verification: Annotated[
        str, typer.Option(help="含候选、现用与对照模型的回报 · Hindcast with candidate, champion, baselines.")
    ],
    store: Store = "store",
    by: Annotated[str | None, typer.Option(help="批准人，缺省为登录名 · Who; the user's name.")] = None,
    force: Annotated[
        str | None, typer.Option(help="不顾检验而启用的理由，留档 · Reason to overrule the judgement; kept.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """检验胜过现用模型与各对照时启用 · Make it the champion, if it beats champion and baselines."""
    from flows.commands.model_promotion import PromotionRequest, run

    run(PromotionRequest(name, verification, store, by, force), as_json=as_json)


@models_app.command("propose")
def models_propose(  # noqa: PLR0913, PLR0917 - one for each option
    experiment: Annotated[str, typer.Argument(help="试验配置YAML · An experiment, YAML.")],
    until: Annotated[str, typer.Option(help="评判到何时（北京时） · Last issue that is judged.")],
    case: Annotated[str | None, typer.Option(help="案例名或YAML文件 · Name of a case, or its YAML.")] = None,
    observations: Annotated[
        str | None, typer.Option(help="监测文件或目录 · File or folder of measurements.")
    ] = None,
    provider: Annotated[str | None, typer.Option(help="数据来源 · Provider.")] = None,
    data: Annotated[
        str | None, typer.Option(help="资料文件或目录，代替YAML所列 · Data, instead of the YAML's.")
    ] = None,
    store: Store = "store",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda")] = "auto",
    judged_days: Annotated[int, typer.Option(min=2, help="评判的天数 · Days on which it is judged.")] = 60,
    validation_days: Annotated[int, typer.Option(min=2, help="校准的天数 · Days of validation.")] = 55,
    every_days: Annotated[
        int, typer.Option(min=0, help="几天内有过建议则不做 · Do nothing if a proposal is younger.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """重新训练并评判，只提出建议 · Retrain, judge beside the champion, propose; never promotes."""
    from flows.commands.model_proposal import ProposalRequest, run

    request = ProposalRequest(
        experiment, until, case, observations, provider, data, store, device, judged_days, validation_days,
        every_days,
    )  # fmt: skip
    run(request, as_json=as_json)


def explain(
    run: Annotated[str, typer.Argument(help="运行目录 · Folder of a run.")],
    place: Annotated[str | None, typer.Option(help="地点 · Place; the first of the forecast.")] = None,
    lead_time: Annotated[str, typer.Option(help="第2天2d，第36小时36h · Day or hour.")] = "1d",
    figure: Annotated[str | None, typer.Option(help="出图文件 · Figure: .png, .svg or .pdf.")] = None,
    as_json: AsJson = False,
) -> None:
    """学习模型的预报为何如此：各项输入的作用 · Which input moved a forecast of the learned model."""
    from flows.commands.explain import ExplainRequest
    from flows.commands.explain import run as run_explain

    run_explain(ExplainRequest(run, place, lead_time, figure), as_json=as_json)


def validate_learned(
    full: Annotated[bool, typer.Option("--full", help="原分辨率、20次 · Full grid, 20 truths.")] = False,
    as_json: AsJson = False,
) -> None:
    """来源分解预报的孪生试验 · Twins of the source-resolved forecast: totals, shares, closure."""
    from flows.commands.validate import run

    run("learned", as_json=as_json, full=full)
