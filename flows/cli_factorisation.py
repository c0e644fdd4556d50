"""The parts of the `bogda sources` command that factorise samples."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_atmosphere import AsJson

_TABLE = "CSV、EPA的txt或工作簿（FILE.xlsx#SHEET） · CSV, EPA's txt, or a workbook"
Concentrations = Annotated[str, typer.Option(help=f"浓度表：{_TABLE}: concentrations.")]
Uncertainties = Annotated[str | None, typer.Option(help=f"不确定度表：{_TABLE}: uncertainties.")]
Limits = Annotated[
    str | None,
    typer.Option(help="检出限（及误差比例）表，代替不确定度 · Detection limits, with error fractions."),
]
Fraction = Annotated[float | None, typer.Option(help="误差比例，如0.1 · Error fraction of all, such as 0.1.")]
Weak = Annotated[str, typer.Option(help="弱组分，逗号分隔 · Weak species, by commas.")]
Bad = Annotated[str, typer.Option(help="剔除的组分，逗号分隔 · Bad species, by commas.")]
Suggest = Annotated[
    bool, typer.Option("--suggest-categories", help="其余按信噪比分级 · Others by signal to noise.")
]
Missing = Annotated[str, typer.Option(help="缺测：median 或 leave_out_sample · What to do with gaps.")]
Extra = Annotated[float, typer.Option(help="额外模型不确定度 · Extra model uncertainty, 0 to 0.25.")]
Total = Annotated[str | None, typer.Option(help="总质量变量，如PM2.5 · Species that is the total mass.")]
Starts = Annotated[int, typer.Option(help="随机起点数 · Random starts.")]
Seed = Annotated[int, typer.Option(help="随机种子 · Seed.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to `bogda sources`."""
    app.command("pmf")(pmf)
    app.command("pmf-factors")(pmf_factors)


def pmf(  # noqa: PLR0913, PLR0917 - one for each option
    concentrations: Concentrations,
    factors: Annotated[int, typer.Option(help="因子数 · Number of factors.")],
    uncertainties: Uncertainties = None,
    detection_limits: Limits = None,
    error_fraction: Fraction = None,
    out: Annotated[str | None, typer.Option(help="结果目录 · Folder for the results.")] = None,
    starts: Starts = 20,
    seed: Seed = 0,
    robust: Annotated[bool, typer.Option("--robust", help="稳健模式 · Minimise Q(robust).")] = False,
    fpeak: Annotated[float, typer.Option(help="旋转强度 · Strength of a rotation.")] = 0.0,
    weak: Weak = "",
    bad: Bad = "",
    suggest_categories: Suggest = False,
    missing: Missing = "median",
    extra_uncertainty: Extra = 0.0,
    total: Total = None,
    figures: Annotated[bool, typer.Option("--figures", help="图件存入结果目录 · Figures, too.")] = False,
    workbooks: Annotated[
        bool, typer.Option("--workbooks", help="EPA PMF 5格式工作簿存入结果目录 · Workbooks, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """正定矩阵因子分解 · Positive matrix factorisation."""
    from flows.commands.factorisation import Inputs, PmfRequest, run_pmf

    inputs = Inputs(
        concentrations, uncertainties, detection_limits, error_fraction, weak, bad, suggest_categories,
        missing, extra_uncertainty, total,
    )  # fmt: skip
    run_pmf(
        PmfRequest(inputs, factors, out, starts, seed, robust, fpeak, figures, workbooks), as_json=as_json
    )


def pmf_factors(  # noqa: PLR0913, PLR0917 - one for each option
    concentrations: Concentrations,
    uncertainties: Uncertainties = None,
    detection_limits: Limits = None,
    error_fraction: Fraction = None,
    fewest: Annotated[int, typer.Option("--from", help="最少因子数 · Fewest factors.")] = 3,
    most: Annotated[int, typer.Option("--to", help="最多因子数 · Most factors.")] = 9,
    folds: Annotated[int, typer.Option(help="掩模数 · Masks; each element is held out once.")] = 10,
    block: Annotated[
        int, typer.Option(help="一起留出的连续样品数 · Consecutive samples held out together.")
    ] = 1,
    starts: Annotated[int, typer.Option(help="全表拟合的起点数 · Starts of the full fits.")] = 10,
    seed: Seed = 0,
    weak: Weak = "",
    bad: Bad = "",
    suggest_categories: Suggest = False,
    missing: Missing = "median",
    extra_uncertainty: Extra = 0.0,
    total: Total = None,
    as_json: AsJson = False,
) -> None:
    """因子数：留出部分数据检验 · How many factors, by foretelling elements that were held out."""
    from flows.commands.factorisation import Inputs, NumberRequest, run_number_of_factors

    inputs = Inputs(
        concentrations, uncertainties, detection_limits, error_fraction, weak, bad, suggest_categories,
        missing, extra_uncertainty, total,
    )  # fmt: skip
    run_number_of_factors(NumberRequest(inputs, fewest, most, folds, block, starts, seed), as_json=as_json)
