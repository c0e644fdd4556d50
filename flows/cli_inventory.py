"""The part of the `bogda` command about emission inventories."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_atmosphere import AsJson, benchmark_app

inventory_app = typer.Typer(no_args_is_help=True, help="排放清单 · Emission inventories.")
import_app = typer.Typer(no_args_is_help=True, help="导入清单 · Import an inventory.")
inventory_app.add_typer(import_app, name="import")

Out = Annotated[str, typer.Option(help="写入的清单文件，不覆盖已有 · File to write; none is overwritten.")]
Months = Annotated[
    str | None,
    typer.Option(
        "--month",
        help="月份，如2026-01，可用逗号，或整年2026；缺省为今年 · Months, by commas; this year by default.",
    ),
]
Domain = Annotated[str, typer.Option(help="模式区域 · Domain, a name under configs/domains.")]
Source = Annotated[str, typer.Argument(help="文件或目录 · File or folder.")]
Year = Annotated[int | None, typer.Option(help="数据年份 · Year of the data.")]
GoodRows = Annotated[
    bool, typer.Option(help="有错误行时仍导入其余行 · Import the good rows though others are bad.")
]
Mapping = Annotated[str | None, typer.Option(help="自定义表头对应的YAML · Headers of your own, YAML.")]
Sheet = Annotated[str | None, typer.Option(help="工作表名 · Name of the sheet.")]
Problems = Annotated[str | None, typer.Option(help="问题清单CSV · CSV for the list of problems.")]
Regions = Annotated[str | None, typer.Option(help="行政区划GeoJSON · Boundaries of your own, GeoJSON.")]
File = Annotated[str, typer.Argument(help="清单文件 · An inventory.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    app.add_typer(inventory_app, name="inventory")


@inventory_app.command("build")
def inventory_build(
    out: Out, month: Months = None, domain: Domain = "tianshan", as_json: AsJson = False
) -> None:
    """用公开资料生成内置先验清单 · Build the prior from open facts."""
    from flows.commands.inventory_build import run

    run(out, month, domain, as_json=as_json)


@inventory_app.command("summary")
def inventory_summary(file: File, as_json: AsJson = False) -> None:
    """按污染物、行业、地区汇总，不确定性、点源占比、质量收支 · What an inventory holds."""
    from flows.commands.inventory_reports import run_summary

    run_summary(file, as_json=as_json)


@inventory_app.command("compare")
def inventory_compare(
    first: File, second: File,
    figure: Annotated[str | None, typer.Option(help="差值图PNG · Map of the difference.")] = None,
    species: Annotated[str, typer.Option(help="图中的污染物 · Species of the map.")] = "pm25",
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """比较两个版本 · The difference between two versions."""
    from flows.commands.inventory_reports import run_compare

    run_compare(first, second, figure, species, as_json=as_json)


@inventory_app.command("scenario")
def inventory_scenario(
    file: File, out: Out,
    cut: Annotated[
        list[str] | None, typer.Option(help="减排，如 industry=0.3@urumqi · Cut, may be repeated.")
    ] = None,
    control: Annotated[str | None, typer.Option(help="MEIC控制文件 · Control file of MEIC.")] = None,
    region: Annotated[
        str | None, typer.Option(help="核算10/20/30%的地区，逗号分隔 · Regions that are judged.")
    ] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """减排情景与10/20/30%核算 · Cuts, and the check of a response."""
    from flows.commands.inventory_change import run_scenario

    run_scenario(file, out, cut or [], control, region, as_json=as_json)


@inventory_app.command("merge")
def inventory_merge(
    base: File, update: File, out: Out,
    beside: Annotated[
        str | None, typer.Option(help="两者都保留的行业，逗号分隔 · Sectors of which both are kept.")
    ] = None,
    by_class: Annotated[
        bool, typer.Option(help="按MEIC大类替换（如MEIC的工业） · Replace whole classes of MEIC.")
    ] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """以本地清单替换先验中的同类源 · Let what the bureau knows replace the prior."""
    from flows.commands.inventory_change import run_merge

    run_merge(base, update, out, beside, by_class=by_class, as_json=as_json)


@inventory_app.command("figures")
def inventory_figures(
    file: File,
    folder: Annotated[str, typer.Option(help="图片目录 · Folder for the figures.")],
    species: Annotated[str, typer.Option(help="污染物 · Species.")] = "pm25",
) -> None:
    """分行业分布图、时间廓线、逆温下烟羽抬升 · Maps by sector, profiles, plumes under an inversion."""
    from flows.commands.inventory_reports import run_figures

    run_figures(file, folder, species)


@import_app.command("enterprise")
def import_enterprise(  # noqa: PLR0913, PLR0917 - one for each option
    path: Source, out: Out, month: Months = None, domain: Domain = "tianshan", year: Year = None,
    accept_good_rows: GoodRows = False, mapping: Mapping = None, sheet: Sheet = None,
    problems: Problems = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """企业排放表，CSV或XLSX · The bureau's table of enterprises."""
    from flows.commands.inventory_tables import Request, run

    run(Request("enterprise", path, out, month, domain, year, accept_good_rows, mapping, sheet, problems),
        as_json=as_json)  # fmt: skip


