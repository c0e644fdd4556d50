"""Reports about the sources of a week or of an episode, as `bogda sources report --keep` left them."""

from __future__ import annotations

from consultation.page.answers import Answer
from consultation.page.library import Library
from consultation.page.shapes import reports as shapes
from consultation.page.shapes.words import Names, Unavailable
from consultation.page.views.kept import kept_json, kept_page
from consultation.source_reports.configuration import source_reports_config
from consultation.source_reports.shelf import FOLDER, kept_reports

__all__ = ["report", "report_page", "reports"]


def reports(library: Library, domain: str) -> shapes.ReportList:
    """Reports of a domain, the one that ends last first."""
    titles = source_reports_config().title
    found = [
        shapes.KeptReport(
            name=one.name, kind=one.kind, chinese=titles[one.kind].chinese, english=titles[one.kind].english,
            first=one.first, last=one.last,
        )
        for one in kept_reports(library.shelf.store, domain)
    ]  # fmt: skip
    return shapes.ReportList(domain=domain, reports=found, absent=None if found else _none(domain))


def _none(domain: str) -> Unavailable:
    command = f"bogda sources report --case {domain} --store … --kind episode --keep"
    return Unavailable(
        chinese=f"产品库中没有来源报告：每日运行不做，用 {command} 制作并存入",
        english=f"No report in the store; the daily run makes none: {command}",
    )


def report(library: Library, domain: str, name: str) -> Answer:
    """A report as it was written.

    Raises:
        AbsentError: when there is none of that name, or it is broken.
    """
    return kept_json(library, f"{FOLDER}/{domain}/{name}.json", _names(name))


def report_page(library: Library, domain: str, name: str) -> Answer:
    """A report as a page of its own.

    Raises:
        AbsentError: when there is none of that name.
    """
    return kept_page(library, f"{FOLDER}/{domain}/{name}.html", _names(name))


def _names(name: str) -> Names:
    return Names(chinese=f"来源报告 {name}", english=f"report {name}")
