"""What the page says when it cannot answer: one clear line, in Chinese and in English, never a crash."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from consultation.page.shapes.words import Fault, FaultAnswer
from foundation.errors import BogdaError

__all__ = ["AbsentError", "PageError", "UnprocessableError", "install_faults"]


class PageError(Exception):
    """A request that cannot be answered.

    Args:
        status: of HTTP.
        code: stable short name, for programs.
        chinese: what a forecaster reads.
        english: the same in English.
    """

    def __init__(self, status: int, code: str, chinese: str, english: str) -> None:
        """Keep the parts."""
        self.status, self.code, self.chinese, self.english = status, code, chinese, english
        super().__init__(english)

    @property
    def fault(self) -> Fault:
        """The words, as they are sent."""
        return Fault(code=self.code, chinese=self.chinese, english=self.english)


class AbsentError(PageError):
    """Something that a run, or the store, does not hold."""

    def __init__(self, chinese: str, english: str, code: str = "absent") -> None:
        """Answer with 404."""
        super().__init__(404, code, chinese, english)


class UnprocessableError(PageError):
    """A value that cannot be used."""

    def __init__(self, chinese: str, english: str, code: str = "invalid") -> None:
        """Answer with 422."""
        super().__init__(422, code, chinese, english)


def of_bogda(error: BogdaError) -> AbsentError:
    """A product that cannot be read, without the folders of this machine."""
    return AbsentError(
        f"该产品无法读取：{error.what}", f"This product cannot be read: {error.what}", "unreadable"
    )


def install_faults(app: FastAPI) -> None:
    """Turn every error into a `FaultAnswer`."""
    app.add_exception_handler(PageError, _page_error)
    app.add_exception_handler(BogdaError, _bogda_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def _sent(status: int, fault: Fault, headers: Any = None) -> JSONResponse:
    told = {"Cache-Control": "no-store", **(headers or {})}
    return JSONResponse(FaultAnswer(error=fault).model_dump(), status, told)


def _page_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PageError)  # noqa: S101 - by registration
    return _sent(error.status, error.fault)


def _bogda_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BogdaError)  # noqa: S101 - by registration
    return _sent(404, of_bogda(error).fault)


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - by registration
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or "body"
    said, own = str(first["msg"]), first.get("ctx", {}).get("chinese")
    if own:
        return _sent(422, Fault(code="invalid", chinese=str(own), english=said))
    return _sent(422, Fault(code="invalid", chinese=f"参数 {where} 无效：{said}", english=f"{where}: {said}"))


_NOT_PARSED = 400
_WORDS = {
    404: ("not-found", "没有这个地址", "There is nothing at this address"),
    405: ("method", "此地址不接受这种请求", "This address does not take such a request"),
}


def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - by registration
    if error.status_code == _NOT_PARSED:
        return _sent(422, Fault(code="invalid", chinese="请求内容不是JSON", english="The body is not JSON"))
    code, chinese, english = _WORDS.get(
        error.status_code, ("refused", f"请求未被接受：{error.detail}", str(error.detail))
    )
    return _sent(error.status_code, Fault(code=code, chinese=chinese, english=english), error.headers)
