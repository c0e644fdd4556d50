"""`bogda sources invert`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.output import print_json, print_line, progress_bar
from foundation.errors import ConfigurationError, InputError

if TYPE_CHECKING:
    import xarray as xr

    from flows.plan import DayPlan
    from sources.inversion.inversion import Inversion

LONGEST_H, SHORTEST_H = 24 * 31, 24

_CORRECTED = {
    "code": "tags-of-a-corrected-run",
    "chinese": "所给标记来自经监测订正初始场的预报：前几小时已靠近实测，系数偏向1。",
    "english": "The tags are of a run whose first state was corrected by measurements: its first hours "
    "follow them already, which draws factors to 1.",
}


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line.

    Attributes:
        case: name or file.
        reference_time: end of the window; the case's when None.
        hours: length of the window.
        store: where measurements and inventories are kept.
        tags: file of tags already made for these hours; the model is run when None.
        out: folder for tables, figures and tags.
    """

    case: str
    reference_time: str | None
    hours: int
    store: str
    tags: str | None = None
    out: str | None = None


def run(request: Request, *, as_json: bool) -> None:
    """Correct the emissions of a case by its measurements and print factors and what could be seen.

    Raises:
        BogdaError: when the case has no hourly measurements, weather or emissions for the window.
    """
    from flows.inversion_case import inversion_plan, measured_window
    from foundation.times import shown
    from sources.inversion.inversion import invert
    from sources.inversion.report import report

    if not SHORTEST_H <= request.hours <= LONGEST_H:
        raise ConfigurationError(
            f"expected {SHORTEST_H} to {LONGEST_H} hours, got {request.hours}", where="--hours"
        )
    plan = inversion_plan(request.case, request.reference_time, request.store)
    _prepare(request.out)
    with progress_bar("sources invert", 3) as advance:
        advance("measurements")
        measured = measured_window(plan, request.hours)
        tags = _tags(plan, request, advance)
        advance("factors")
        found = invert(tags, measured)
    synthetic = plan.case.synthetic or bool(tags.attrs.get("synthetic", 0))
    document = {
        "case": plan.case.name, "reference_time": np.datetime_as_string(plan.reference_time, "s") + "Z",
        "hours": request.hours, "synthetic": synthetic, **report(found),
    }  # fmt: skip
    if int(tags.attrs.get("corrected", 0)):
        document["notes"] = [*document["notes"], _CORRECTED]
    if request.out is not None:
        document["files"] = _write(Path(request.out), found, tags, document, synthetic=synthetic)
    if as_json:
        print_json(document)
        return
    print_line(f"订正窗口 window {shown(found.samples.span[0])} – {shown(found.samples.span[1])} 北京时间")
    _print(document)


def _prepare(out: str | None) -> None:
    """Make the folder first, so that a wrong name does not cost a run of the model."""
    if out is None:
        return
    try:
        Path(out).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"no folder: {error.strerror or error}", where=f"--out {out}", remedy="Name a folder"
        ) from error


def _tags(plan: DayPlan, request: Request, advance: Any) -> xr.Dataset:
    if request.tags is None:
        from flows.inversion_case import tagged_window

        advance("transport")
        return tagged_window(
            plan, request.hours, lambda done, hours: advance(f"transport · {done}/{hours} h")
        )
    from foundation.contracts import CONTRIBUTIONS

    return CONTRIBUTIONS.check(_read(request.tags), request.tags)


def _read(path: str) -> xr.Dataset:
    import xarray as xr

    try:
        return xr.load_dataset(path, engine="netcdf4", decode_timedelta=True)
    except (OSError, ValueError) as error:
        raise InputError("no tags in NetCDF, or they cannot be read", where=path,
                         remedy="Give the tags.nc that an earlier correction wrote") from error  # fmt: skip


def _write(
    folder: Path, found: Inversion, tags: xr.Dataset, document: dict[str, Any], *, synthetic: bool
) -> list[str]:
    """Write the report, the table of factors, the tags and the figures."""
    from foundation.store import write_text_atomically
    from sources.inversion.factor_table import write_factors
    from sources.inversion.figures import draw_factors, draw_kernel

    names = ["inversion.json", "factors.csv", "factors.png", "averaging_kernel.png", "tags.nc"]
    try:
        write_text_atomically(folder / names[0], json.dumps(document, ensure_ascii=False, indent=1))
        write_factors(found, folder / names[1])
        draw_factors(found, folder / names[2], synthetic=synthetic)
        draw_kernel(found, folder / names[3], synthetic=synthetic)
        beside = folder / f".{names[4]}"
        tags.to_netcdf(beside, engine="netcdf4")
        beside.replace(folder / names[4])
    except OSError as error:
        raise ConfigurationError(
            f"cannot write: {error.strerror or error}",
            where=f"--out {folder}",
            remedy="Choose another folder",
        ) from error
    return [str(folder / name) for name in names]


def _print(document: dict[str, Any]) -> None:
    print_line("来源 source · 系数 factor · 90%区间 interval · 方差减少 variance removed")
    for row in document["factors"]:
        mark = "" if row["seen"] else "  看不到 not seen"
        print_line(
            f"{row['chinese']} {row['english']}: {row['factor']:.2f} ({row['low']:.2f}–{row['high']:.2f}) "
            f"{max(100 * row['variance_removed'], 0.0):.0f} %{mark}"
        )
    print_line(
        f"信号自由度 degrees of freedom {document['degrees_of_freedom']:.1f} · "
        f"卡方 chi-square {document['chi_square_per_value']:.2f} · 离群 outliers {document['outliers']}"
    )
    for note in document["notes"]:
        print_line(f"注意 note {note['chinese']} {note['english']}")
    for file in document.get("files", ()):
        print_line(f"写入 written {file}")
