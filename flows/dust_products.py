"""What dust leaves in the folder of a run: `dust.json`, and the fields where the dust model was run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from consultation.bilingual import Bilingual
from consultation.dust_page.document import DUST_FILE, DustDocument
from flows.dust_days import dust_days
from flows.dust_passages import above, observed_events, passages, thresholds
from flows.dust_run import write_dust
from flows.measurements import Measurements
from flows.plan import DayPlan
from flows.transport import Physical
from foundation.store import write_text_atomically
from foundation.times import iso_utc

if TYPE_CHECKING:
    from forecast.dust.nested import NestedDust

__all__ = ["write_dust_products"]


def write_dust_products(
    folder: Path, plan: DayPlan, measured: Measurements, physical: Physical
) -> dict[str, str]:
    """Write what is known of dust: from the model where it was run, from measurements as far as they tell.

    Args:
        folder: of the run, being written.
        plan: the run.
        measured: what was measured by the time of issue.
        physical: with what the dust model gave, if it was run.

    Returns:
        What the manifest says of it.
    """
    products = {"dust": DUST_FILE}
    facts: dict[str, object] = {"state": "absent", "hours": 0, "synthetic": plan.case.synthetic}
    if physical.dust is not None:
        facts = facts | {"state": "calm", "hours": physical.dust.hours, "synthetic": physical.synthetic}
        made = physical.dust.forecast
        if made is not None:
            from forecast.dust.outlook import nested_outlook

            outlook = nested_outlook(made)
            files = [*write_dust(made.wide, outlook, folder), *_draw(made, folder)]
            products |= {Path(name).stem.replace("-", "_"): name for name in files}
            facts |= {
                "state": "forecast", "passages": passages(outlook),
                "thresholds": thresholds(made.wide.factors),
            }  # fmt: skip
    document = DustDocument.model_validate(
        {"reference_time": iso_utc(plan.reference_time), "above_ug_m3": above()}
        | facts | _seen(plan, measured) | {"days": dust_days(measured, plan.reference_time)}
    )  # fmt: skip
    write_text_atomically(folder / DUST_FILE, document.model_dump_json(indent=1))
    return products


def _draw(made: NestedDust, folder: Path) -> list[str]:
    """Maps, their loop and the course along the basins; names of the files."""
    from consultation.bulletin.dust import FIGURES, LOOP_FILE
    from consultation.dust_page.hovmoeller import draw_hovmoeller
    from consultation.dust_page.maps import draw_loop, draw_maps, dust_pm10

    fields = made.wide.forecast.fields
    pm10, synthetic = dust_pm10(fields), bool(int(fields.attrs.get("synthetic", 0)))
    maps, course = FIGURES
    draw_maps(pm10, folder / maps, synthetic=synthetic)
    draw_hovmoeller(pm10, folder / course, synthetic=synthetic)
    draw_loop(pm10, folder / LOOP_FILE, synthetic=synthetic)
    return [maps, course, LOOP_FILE]


def _seen(plan: DayPlan, measured: Measurements) -> dict[str, object]:
    """Events in the hourly measurements of places, by the detector; nothing where hours are not measured."""
    if measured.hourly is None:
        return {}
    from observations.dust.detection import detect

    found = detect(measured.hourly).events
    return {
        "observed": observed_events(found, plan.reference_time),
        "rule": Bilingual(
            chinese="统计识别（PM10与细粒比）", english="statistical detector (PM10 and fine share)"
        ),
    }
