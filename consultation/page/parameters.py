"""Parameters of an address: none that a route does not know, and the same answer however they are written."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from consultation.page.faults import UnprocessableError

__all__ = ["known_parameters", "meant"]


async def known_parameters(request: Request) -> None:
    """Refuse parameters that the route does not know, and those given twice."""
    known = _defaults(_of_route(request))
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        if name not in known:
            offered = ", ".join(sorted(known)) or "-"
            raise UnprocessableError(
                f"未知参数 {name[:40]!r}；可用：{offered}",
                f"unknown parameter {name[:40]!r}; known: {offered}",
            )
        if given.count(name) > 1:
            raise UnprocessableError(f"参数 {name!r} 重复", f"parameter {name!r} is given twice")


def meant(request: Request) -> list[tuple[str, str]]:
    """Parameters that differ from what holds without them, in order; `v` changes no answer."""
    usual = _defaults(_of_route(request)) | {"v": None}
    given = sorted(request.query_params.multi_items())
    return [(name, value) for name, value in given if name != "v" and value != str(usual.get(name))]


def _of_route(request: Request) -> Any:
    return getattr(request.scope.get("route"), "dependant", None)


def _defaults(dependant: Any) -> dict[str, Any]:
    """What holds for each parameter that is not given."""
    if dependant is None:
        return {}
    found = {str(field.alias): field.default for field in dependant.query_params}
    for inner in dependant.dependencies:
        found |= _defaults(inner)
    return found