@import_app.command("county")
def import_county(  # noqa: PLR0913, PLR0917 - one for each option
    path: Source, out: Out, month: Months = None, domain: Domain = "tianshan", year: Year = None,
    accept_good_rows: GoodRows = False, mapping: Mapping = None, sheet: Sheet = None,
    problems: Problems = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """分区县排放量 · Totals of counties."""
    from flows.commands.inventory_tables import Request, run

    run(Request("county", path, out, month, domain, year, accept_good_rows, mapping, sheet, problems),
        as_json=as_json)  # fmt: skip


@import_app.command("meic")
def import_meic(  # noqa: PLR0913, PLR0917 - one for each option
    path: Source, out: Out, month: Months = None, domain: Domain = "tianshan", year: Year = None,
    boundaries: Regions = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """MEIC的NetCDF或ASCII · MEIC as NetCDF or ASCII."""
    from flows.commands.inventory_maps import Request, run

    run(Request("meic", path, out, month, domain, year, boundaries), as_json=as_json)


@import_app.command("edgar")
def import_edgar(  # noqa: PLR0913, PLR0917 - one for each option
    path: Source, out: Out, month: Months = None, domain: Domain = "tianshan", year: Year = None,
    boundaries: Regions = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """EDGAR的NetCDF · EDGAR as NetCDF."""
    from flows.commands.inventory_maps import Request, run

    run(Request("edgar", path, out, month, domain, year, boundaries), as_json=as_json)


@import_app.command("monitoring")
def import_monitoring(  # noqa: PLR0913, PLR0917 - one for each option
    path: Source, out: Out,
    inventory: Annotated[str, typer.Option(help="要更新的清单 · The inventory that is corrected.")],
    month: Annotated[str, typer.Option(help="月份，如2026-01 · Month.")],
    replace_amounts: Annotated[
        bool, typer.Option(help="同时以实测替换当月排放量 · Replace the month's amounts too.")
    ] = False,
    accept_good_rows: GoodRows = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """在线监测：更新排口时间廓线并报警 · Stack monitoring: profiles of stacks, and alarms."""
    from flows.commands.inventory_monitoring import Request, run

    run(Request(path, out, inventory, month, replace_amounts, accept_good_rows), as_json=as_json)


@benchmark_app.command("inventory")
def benchmark_inventory(as_json: AsJson = False) -> None:
    """清单的网格化、逐时展开、企业表导入 · Gridding, hours of a year, tables of enterprises."""
    from flows.commands.benchmark import run_inventory

    run_inventory(as_json=as_json)
