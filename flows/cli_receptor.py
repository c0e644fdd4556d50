"""The part of the `bogda sources` command about receptor models and trajectory statistics."""

from __future__ import annotations

from typing import Annotated

import typer

from flows import cli_factorisation, cli_trajectory_statistics
from flows.cli_atmosphere import AsJson, benchmark_app

sources_app = typer.Typer(no_args_is_help=True, help="来源 · Where it comes from.")
cli_factorisation.add_to(sources_app)
cli_trajectory_statistics.add_to(sources_app, benchmark_app)

Folder = Annotated[str, typer.Argument(help="pmf的结果目录 · Folder that `pmf` wrote.")]
Data = Annotated[
    str | None, typer.Option(help="真实数据目录（含receptor/） · Folder of real files, with receptor/.")
]


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


@sources_app.command("pmf-bs-displacement")
def sources_pmf_bs_displacement(  # noqa: PLR0913, PLR0917 - one for each option
    folder: Folder,
    runs: Annotated[int, typer.Option(help="重抽样次数 · Resamples.")] = 20,
    block: Annotated[int, typer.Option(help="块长 · Samples in a block.")] = 5,
    seed: Annotated[int, typer.Option(help="随机种子 · Seed.")] = 0,
    species: Annotated[
        list[str] | None, typer.Option(help="位移的组分，可重复 · Species to displace, repeatable.")
    ] = None,
    level: Annotated[
        list[float] | None, typer.Option(help="Q的增量，可重复 · Rise of Q, repeatable.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """自举加位移 · Displacement on bootstrap resamples (BS-DISP)."""
    from flows.commands.receptor import BsDisplacementRequest, run_bs_displacement

    asked = BsDisplacementRequest(folder, runs, block, seed, tuple(species or ()), tuple(level or ()))
    run_bs_displacement(asked, as_json=as_json)


@sources_app.command("pmf-constrain")
def sources_pmf_constrain(
    folder: Folder,
    out: Annotated[str, typer.Option(help="结果目录 · Folder for the constrained solution.")],
    pull: Annotated[
        list[str] | None,
        typer.Option(help="约束，可重复，如 · Constraint, repeatable: 'factor 3 Zn=max dQ=0.5%'."),
    ] = None,
    file: Annotated[str | None, typer.Option(help="约束的YAML文件 · YAML file of constraints.")] = None,
    as_json: AsJson = False,
) -> None:
    """施加约束 · Constrain profile elements, ratios or contributions."""
    from flows.commands.receptor import run_constrain

    run_constrain(folder, tuple(pull or ()), file, out, as_json=as_json)


@sources_app.command("cmb")
def sources_cmb(  # noqa: PLR0913, PLR0917 - one for each option
    concentrations: Annotated[str, typer.Option(help="浓度表 · Concentrations.")],
    uncertainties: Annotated[str, typer.Option(help="不确定度表 · Uncertainties.")],
    profiles: Annotated[str, typer.Option(help="源成分谱（文件或目录） · Source profiles, file or folder.")],
    profile: Annotated[list[str] | None, typer.Option(help="选用的谱，可重复 · Code, repeatable.")] = None,
    fit: Annotated[list[str] | None, typer.Option(help="拟合组分，可重复 · Species, repeatable.")] = None,
    eliminate_negative: Annotated[
        bool, typer.Option("--eliminate-negative", help="逐个剔除负贡献源 · Take negative sources out.")
    ] = False,
    out: Annotated[str | None, typer.Option(help="结果目录 · Folder for the results.")] = None,
    as_json: AsJson = False,
) -> None:
    """化学质量平衡 · Chemical mass balance."""
    from flows.commands.cmb import CmbRequest, run_cmb

    request = CmbRequest(
        concentrations,
        uncertainties,
        profiles,
        tuple(profile or ()),
        tuple(fit or ()),
        eliminate_negative,
        out,
    )
    run_cmb(request, as_json=as_json)


@sources_app.command("pmf-names")
def sources_pmf_names(
    folder: Folder,
    profiles: Annotated[str | None, typer.Option(help="成分谱目录 · Folder of published profiles.")] = None,
    as_json: AsJson = False,
) -> None:
    """因子与成分谱对比命名 · Name factors by published profiles."""
    from flows.commands.cmb import run_names

    run_names(folder, profiles, as_json=as_json)


@benchmark_app.command("pmf")
def benchmark_pmf(data: Data = None, as_json: AsJson = False) -> None:
    """PMF的速度与质量 · Speed and quality of PMF on the published sets."""
    from flows.commands.benchmark import run_pmf

    run_pmf(data, as_json=as_json)
