"""The built front end, or a plain page where it has not been built."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from consultation.page.answers import SELF_CONTAINED
from consultation.page.plain_page import plain_page

__all__ = ["ASSETS", "add_front"]

ASSETS = Path(__file__).parent / "assets"
_INDEX = "index.html"
_LASTING = "private, max-age=31536000, immutable"
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/geo+json", ".geojson")


def add_front(app: FastAPI, folder: Path = ASSETS) -> None:
    """Serve the front end at `/`; files under `assets/` of it carry a hash in their name and last.

    Args:
        app: that has its API already.
        folder: where the build lies.
    """

    @app.get("/", include_in_schema=False)
    def index(request: Request) -> Response:
        if (folder / _INDEX).is_file():
            return FileResponse(folder / _INDEX, headers={"Cache-Control": "no-cache"})
        headers = {"Cache-Control": "no-cache", **SELF_CONTAINED}
        return HTMLResponse(plain_page(request.app.state.library), headers=headers)

    @app.get("/bulletin", include_in_schema=False)
    def bulletin() -> Response:
        return RedirectResponse("/api/runs/latest/bulletin")

    @app.get("/{path:path}", include_in_schema=False)
    def file(path: str) -> Response:
        found = _inside(folder, path)
        if found is None:
            from consultation.page.faults import AbsentError

            raise AbsentError("没有这个地址", "There is nothing at this address", "not-found")
        control = _LASTING if path.startswith("assets/") else "no-cache"
        return FileResponse(found, headers={"Cache-Control": control})


def _inside(folder: Path, path: str) -> Path | None:
    """A file of the build; None for anything outside of it."""
    if not folder.is_dir() or "\0" in path:
        return None
    try:
        target = (folder / path).resolve()
        return target if target.is_relative_to(folder.resolve()) and target.is_file() else None
    except OSError:
        return None
