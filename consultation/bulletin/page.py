"""Composing the page from the products of a run folder."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from consultation.bulletin.checks import checks_of, number, scores_of
from consultation.bulletin.dust import dust_section
from consultation.bulletin.figures import charts, forecast_map
from consultation.bulletin.looks import looks
from consultation.bulletin.map_facts import map_facts
from consultation.bulletin.notes import shortcomings
from consultation.bulletin.proposals import with_warnings
from consultation.bulletin.settings import BulletinConfig, bulletin_config
from consultation.bulletin.tables import days_of, groups_of, place_names
from consultation.bulletin.transport import transport_section
from consultation.products import BULLETIN_FILE, is_synthetic
from consultation.run_folder import RunFolder, read_run
from consultation.warnings.document import WarningsDocument
from consultation.warnings.wording import chinese_hour, english_hour, shown_share
from foundation.provenance import EMERGENCY, Degradation
from foundation.store import write_text_atomically
from foundation.times import instant_of_iso, shown

_LAST = ("transport", "dust", "verification", "inputs", "signatures")
"""Sections after the fifth, in order."""


def write_bulletin(folder: str | Path) -> Path:
    """Write `bulletin.html` of a run folder: one file that needs nothing else.

    Warnings are taken from `warnings.json`, or proposed anew where the folder has none that can be used; the
    page says so.

    Args:
        folder: the run folder; it must hold `forecast.nc`.

    Returns:
        Path of the page.

    Raises:
        InputError: when the forecast cannot be read.
        ContractError: when the forecast does not keep its contract.
    """
    home = Path(folder)
    run, warnings = with_warnings(read_run(home), home)
    target = home / BULLETIN_FILE
    write_text_atomically(target, compose(run, warnings))
    return target


def compose(run: RunFolder, warnings: WarningsDocument) -> str:
    """The page as HTML text; the same products give the same text."""
    config = bulletin_config()
    forecast = run.forecast.day
    groups = groups_of(forecast, config, run.changes)
    transport, dust = transport_section(run, config), dust_section(run)
    context: dict[str, Any] = {
        "config": config,
        "numbers": _numbers({"transport": transport, "dust": dust}),
        "fonts": font_list(config),
        "reference_time": shown(forecast["reference_time"].values[0]),
        "synthetic": is_synthetic(forecast),
        "emergency": _emergency(run),
        "model": str(forecast.attrs["model"]),
        "rules": str(forecast.attrs["rules"]),
        "warnings": warnings,
        "shortcomings": shortcomings(run, groups),
        "changes": run.changes,
        "signed": run.signed,
        "days": days_of(forecast),
        "groups": groups,
        "looks": looks(),
        "map": forecast_map(run),
        "map_facts": map_facts(),
        "charts": charts(run, groups, config),
        "transport": transport,
        "dust": dust,
        "hourly": run.forecast.hour is not None,
        "checks": checks_of(run.verification) if run.verification else (),
        "scores": scores_of(run.verification, config) if run.verification else None,
        "manifest": run.manifest,
        "observed": run.observations is not None,
    }
    return _environment().get_template("bulletin.html.j2").render(context)


def _emergency(run: RunFolder) -> Degradation | None:
    """What is told of a forecast that was made on the lowest rung of the ladder; None of any other."""
    notes = () if run.manifest is None else run.manifest.degradations
    return next((note for note in notes if note.code == EMERGENCY), None)


def _numbers(optional: dict[str, object]) -> dict[str, str]:
    """Chinese numbers of the sections after the fifth, of which some may be absent."""
    held = [name for name in _LAST if name not in optional or optional[name]]
    return dict(zip(held, "六七八九十", strict=False))


def font_list(config: BulletinConfig) -> Markup:
    """The reader's fonts as CSS; names that are no plain words are left out."""
    plain = [font for font in config.fonts if font.replace(" ", "").replace("-", "").isalnum()]
    return Markup(", ".join(f'"{font}"' for font in plain) + ", sans-serif")  # noqa: S704


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("consultation.bulletin"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        percent=_percent,
        share=shown_share,
        number=number,
        drawing=_drawing,
        place_chinese=lambda name: place_names(name).chinese,
        file_name=lambda path: PurePath(path.replace("\\", "/")).name,
        chinese_hour=lambda text: chinese_hour(instant_of_iso(text)),
        english_hour=lambda text: english_hour(instant_of_iso(text)),
        beijing=lambda text: shown(instant_of_iso(text)),
    )
    return environment


def _percent(share: float | None) -> str:
    """A probability; quantiles from 5 to 95 % cannot say more than that."""
    if share is None:
        return "—"
    if not 0.05 <= share <= 0.95:
        return "<5%" if share < 0.5 else ">95%"
    return f"{100 * share:.0f}%"


def _drawing(svg: str) -> Markup:
    """A drawing of this program as it is: its words were escaped when they were drawn."""
    return Markup(svg)  # noqa: S704
