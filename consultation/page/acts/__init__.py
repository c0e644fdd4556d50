"""The routes by which people log in, change, note, agree, sign and warn."""

from __future__ import annotations

from fastapi import APIRouter

from consultation.page.acts import access, discussions, forecasts, outgoing, single_sign_on, warning_routes

__all__ = ["routers"]


def routers() -> list[APIRouter]:
    """All of them; the application must have been made safe by `consultation.page.security.secure`."""
    return [
        access.router, single_sign_on.router, forecasts.router, discussions.router, outgoing.router,
        warning_routes.router,
    ]  # fmt: skip
