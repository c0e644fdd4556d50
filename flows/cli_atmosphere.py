"""The parts of the `bogda` command about weather, transport and trajectories."""

from __future__ import annotations

from typing import Annotated

import typer

weather_app = typer.Typer(no_args_is_help=True, help="气象资料 · Weather.")
trajectories_app = typer.Typer(no_args_is_help=True, help="轨迹 · Trajectories.")
validate_app = typer.Typer(
    no_args_is_help=True, help="验证：每项证明的数值与界限 · Proofs, with value and bound."
)
benchmark_app = typer.Typer(no_args_is_help=True, help="测速 · How fast this machine is.")

AsJson = Annotated[bool, typer.Option("--json", help="以JSON输出 · Print one JSON document.")]
Longitude = Annotated[float, typer.Option(help="经度 · Degrees east.")]
Latitude = Annotated[float, typer.Option(help="纬度 · Degrees north.")]
Device = Annotated[str, typer.Option(help="cpu 或 cuda")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    app.add_typer(weather_app, name="weather")
    app.add_typer(trajectories_app, name="trajectories")
    app.add_typer(validate_app, name="validate")
    app.add_typer(benchmark_app, name="benchmark")


@weather_app.command("describe")
def weather_describe(
    file: Annotated[str, typer.Argument(help="GRIB、NetCDF、WRF、ARL、MICAPS、BUFR文件 · A weather file.")],
    as_json: AsJson = False,
) -> None:
    """文件内容：类别、时次、范围、层次、变量、缺什么 · What a weather file holds and lacks."""
    from flows.commands.weather_describe import run

    run(file, as_json=as_json)


@weather_app.command("diagnose")
def weather_diagnose(
    file: Annotated[str, typer.Argument(help="气象文件或探空 · Gridded weather or a sounding.")],
    lon: Longitude,
    lat: Latitude,
    time: Annotated[str | None, typer.Option(help="时次（北京时） · Valid time, Beijing time.")] = None,
    figure: Annotated[str | None, typer.Option(help="T-logP图文件 · File for the skew-T.")] = None,
    as_json: AsJson = False,
) -> None:
    """某点的逆温、混合层、通风、稳定度、扩散等级 · Inversion, mixing, ventilation, dispersion at a point."""
    from flows.commands.weather_diagnose import run

    run(file, lon, lat, time, figure, as_json=as_json)


@trajectories_app.command("run")
def trajectories_run(  # noqa: PLR0913, PLR0917 - one for each option
    weather: Annotated[str, typer.Option(help="气象文件，可用逗号分隔 · Weather files, by commas.")],
    lon: Longitude,
    lat: Latitude,
    height: Annotated[float, typer.Option(help="离地高度 · Height above ground, m.")],
    start: Annotated[str, typer.Option(help="起始时间（北京时） · Start, Beijing time.")],
    hours: Annotated[float, typer.Option(help="时长，负为后向 · Hours; negative goes back.")],
    coordinate: Annotated[str, typer.Option(help="height 或 pressure")] = "height",
    as_json: AsJson = False,
) -> None:
    """空气从哪里来、到哪里去 · Where air came from, where it goes."""
    from flows.commands.trajectories import Request, run

    run(Request(weather, lon, lat, height, start, hours, coordinate), as_json=as_json)


@validate_app.command("transport")
def validate_transport(as_json: AsJson = False) -> None:
    """输送模式的全部证明 · Every proof of the transport model."""
    from flows.commands.validate import run

    run("transport", as_json=as_json)


@validate_app.command("trajectories")
def validate_trajectories(as_json: AsJson = False) -> None:
    """轨迹的全部证明 · Every proof of the trajectories."""
    from flows.commands.validate import run

    run("trajectories", as_json=as_json)


@benchmark_app.command("transport")
def benchmark_transport(
    device: Device = "cpu",
    tags: Annotated[int, typer.Option(help="每格的标记数 · Tag numbers in each cell.")] = 24,
    as_json: AsJson = False,
) -> None:
    """输送模式的速度、带宽占比、随规模增长、伴随之比 · Speed of the transport model and its adjoint."""
    from flows.commands.benchmark import run_transport

    run_transport(device, tags, as_json=as_json)


@benchmark_app.command("trajectories")
def benchmark_trajectories(device: Device = "cpu", as_json: AsJson = False) -> None:
    """轨迹的速度 · Speed of the trajectories."""
    from flows.commands.benchmark import run_trajectories

    run_trajectories(device, as_json=as_json)
