"""`bogda benchmark forecast` and `bogda benchmark inference`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.output import print_json, print_line, progress_bar
from foundation.errors import ConfigurationError

if TYPE_CHECKING:
    from training.benchmark.table import Wanted

DATASETS = ("uci-beijing",)
_SCORES = (
    ("mae", "平均绝对误差 · MAE, µg/m³", ".2f"), ("rmse", "均方根误差 · RMSE, µg/m³", ".2f"),
    ("r2", "R²", ".4f"), ("crps", "CRPS, µg/m³", ".2f"), ("coverage80", "80 %区间覆盖率 · coverage", ".3f"),
)  # fmt: skip


@dataclass(frozen=True)
class ForecastRequest:
    """What is asked for on the command line, as it was written."""

    dataset: str
    data: str
    releases: tuple[str, ...] = ()
    models: str | None = None
    kept: str | None = None
    device: str = "cpu"
    perfect_weather: bool = True
    quick: bool = False


def run_forecast(request: ForecastRequest, *, as_json: bool) -> None:
    """Run a benchmark of forecasts and print its table.

    Raises:
        ConfigurationError: for an unknown data set, model or device.
        BogdaError: when the data or a release cannot be used.
    """
    from training.benchmark.configuration import benchmark_config
    from training.benchmark.table import MODELS, Wanted, benchmark

    if request.dataset not in DATASETS:
        raise ConfigurationError(
            f"unknown data set {request.dataset!r}", remedy=f"Known: {', '.join(DATASETS)}"
        )
    named = tuple(part.strip() for part in (request.models or "").split(",") if part.strip())
    wanted = Wanted(
        request.data, named or MODELS, request.releases, perfect_weather=request.perfect_weather,
        quick=request.quick, kept=request.kept, device=request.device,
    )  # fmt: skip
    with progress_bar("benchmark forecast", _steps(wanted)) as progress:
        document = benchmark(wanted, benchmark_config(), progress)
    if as_json:
        print_json(document)
        return
    for line in table_lines(document):
        print_line(line)


def _steps(wanted: Wanted) -> int:
    """How many steps the progress bar will hear of: files, models, networks, scores."""
    from training.benchmark.rivals import BASELINES, BOOSTING, RIDGE

    weathers = 1 + wanted.perfect_weather
    regressions = (RIDGE in wanted.models) + 2 * (BOOSTING in wanted.models)
    baselines = sum(name in BASELINES for name in wanted.models)
    networks = len(wanted.releases) or (0 if wanted.quick else 2 * weathers)
    return 2 + baselines + regressions * weathers + networks


def table_lines(document: dict[str, Any]) -> list[str]:
    """The scores by model and lead, the differences from the boosting, and the bounds."""
    leads = document["protocol"]["leads"]
    heading = f"{'':44}" + "".join(f"{lead:>9} h" for lead in leads)
    lines = ["快速运行，仅供查看流程 · A quick run, no judgement"] if document["quick"] else []
    names = list(dict.fromkeys(map(_named, document["scores"])))
    cells = {(_named(record), record["lead_hours"]): record for record in document["scores"]}
    for score, title, form in _SCORES:
        lines += ["", title, heading]
        for name in names:
            values = [cells[name, lead][score] for lead in leads]
            if any(value is not None for value in values):
                lines.append(f"{name:44}" + "".join(f"{_shown(value, form):>11}" for value in values))
    return [*lines, "", *_difference_lines(document), "", *_bound_lines(document)]


def _difference_lines(document: dict[str, Any]) -> list[str]:
    heading = "与对照之差（95 %区间，周块自助法） · Difference, 95 % interval, weekly blocks"
    return [
        heading,
        *(
            f"{_named(record):44} - {record['rival']:34} {record['lead_hours']:>3} h  "
            f"MAE {record['difference']:+.2f} [{record['low']:+.2f}, {record['high']:+.2f}]"
            for record in document["differences"]
            if record["score"] == "mae" and record["difference"] is not None
        ),
    ]


def _bound_lines(document: dict[str, Any]) -> list[str]:
    lines = ["指标 · Bounds"]
    words = {True: "达到 met", False: "未达到 not met", None: "未评 not judged"}
    for bound in document["bounds"]:
        limits = [f"<= {bound['at_most']:g}"] if bound["at_most"] is not None else []
        limits += [f">= {bound['at_least']:g}"] if bound["at_least"] is not None else []
        weather = " (perfect weather)" if bound["perfect_weather"] else ""
        lines.append(
            f"{bound['lead']:>3} h {bound['score']:>10}{weather} {' and '.join(limits)}: "
            f"{_shown(bound['value'], '.4g')} {words[bound['met']]}"
        )
    return lines


def _named(record: dict[str, Any]) -> str:
    return f"{record['model']}, perfect weather" if record["perfect_weather"] else str(record["model"])


def _shown(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def run_inference(device: str, *, as_json: bool) -> None:
    """Measure how fast a network of the benchmark's shape forecasts 100 stations for a week.

    Raises:
        ConfigurationError: for a device that is not there.
    """
    from training.benchmark.inference import measure

    with progress_bar("benchmark inference", 2) as progress:
        document = measure(device, progress)
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        print_line(f"{name}: {value:,.4g}" if isinstance(value, float) else f"{name}: {value}")
