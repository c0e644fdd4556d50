"""Every route that writes takes a session, the page's own request and the right; also one added tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from consultation.accounts.users import TERMINAL, NewUser, add_user
from consultation.page.application import create_app
from consultation.page.security.guards import acting, from_the_page
from consultation.record.configuration import ROLES, shipped
from consultation.record.desk import Desk
from tests.consultation.page_acts.browser import Browser
from tests.consultation.page_acts.conftest import PASSWORD
from tests.consultation.page_store import config_of
from tests.consultation.record.conftest import AREA, RUN

LOOKING = {"GET", "HEAD", "OPTIONS"}
COMPUTES_ONLY = "/api/runs/{run}/measures"
LOGIN = "/api/login"
ACT = {"warning": "none-such", "step": 1, "reason": "会商一致"}
DRAFT = {
    "level": 1, "onset": "2026-12-10T16:00:00Z", "end": "2026-12-12T16:00:00Z", "reason": "逆温增强",
    "text": {"chinese": "预计将出现重污染天气"},
}  # fmt: skip
ACTS: dict[str, tuple[str | None, dict[str, Any]]] = {
    "/api/logout": (None, {}),
    "/api/forecast/changes": ("change", {
        "run": RUN, "place": "urumqi", "day": "2026-12-11", "low": 160, "high": 210, "level": 5,
        "primary": ["pm25"], "reason": "逆温增强"}),
    "/api/forecast/withdrawals": (
        "change", {"run": RUN, "place": "urumqi", "day": "2026-12-11", "reason": "逆温减弱"}),
    "/api/discussion/notes": ("note", {"run": RUN, "text": "夜间逆温"}),
    "/api/discussion/agreements": (
        "agree_monitoring", {"run": RUN, "office": "monitoring", "digest": "0" * 64}),
    "/api/discussion/signatures": ("sign", {"run": RUN, "digest": "0" * 64}),
    "/api/warnings/propose": ("propose", {"run": RUN, "area": AREA}),
    "/api/warnings/edit": ("edit", {"warning": "none-such", "step": 1, "draft": DRAFT}),
    "/api/warnings/approve": ("approve", ACT),
    "/api/warnings/lift": ("lift", ACT),
    "/api/warnings/cancel": ("cancel", ACT),
    "/api/warnings/issue": ("issue", ACT),
    "/api/warnings/update": ("update", ACT),
    "/api/warnings/downgrade": ("downgrade", ACT),
}  # fmt: skip
"""Every act with the right that it takes and a body that can be read."""


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    for role in ROLES:
        add_user(desk, TERMINAL, NewUser(role, role, "", PASSWORD))
    return create_app(config_of(desk.store), desk)


@pytest.fixture
def browser(app: FastAPI) -> Iterator[Browser]:
    opened = Browser(app)
    yield opened
    opened.close()


def calls(dependant: Any) -> set[Any]:
    """Functions that a route rests on."""
    if dependant is None:
        return set()
    return {dependant.call}.union(*(calls(inner) for inner in dependant.dependencies))


def writing(app: FastAPI) -> dict[str, set[Any]]:
    """What routes rest on that take more than looking, by path; what hides its methods counts too."""
    found = {}
    for one in iter_route_contexts(app.routes):
        if one.methods is None or set(one.methods) - LOOKING:
            found[one.path or repr(one)] = calls(getattr(one, "dependant", None))
    return found


def unguarded(app: FastAPI) -> set[str]:
    return {path for path, rests_on in writing(app).items() if acting not in rests_on}


def test_every_writing_route_rests_on_the_guard(app: FastAPI) -> None:
    assert unguarded(app) == {LOGIN, COMPUTES_ONLY}
    assert from_the_page in writing(app)[LOGIN]

    @app.post("/api/added")
    def added() -> None:
        """A route that somebody forgot to guard."""

    assert unguarded(app) == {LOGIN, COMPUTES_ONLY, "/api/added"}


def test_no_act_is_missing_here(app: FastAPI) -> None:
    shown = {path.replace("/warnings/{how}", "/warnings/issue") for path in writing(app)}
    assert shown - {LOGIN, COMPUTES_ONLY} | {"/api/warnings/update", "/api/warnings/downgrade"} == set(ACTS)


@pytest.mark.parametrize("path", ACTS)
def test_no_act_is_done_for_a_stranger_or_another_site(desk: Desk, browser: Browser, path: str) -> None:
    body = ACTS[path][1]
    assert browser.post(path, body).status_code == 401
    browser.log_in("approver", PASSWORD)
    begun = desk.record.anchor()
    assert browser.post(path, body, origin="http://evil.example").status_code == 403
    assert browser.post(path, body, x_bogda_csrf="0" * 64).status_code == 403
    assert browser.post(path, body, x_bogda_csrf="").status_code == 403
    assert browser.post(path, body, sec_fetch_site="cross-site").status_code == 403
    assert browser.post(path, body, x_bogda_request="").status_code == 422
    assert browser.get(path).status_code in (404, 405, 422)
    assert desk.record.anchor() == begun
    assert browser.get("/api/me").json()["logged_in"] is True


@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_what_its_rights_say_and_nothing_else(browser: Browser, role: str) -> None:
    browser.log_in(role, PASSWORD)
    rights = set(shipped().rights[role])  # type: ignore[index]
    refused = {
        right: browser.post(path, body).status_code == 403
        for path, (right, body) in ACTS.items()
        if right is not None
    }
    assert refused == {right: right not in rights for right in refused}


def test_a_slider_writes_nothing(desk: Desk, browser: Browser) -> None:
    before = desk.record.anchor()
    cut = {"sector": "industry", "region": "urumqi", "share": 0.3}
    answer = browser.post(COMPUTES_ONLY.format(run="latest"), {"cuts": [cut]})
    assert answer.status_code in (200, 404)
    assert desk.record.anchor() == before


@pytest.mark.parametrize(
    "path",
    ["/../configs/consultation.yaml", "/%2e%2e/consultation.sqlite", "/assets/..%2f..%2fsettings.py", "/%00",
     "/api/runs/..%2f..%2fetc/today", "/api/runs/latest/places/..%2F..%2Fpasswd", "/assets/%5c..%5cx",
     "/api/assessments/..%2f..%2fmanifest", "/api/warnings/..%2f/cap", "//evil.example/%2f.."],
)  # fmt: skip
def test_no_path_leads_out_of_the_page(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code in (404, 422)
    assert "location" not in answer.headers
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.usefixtures("app")
def test_another_host_in_the_header_gains_nothing(desk: Desk) -> None:
    config = desk.config.model_copy(update={"public_address": "https://bogda.example"})
    behind = Browser(create_app(config_of(desk.store), Desk(config, desk.record, desk.store)))
    behind.client.headers["host"] = "evil.example"
    body = {"name": "approver", "password": PASSWORD}
    for origin in ("http://evil.example", "https://evil.example"):
        assert behind.post(LOGIN, body, origin=origin).status_code == 403
    assert "evil" not in behind.get("/bulletin").headers["location"]
    assert "evil" not in behind.get("/").text
    behind.close()
