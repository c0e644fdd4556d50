"""What a refused or impossible request is answered: one line in both languages, never what was sent."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from consultation.record.refusals import Refusal
from foundation.errors import BogdaError

_UNAVAILABLE = 503
_LOG = logging.getLogger(__name__)


class Refused(BaseModel):
    """Why a request was refused; `code` is for programs."""

    code: str
    chinese: str
    english: str


class RefusedAnswer(BaseModel):
    """What every refused request is answered."""

    error: Refused


_TOLD = {
    401: "请先登录",
    403: "无权或来源不符",
    404: "没有",
    409: "状态不符",
    413: "过长",
    422: "内容无效",
    429: "过于频繁",
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": RefusedAnswer, "description": words} for status, words in _TOLD.items()
}
"""For the description of routes that act."""


def add_answers(app: FastAPI) -> None:
    """Answer refusals with their status; other errors and wrong input too, unless the application does."""
    app.add_exception_handler(Refusal, _refused)
    for kind, handler in ((BogdaError, _impossible), (RequestValidationError, _wrong)):
        if app.exception_handlers.get(kind) in (None, request_validation_exception_handler):
            app.add_exception_handler(kind, handler)


def answer(
    status: int, code: str, chinese: str, english: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    """The answer to a refused request."""
    told = RefusedAnswer(error=Refused(code=code, chinese=chinese, english=english))
    return JSONResponse(told.model_dump(), status, {"cache-control": "no-store", **(headers or {})})


def _refused(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, Refusal):
        raise error
    return answer(error.status, error.code, error.chinese, str(error))


def _impossible(_: Request, error: Exception) -> JSONResponse:
    """Paths on the machine are nobody's business: the log has the whole line."""
    _LOG.error("%s", error)
    return answer(
        _UNAVAILABLE, "unavailable", "产品或数据库暂时无法读取，请查看服务日志",
        "a product or the data base cannot be read now; the server's log says which",
    )  # fmt: skip


def _wrong(_: Request, error: Exception) -> JSONResponse:
    """The first fault; what was sent, a password perhaps, is not repeated."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    if own := first.get("ctx", {}).get("chinese"):
        return answer(422, "invalid", str(own), str(first["msg"]))
    where = ".".join(str(part) for part in first["loc"][1:]) or "body"
    return answer(422, "invalid", f"“{where}”不符合要求：{first['msg']}", f"{where}: {first['msg']}")
