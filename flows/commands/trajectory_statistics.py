"""`bogda sources pscf` and `cwt`, and how fast they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from flows.backward_air import Air, one_of, sample_of, trajectories_of
from flows.figure_request import refuse_figure
from flows.output import print_json, print_line, progress_bar
from foundation.errors import ConfigurationError

if TYPE_CHECKING:
    from foundation.grids import Grid
    from sources.trajectory_statistics.arrivals import BackwardTrajectories
    from sources.trajectory_statistics.requests import MapRequest, SourceMap

_LISTED = 20


@dataclass(frozen=True)
class Statistic:
    """What is asked about it, as named on the command line."""

    kind: Literal["pscf", "cwt"]
    threshold: float | None
    percentile: float | None
    mean: str
    weighting: str | None
    bootstraps: int | None
    block_days: int | None
    clusters: int | None
    frequency: bool
    levelled: bool
    box: str | None
    step_deg: float
    top_m: float

    def request(self) -> MapRequest:
        """The same as the statistics take it.

        Raises:
            ConfigurationError: for an unknown mean.
        """
        from sources.trajectory_statistics.maps import Mean
        from sources.trajectory_statistics.requests import MapRequest

        mean: Any = one_of(self.mean, get_args(Mean), "--mean")
        return MapRequest(
            self.kind, self.threshold, self.percentile, self.weighting, mean, self.bootstraps,
            self.block_days, self.levelled, self.clusters,
        )  # fmt: skip

    def grid(self, trajectories: BackwardTrajectories) -> Grid:
        """The cells: as named, or around all points.

        Raises:
            ConfigurationError: when the sides cannot be read.
        """
        from foundation.configuration import validate
        from foundation.grids import GridConfig
        from sources.trajectory_statistics.surroundings import grid_around

        if self.box is None:
            return grid_around(trajectories, self.step_deg, self.top_m)
        sides = self.box.split(",")
        if len(sides) != 4:
            raise ConfigurationError(f"--grid {self.box!r}", remedy="Give west,east,south,north")
        names = ("west", "east", "south", "north")
        settings = dict(zip(names, sides, strict=True)) | {
            "name": "asked", "step_deg": self.step_deg, "layer_tops_m": [self.top_m]
        }  # fmt: skip
        return validate(GridConfig, settings, "--grid").grid()


def run(air: Air, asked: Statistic, figure: str | None, out: str | None, *, as_json: bool) -> None:
    """Make a map, print its highest cells, and write it where asked.

    Raises:
        BogdaError: when files cannot be used, or nothing fits together.
    """
    from sources.trajectory_statistics.requests import source_map

    if figure is not None:
        refuse_figure(Path(figure))
    request = asked.request()
    with progress_bar(f"sources {asked.kind}", 4) as advance:
        advance("trajectories")
        trajectories, read = trajectories_of(air, advance)
        advance("measurements")
        sample, problems = sample_of(air, trajectories)
        advance("map")
        made = source_map(sample, asked.grid(sample.trajectories), request)
        advance("files")
        _write(made, figure, out)
    document = _document(made, asked.frequency) | {"read": read, "problems": problems[:_LISTED]}
    document["problems_number"] = len(problems)
    if as_json:
        print_json(document)
    else:
        _print(document)


def run_benchmark(*, as_json: bool) -> None:
    """Measure binning, maps, tests and clusters."""
    from sources.trajectory_statistics.benchmark import trajectory_statistics_benchmark

    with progress_bar("benchmark trajectory-statistics", 1) as advance:
        advance("10,000 trajectories")
        document = trajectory_statistics_benchmark()
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        print_line(f"{name}: {value:,.4g}" if isinstance(value, float) else f"{name}: {value}")


def _write(made: SourceMap, figure: str | None, out: str | None) -> None:
    if out is not None:
        made.write(out)
    if figure is not None:
        from sources.trajectory_statistics.figures import draw_map

        draw_map(made.result, figure)


def _document(made: SourceMap, frequency: bool) -> dict[str, Any]:
    """Plain data in which long lists are cut short, their numbers beside them."""
    document = made.document()
    report = dict(document["report"])
    for name in ("truncated", "unmeasured"):
        report[f"{name}_number"] = len(report[name])
        report[name] = report[name][:_LISTED]
    document["report"] = report
    for one in document.get("clusters", {}).values():
        one["left_out_number"] = len(one["left_out"])
        one["left_out"] = one["left_out"][:_LISTED]
    if frequency:
        document["frequency"] = made.passed_most(_LISTED)
    return document


def _print(document: dict[str, Any]) -> None:
    report, found = document["report"], document["significance"]
    print_line(
        f"{document['statistic'].upper()} {document['name']} · 轨迹 trajectories {report['used']}"
        f"/{report['trajectories']} · 中止 truncated"
        f" {report['truncated_number']} ({report['truncated_were']}) · 无监测 unmeasured"
        f" {report['unmeasured_number']}"
    )
    for name, value in document["thresholds"].items():
        print_line(f"阈值 threshold {name}: {value:.1f}")
    if found is not None:
        print_line(
            f"全场显著性 whole map p = {found['field_p_value']:.3f} · 显著网格 significant cells"
            f" {found['cells_significant']}/{found['cells_judged']}"
        )
        if not found["cells_significant"]:
            print_line(
                "没有显著的网格：下列数值不能解释为源区。 No cell is significant: name no source areas."
            )
    print_line("经度 lon  纬度 lat  加权值 weighted  端点 endpoints")
    for cell in document["cells"]:
        value = cell[f"weighted_{document['statistic']}"]
        print_line(f"{cell['lon']:8.2f} {cell['lat']:8.2f} {value:15.3f} {cell['endpoints']:14d}")
    for name, one in document.get("clusters", {}).items():
        for number, part in enumerate(one["clusters"], start=1):
            print_line(
                f"{name} 类 cluster {number}: {100 * part['share']:.0f} %, 平均 mean"
                f" {part['mean_concentration']:.1f}, 起点 from"
                f" {part['lon'][-1]:.1f} E {part['lat'][-1]:.1f} N"
            )
