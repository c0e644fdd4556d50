"""What the routes share: bounded parameters, the run that is meant, and the way to its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request, Response
from pydantic import BaseModel

from consultation.page.answers import Answer, identity_of, json_answer, respond
from consultation.page.library import Library
from consultation.page.reading.inspection import Run
from consultation.page.shapes.words import FaultAnswer

__all__ = [
    "FAULTS",
    "Asked",
    "AskedOfRun",
    "Averaging",
    "Grouping",
    "PlaceName",
    "PollutantName",
    "Shared",
]

RUN_PATTERN = r"^(latest|[A-Za-z0-9_-]{1,64}\.[0-9]{8}T[0-9]{6}Z)$"
NAME_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,63}$"
_DAY_SECONDS = 86400

FAULTS: dict[int | str, dict[str, Any]] = {
    401: {"model": FaultAnswer, "description": "请先登录 · Where looking takes a login"},
    403: {"model": FaultAnswer, "description": "无权查看 · The role may not look"},
    404: {"model": FaultAnswer, "description": "没有 · Not there"},
    413: {"model": FaultAnswer, "description": "请求内容过大 · The body is too large"},
    422: {"model": FaultAnswer, "description": "参数无效 · A parameter that cannot be used"},
    429: {"model": FaultAnswer, "description": "过于频繁 · Too many requests"},
}

Averaging = Annotated[Literal["day", "hour"], Query(description="day 日均, hour 小时")]
PollutantName = Annotated[
    Literal["pm25", "pm10", "so2", "no2", "co", "o3", "o3_8h"], Query(description="污染物 · Pollutant")
]
Grouping = Annotated[
    Literal["sector", "region", "nearness", "source"],
    Query(description="来源合并方式 · How sources are added up"),
]
PlaceName = Annotated[str, Path(pattern=NAME_PATTERN, description="地点或区域 · Id of a place or region")]


@dataclass(frozen=True)
class Asked:
    """A request, and what all requests share."""

    request: Request
    library: Library

    def answer(self, key: str, build: Callable[[], BaseModel]) -> Response:
        """An answer of JSON that rests on no single run; it is named by what it rests on."""
        return self.kept(key, lambda: json_answer(build()))

    def kept(self, key: str, build: Callable[[], Answer]) -> Response:
        """An answer of any kind that rests on no single run, made once for what it rests on."""
        identity = identity_of(self.request, key, "", 0)
        return respond(self.request, identity, lambda: self.library.answers.get(identity.key, build))


async def _asked(request: Request) -> Asked:
    return Asked(request, request.app.state.library)


Shared = Annotated[Asked, Depends(_asked)]


@dataclass(frozen=True)
class _OfRun(Asked):
    """A request about a run."""

    run: Run

    def json(self, build: Callable[[], BaseModel], also: str = "") -> Response:
        """An answer of JSON, made once for the revision of the run."""
        return self.any(lambda: json_answer(build()), also)

    @staticmethod
    def marks(runs: Iterable[Run]) -> str:
        """Names and revisions of other runs that an answer rests on."""
        return ",".join(f"{one.id}-{one.revision}" for one in runs)

    def any(self, build: Callable[[], Answer], also: str = "") -> Response:
        """An answer of any kind, made once for the revision of the run."""
        keep = self.library.config.caches.keep_days * _DAY_SECONDS
        identity = identity_of(self.request, self.run.revision, self.run.id, keep, also)
        return respond(self.request, identity, lambda: self.library.answers.get(identity.key, build))


def _of_run(
    request: Request,
    run: Annotated[
        str,
        Path(
            pattern=RUN_PATTERN,
            description="运行，或 latest · A run, or latest",
            examples=["demo.20261120T080000Z"],
        ),
    ],
    v: Annotated[  # noqa: ARG001 - it makes the address lasting
        str | None,
        Query(
            pattern="^[0-9a-f]{12}$", description="运行的 revision：浏览器可长期缓存 · Lets browsers keep it"
        ),
    ] = None,
) -> _OfRun:
    library: Library = request.app.state.library
    return _OfRun(request, library, library.shelf.run(run))


AskedOfRun = Annotated[_OfRun, Depends(_of_run)]
