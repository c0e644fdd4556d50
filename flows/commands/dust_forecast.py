"""`bogda dust forecast`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.output import print_json, print_line, progress_bar
from foundation.times import instant_of_iso, shown

if TYPE_CHECKING:
    from consultation.dust_page.document import Passage
    from forecast.dust.configuration import DustForecastConfig
    from forecast.dust.corrected import CorrectedDust


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    weather: tuple[str, ...]
    reference_time: str
    observations: str | None = None
    provider: str | None = None
    domain: str = "dust"
    hours: int | None = None
    out: str | None = None


def run(request: Request, *, as_json: bool) -> None:
    """Forecast dust from an issue, corrected by measurements where they are given; print and write it.

    Raises:
        BogdaError: when weather, measurements or a name are not as expected.
    """
    import pyproj  # noqa: F401 - before any reader loads ecCodes, which brings another PROJ

    from flows.dust_passages import passages
    from flows.dust_run import dust_measured, dust_weather, write_dust
    from forecast.dust.corrected import corrected_dust_forecast
    from forecast.dust.outlook import wide_outlook
    from foundation.times import parse_reference_time

    config = _config(request)
    issue, grid = parse_reference_time(request.reference_time), config.model.grid()
    with progress_bar("dust forecast", 3) as advance:
        advance("weather")
        weather = dust_weather(request.weather, grid, issue, config)
        advance("measurements")
        measured = None
        if request.observations is not None:
            measured = dust_measured(request.observations, request.provider)
        advance("transport")
        made = corrected_dust_forecast(weather, grid, issue, measured, config)
    outlook = wide_outlook(made)
    document = {
        **_document(request, made), "places": [_told(one) for one in passages(outlook)],
        "written": write_dust(made, outlook, request.out) if request.out else [],
    }  # fmt: skip
    if as_json:
        print_json(document)
    else:
        _print(document)


def _config(request: Request) -> DustForecastConfig:
    from flows.dust_run import checked_domain
    from forecast.dust.configuration import dust_forecast_config

    config = dust_forecast_config()
    update: dict[str, Any] = {"domain": checked_domain(request.domain)}
    if request.hours is not None:
        update["lead_hours"] = request.hours
    return config.model_copy(update={"model": config.model.model_copy(update=update)})


def _document(request: Request, made: CorrectedDust) -> dict[str, Any]:
    factors = None
    if made.factors is not None:
        spread = made.factors.deviation()
        factors = {
            "late_h": round(made.factors.late_h, 2), "late_h_deviation": round(spread["late_h"], 2),
            "values": made.factors.values,
            "thresholds": {
                name: {"factor": round(one, 3), "relative_deviation": round(spread[name], 3)}
                for name, one in made.factors.named().items()
            },
        }  # fmt: skip
    fields = made.forecast.fields
    return {
        "reference_time": shown(made.forecast.start.time), "domain": request.domain,
        "hours": fields.sizes["lead_time"], "synthetic": bool(fields.attrs.get("synthetic", 0)),
        "correction": factors,
        "highest_pm10_ug_m3": round(float(fields["concentration"].sel(species="pm10").max()) * 1e9, 1),
        "highest_optical_depth": round(float(fields["dust_optical_depth"].max()), 3),
        "notes": [note.model_dump() for note in made.notes],
    }  # fmt: skip


def _told(passage: Passage) -> dict[str, Any]:
    """A passage with its times as Beijing's."""
    facts = passage.model_dump(exclude={"advice"})
    for name in ("arrival", "peak_time", "end"):
        facts[name] = None if facts[name] is None else shown(instant_of_iso(facts[name]))
    return facts


def _print(document: dict[str, Any]) -> None:
    if document["synthetic"]:
        print_line("合成数据，非实测 SYNTHETIC, not measured")
    for one in document["places"]:
        print_line(
            f"{one['chinese']:8} 到达 {one['arrival']}  峰值 {one['peak_time']} {one['peak_ug_m3']:g} µg/m³  "
            f"结束 {one['end'] or '仍在持续 goes on'}  能见度 {one['lowest_visibility_m']:g} m  "
            f"{one['grade']['chinese']}  预警信号 {one['signal']['chinese']}"
        )
    if not document["places"]:
        print_line("各地沙尘PM10均不超过150 µg/m³ · PM10 of dust stays below 150 µg/m³ at every place")
    for note in document["notes"]:
        print_line(f"! {note['chinese']} {note['english']}")
