"""The part of the `bogda sources` command about receptor models and trajectory statistics."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_atmosphere import AsJson, benchmark_app

sources_app = typer.Typer(no_args_is_help=True, help="来源 · Where it comes from.")

Folder = Annotated[str, typer.Argument(help="pmf的结果目录 · Folder that `pmf` wrote.")]
Data = Annotated[
    str | None, typer.Option(help="真实数据目录（含receptor/） · Folder of real files, with receptor/.")
]


@sources_app.command("pmf")
def sources_pmf(  # noqa: PLR0913, PLR0917 - one for each option
    concentrations: Annotated[str, typer.Option(help="浓度表，CSV或EPA的txt · Concentrations.")],
    uncertainties: Annotated[str, typer.Option(help="不确定度表 · Uncertainties.")],
    factors: Annotated[int, typer.Option(help="因子数 · Number of factors.")],
    out: Annotated[str | None, typer.Option(help="结果目录 · Folder for the results.")] = None,
    starts: Annotated[int, typer.Option(help="随机起点数 · Random starts.")] = 20,
    seed: Annotated[int, typer.Option(help="随机种子 · Seed.")] = 0,
    robust: Annotated[bool, typer.Option("--robust", help="稳健模式 · Minimise Q(robust).")] = False,
    fpeak: Annotated[float, typer.Option(help="旋转强度 · Strength of a rotation.")] = 0.0,
    as_json: AsJson = False,
) -> None:
    """正定矩阵因子分解 · Positive matrix factorisation."""
    from flows.commands.receptor import PmfRequest, run_pmf

    request = PmfRequest(concentrations, uncertainties, factors, out, starts, seed, robust, fpeak)
    run_pmf(request, as_json=as_json)


@sources_app.command("pmf-bootstrap")
def sources_pmf_bootstrap(
    folder: Folder,
    runs: Annotated[int, typer.Option(help="次数 · Runs.")] = 20,
    block: Annotated[int, typer.Option(help="块长 · Samples in a block.")] = 5,
    seed: Annotated[int, typer.Option(help="随机种子 · Seed.")] = 0,
    as_json: AsJson = False,
) -> None:
    """分块自举 · Bootstrap over whole blocks."""
    from flows.commands.receptor import run_bootstrap

    run_bootstrap(folder, runs, block, seed, as_json=as_json)


@sources_app.command("pmf-displacement")
def sources_pmf_displacement(
    folder: Folder,
    level: Annotated[
        list[float] | None, typer.Option(help="Q的增量，可重复 · Rise of Q, repeatable.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """位移法（重新拟合） · Displacement with a re-fit at each trial."""
    from flows.commands.receptor import run_displacement

    run_displacement(folder, tuple(level or (4.0,)), as_json=as_json)


@benchmark_app.command("pmf")
def benchmark_pmf(data: Data = None, as_json: AsJson = False) -> None:
    """PMF的速度与质量 · Speed and quality of PMF on the published sets."""
    from flows.commands.benchmark import run_pmf

    run_pmf(data, as_json=as_json)
