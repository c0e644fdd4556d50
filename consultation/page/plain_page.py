"""A plain page in Chinese for where the front end has not been built: the days of the latest good run."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from consultation.page.faults import PageError
from consultation.page.library import Library
from consultation.page.shapes.today import Today
from consultation.page.views.runs import status
from consultation.page.views.today import today
from foundation.errors import BogdaError
from foundation.pollutants import POLLUTANTS
from standards.levels import levels

__all__ = ["plain_page"]


@lru_cache(maxsize=1)
def _template() -> Template:
    loader = PackageLoader("consultation.page", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template(
        "plain.html.j2"
    )


def plain_page(library: Library) -> str:
    """The page: regions and places by day, proposed warnings, what is degraded."""
    shown, told = None, status(library)
    if told.latest is not None:
        try:
            shown = today(library, library.shelf.run(told.latest.id))
        except (PageError, BogdaError) as error:
            told = told.model_copy(
                update={"message": told.message.model_copy(update={"chinese": str(error)})}
            )
    return _template().render(
        status=told, today=shown, days=_days(shown), levels={one.number: one for one in levels()},
        labels={name: one.label for name, one in POLLUTANTS.items()},
    )  # fmt: skip


def _days(shown: Today | None) -> list[str]:
    return [cell.day for cell in shown.areas[0].days] if shown is not None and shown.areas else []
