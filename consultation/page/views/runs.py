"""Runs, the state of the service, and the vocabulary."""

from __future__ import annotations

from functools import lru_cache
from importlib import metadata

import numpy as np

from consultation.page.library import Library
from consultation.page.reading.inspection import Run, Skipped
from consultation.page.shapes import runs as shapes
from consultation.page.shapes.words import Names
from consultation.page.views.writing import utc
from consultation.products import FORECAST_FILE
from foundation.configuration import parse_yaml, shipped_text
from foundation.places import gazetteer
from foundation.pollutants import POLLUTANTS
from foundation.times import now, shown
from standards.levels import levels
from standards.warning_tables import warning_book

__all__ = ["detail", "listed", "reference", "skipped_shape", "status", "vocabulary"]


def reference(run: Run) -> shapes.RunReference:
    """A run, as lists name it."""
    case = run.manifest.configuration.get("case", {})
    case = case if isinstance(case, dict) else {}
    return shapes.RunReference(
        id=run.id,
        domain=run.domain,
        reference_time=utc(run.reference_time),
        reference_shown=shown(run.reference_time),
        created=run.manifest.created,
        revision=run.revision,
        synthetic=run.manifest.synthetic,
        groups=list(run.groups),
        title=Names(
            chinese=str(case.get("chinese", run.domain)), english=str(case.get("english", run.domain))
        ),
    )


def skipped_shape(one: Skipped) -> shapes.SkippedRun:
    """A run that is not shown."""
    return shapes.SkippedRun(id=one.id, chinese=one.chinese, english=one.english)


def status(library: Library) -> shapes.Status:
    """Whether the page stands on a fresh good run."""
    latest, skipped = library.shelf.latest()
    age = None if latest is None else float((now() - latest.reference_time) / np.timedelta64(1, "h"))
    late = age is not None and age > library.config.late_after_hours
    return shapes.Status(
        version=metadata.version("bogda"),
        now=utc(now()),
        latest=None if latest is None else reference(latest),
        age_hours=None if age is None else round(age, 1),
        late=late,
        newer_broken=[skipped_shape(one) for one in skipped],
        message=_message(latest, skipped, age if late else None),
    )


def _message(latest: Run | None, skipped: list[Skipped], age: float | None) -> Names:
    if latest is None:
        return Names(
            chinese="产品库中没有可用的运行。请先运行 bogda daily。",
            english="The store holds no good run yet. Run bogda daily first.",
        )
    issued = shown(latest.reference_time)
    chinese, english = [], []
    if skipped:
        chinese.append(f"有{len(skipped)}次更新的运行不可用，现显示 {issued} 起报的运行")
        english.append(f"{len(skipped)} newer runs are not good; shown is that of {issued}")
    if age is not None:
        told = shown_age(age)
        chinese.append(f"最近一次可用运行的起报时间距今{told.chinese}，请检查每日运行")
        english.append(f"the last good run was issued {told.english} ago: see to the daily run")
    return Names(chinese="；".join(chinese), english="; ".join(english))


def shown_age(hours: float) -> Names:
    """The age of a run as the line under the header has it: hours up to two days, then days."""
    days = round(hours / 24)
    if hours < 48:
        return Names(chinese=f"{hours:.0f}小时", english=f"{hours:.0f} hours")
    return Names(chinese=f"{days}天", english=f"{days} days")


def listed(library: Library, domain: str | None, first: int, count: int) -> shapes.RunList:
    """Runs of the store, newest first; only those of the page asked for are looked at."""
    names = [name for name in library.shelf.entries() if domain in (None, name.rsplit(".", 1)[0])]
    looked = [library.shelf.look(name) for name in names[first : first + count]]
    return shapes.RunList(
        runs=[reference(one) for one in looked if isinstance(one, Run)],
        skipped=[skipped_shape(one) for one in looked if isinstance(one, Skipped)],
        total=len(names),
    )


def detail(library: Library, run: Run) -> shapes.RunDetail:
    """A run: what it holds, what it had to do without, what it was made with."""
    manifest = run.manifest
    rules = library.read(run, FORECAST_FILE, None, ("level",)).attrs.get("rules", "")
    return shapes.RunDetail(
        **reference(run).model_dump(),
        degradations=[shapes.DegradationShape(**one.model_dump()) for one in manifest.degradations],
        problems=list(manifest.problems),
        lacking=list(run.lacking),
        products=manifest.products,
        models=manifest.models,
        versions=manifest.versions,
        inputs=[
            {
                "file": one.path.rsplit("/", 1)[-1],
                "role": one.role,
                "sha256": one.sha256,
                "bytes": one.size_bytes,
            }
            for one in manifest.inputs
        ],
        rules=str(rules),
    )


@lru_cache(maxsize=4)
def vocabulary(first_regions: tuple[str, ...]) -> shapes.Vocabulary:
    """What names mean."""
    known = gazetteer()
    return shapes.Vocabulary(
        places=[
            shapes.PlaceShape(
                **one.model_dump(include={"id", "chinese", "english", "prefecture", "adcode", "lon", "lat"})
            )
            for one in known.places
        ],
        regions=[
            shapes.RegionShape(id=one.id, chinese=one.chinese, english=one.english, places=list(one.places))
            for one in known.regions
        ],
        first_regions=list(first_regions),
        pollutants=[
            shapes.PollutantShape(
                id=name, chinese=one.chinese, label=one.label, unit=one.shown_unit, decimals=one.decimals
            )
            for name, one in POLLUTANTS.items()
        ],
        levels=[
            shapes.LevelShape(
                number=one.number,
                chinese=one.chinese,
                category=one.category,
                english=one.english,
                colour=one.hexadecimal,
                lowest=one.lowest,
                highest=one.highest,
            )
            for one in levels()
        ],
        warning_levels=[
            shapes.WarningLevelShape(
                number=one.number,
                chinese=one.chinese,
                english=one.english,
                colour="#{:02x}{:02x}{:02x}".format(*one.rgb),
            )
            for one in warning_book().levels
        ],
        dispersion_grades=[
            shapes.GradeShape(**grade)
            for grade in parse_yaml(shipped_text("dispersion.yaml"), "dispersion.yaml")["grades"]
        ],
    )
