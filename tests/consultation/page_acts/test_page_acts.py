"""Acts over the interface: who may, from where, how often; and what everything is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Response

from consultation.accounts.users import TERMINAL, NewUser, add_user, set_enabled
from consultation.page.acts import routers
from consultation.page.security import secure
from consultation.page.security.rate import Buckets
from consultation.record.desk import Desk
from consultation.record.verification import verify
from consultation.warnings import write_warnings
from tests.consultation.conftest import write_red_run
from tests.consultation.page_acts.browser import Browser
from tests.consultation.page_acts.conftest import PASSWORD
from tests.consultation.record.conftest import AREA, RUN

NOTE = {"run": RUN, "text": "夜间逆温"}

Opening = Callable[[str], Browser]


def application(desk: Desk) -> FastAPI:
    app = FastAPI()
    secure(app, desk)
    for router in routers():
        app.include_router(router)

    @app.get("/own")
    def own() -> Response:
        return Response("x", headers={"content-security-policy": "default-src 'self'"})

    return app


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    return application(desk)


@pytest.fixture
def browsing(app: FastAPI) -> Iterator[Opening]:
    opened: list[Browser] = []

    def open_for(name: str = "") -> Browser:
        browser = Browser(app)
        opened.append(browser)
        if name:
            browser.log_in(name, PASSWORD)
        return browser

    yield open_for
    for browser in opened:
        browser.close()


def warned(browser: Browser, act: str, name: str, step: int) -> httpx.Response:
    return browser.post(f"/api/warnings/{act}", {"warning": name, "step": step, "reason": "会商一致"})


def test_a_day_at_the_desk(desk: Desk, browsing: Opening) -> None:
    first, other, second = browsing("first"), browsing("weather-office"), browsing("second")
    change = {"run": RUN.replace("/", "."), "place": "urumqi", "day": "2026-12-11", "low": 160, "high": 210,
              "level": 5, "primary": ["pm25"], "reason": "逆温增强"}  # fmt: skip
    assert first.post("/api/forecast/changes", change).status_code == 200
    assert first.post("/api/discussion/notes", NOTE).status_code == 200
    path = RUN.replace("/", ".")
    digest = second.get(f"/api/forecast/product/{path}").json()["digest"]
    for browser, office in ((first, "monitoring"), (other, "meteorology")):
        wanted = {"run": RUN, "office": office, "digest": digest}
        assert browser.post("/api/discussion/agreements", wanted).status_code == 200
    assert second.post("/api/discussion/signatures", {"run": RUN, "digest": digest}).status_code == 200
    assert second.get(f"/api/discussion/{path}").json()["signed"] is True
    made = first.post("/api/warnings/propose", {"run": RUN, "area": AREA}).json()
    name = made["subject"]
    assert warned(second, "approve", name, 1).status_code == 200
    issued = warned(second, "issue", name, 2)
    assert issued.status_code == 200
    assert issued.json()["anchor"]
    assert warned(second, "issue", name, 2).status_code == 409
    assert warned(second, "issue", name, 3).status_code == 409
    assert warned(second, "lift", name, 3).status_code == 200
    told = second.get(f"/api/warnings/{name}").json()
    assert [step["transition"]["after"] for step in told["steps"]] == [
        "proposed",
        "approved",
        "issued",
        "lifted",
    ]
    assert second.get("/api/warnings?only_open=true").json() == {"warnings": []}
    assert verify(desk.record.database).whole


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"low": 210, "high": 160}, "下限大于上限"),
        ({"level": 2}, "级别与范围不符：160–210 为四级至五级"),
        ({"low": 210, "level": 2}, "级别与范围不符：210–210 为五级"),
        ({"primary": []}, "首要污染物"),
    ],
)
def test_a_change_that_contradicts_itself_is_refused_in_chinese(
    browsing: Opening, wrong: dict[str, Any], said: str
) -> None:
    change = {"run": RUN, "place": "urumqi", "day": "2026-12-11", "low": 160, "high": 210, "level": 5,
              "primary": ["pm25"], "reason": "逆温增强"}  # fmt: skip
    answer = browsing("first").post("/api/forecast/changes", change | wrong)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert said in error["chinese"]
    assert "Value error" not in error["chinese"] + error["english"]
    assert "body" not in error["chinese"]


@pytest.mark.parametrize("name", ["first", "weather-office", "guest"])
def test_without_the_right_one_cannot_approve(browsing: Opening, name: str) -> None:
    made = browsing("first").post("/api/warnings/propose", {"run": RUN, "area": AREA}).json()
    refused = warned(browsing(name), "approve", made["subject"], 1)
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "not-permitted"
    assert browsing("second").get(f"/api/warnings/{made['subject']}").json()["state"] == "proposed"


def test_orange_takes_a_second_person_over_the_interface(browsing: Opening) -> None:
    second = browsing("second")
    made = second.post("/api/warnings/propose", {"run": RUN, "area": AREA}).json()
    refused = warned(second, "approve", made["subject"], 1)
    assert refused.status_code == 403
    assert "two persons" in refused.json()["error"]["english"]


def test_red_takes_a_second_approver_over_the_interface(desk: Desk, browsing: Opening) -> None:
    write_warnings(write_red_run(desk.store / "runs" / RUN))
    add_user(desk, TERMINAL, NewUser("third", "approver", "", PASSWORD))
    second, third = browsing("second"), browsing("third")
    made = second.post("/api/warnings/propose", {"run": RUN, "area": AREA}).json()
    name, notice = made["subject"], made["payload"]["notice"]
    assert (made["transition"]["level"], notice["level"]["english"]) == (3, "red")
    assert "现发布重污染天气红色预警，启动Ⅰ级响应。" in notice["text"]["chinese"]
    for who in ("second", "first", "weather-office", "guest"):
        refused = warned(browsing(who), "approve", name, 1)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not-permitted"), who
    assert second.get(f"/api/warnings/{name}").json()["state"] == "proposed"
    assert warned(third, "approve", name, 1).status_code == 200
    edited = {"warning": name, "step": 2, "draft": {
        "level": 3, "onset": notice["onset"], "end": notice["end"], "reason": "改写正文"}}  # fmt: skip
    assert third.post("/api/warnings/edit", edited).status_code == 200
    assert warned(third, "approve", name, 3).status_code == 403, "who changed a word wrote it"
    assert warned(second, "approve", name, 3).status_code == 200
    assert warned(browsing("first"), "issue", name, 4).status_code == 403
    assert warned(second, "issue", name, 4).status_code == 200
    assert verify(desk.record.database).whole


def test_a_text_that_does_not_fit_its_level_is_refused_in_chinese(browsing: Opening) -> None:
    first = browsing("first")
    made = first.post("/api/warnings/propose", {"run": RUN, "area": AREA}).json()
    name, notice = made["subject"], made["payload"]["notice"]
    terms = {"level": 1, "onset": notice["onset"], "end": notice["end"]}
    built = first.request("GET", f"/api/warnings/{name}/text", params=terms).json()
    assert built["chinese"].endswith("现发布重污染天气黄色预警，启动Ⅲ级响应。")
    draft = terms | {"reason": "会商后下调"}
    stale = {"warning": name, "step": 1, "draft": draft | {"text": {"chinese": "现发布橙色预警。"}}}
    refused = first.post("/api/warnings/edit", stale)
    assert refused.status_code == 422
    error = refused.json()["error"]
    assert "正文（中文）写的是橙色，而预警等级为黄色" in error["chinese"]
    assert "leave the text out to have it built" in error["english"]
    unchanged = {"warning": name, "step": 1, "draft": draft | {"text": notice["text"]}}
    assert first.post("/api/warnings/edit", unchanged).json()["payload"]["notice"]["text"] == built
    for wrong in ({"counties": "kuitun"}, {"end": terms["onset"]}, {"level": 4}):
        answer = first.request("GET", f"/api/warnings/{name}/text", params=terms | wrong)
        assert answer.status_code == 422
    assert first.request("GET", "/api/warnings/none/text", params=terms).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x_bogda_csrf": ""}, 403),
        ({"x_bogda_csrf": "0" * 64}, 403),
        ({"origin": ""}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://bogda.test.evil.example"}, 403),
        ({"origin": "http://bogda.test:81"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"x_bogda_request": ""}, 422),
        ({"x_bogda_request": "short"}, 422),
        ({"content_type": "text/plain"}, 422),
        ({"content_type": "application/x-www-form-urlencoded"}, 422),
    ],
)
def test_forged_and_cross_site_requests_fail(
    desk: Desk, browsing: Opening, headers: dict[str, str], status: int
) -> None:
    first = browsing("first")
    before = desk.record.anchor()
    assert first.post("/api/discussion/notes", NOTE, **headers).status_code == status
    assert desk.record.anchor() == before
    assert first.post("/api/discussion/notes", NOTE).status_code == 200


def test_the_token_of_another_session_does_not_serve(browsing: Opening) -> None:
    first, other = browsing("first"), browsing("weather-office")
    assert first.post("/api/discussion/notes", NOTE, x_bogda_csrf=other.csrf).status_code == 403


def test_a_replayed_request_fails(desk: Desk, browsing: Opening) -> None:
    first = browsing("first")
    headers = first.headers()
    kept = dict(first.client.cookies)
    assert first.request("POST", "/api/discussion/notes", json=NOTE, headers=headers).status_code == 200
    assert first.request("POST", "/api/discussion/notes", json=NOTE, headers=headers).status_code == 409
    assert first.post("/api/logout", {}).status_code == 200
    first.client.cookies.update(kept)
    assert (
        first.request("POST", "/api/discussion/notes", json=NOTE, headers=first.headers()).status_code == 401
    )
    assert len(desk.record.entries(kind="note")) == 1


def test_without_a_session_nothing_is_done(browsing: Opening) -> None:
    nobody = browsing("")
    assert nobody.post("/api/discussion/notes", NOTE).status_code == 401
    assert nobody.get("/api/me").json()["logged_in"] is False
    nobody.client.cookies.set("bogda_session", "x" * 43)
    assert nobody.post("/api/discussion/notes", NOTE).status_code == 401


def test_looking_may_take_a_login(desk: Desk) -> None:
    closed = Desk(desk.config.model_copy(update={"anonymous_may_read": False}), desk.record, desk.store)
    browser = Browser(application(closed))
    assert browser.get("/api/warnings").status_code == 401
    browser.log_in("guest", PASSWORD)
    assert browser.get("/api/warnings").status_code == 200
    browser.close()


def test_a_login_from_another_site_fails(browsing: Opening) -> None:
    body = {"name": "first", "password": PASSWORD}
    assert browsing("").post("/api/login", body, origin="http://evil.example").status_code == 403


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(desk: Desk, browsing: Opening) -> None:
    browser = browsing("")
    answer = browser.post("/api/login", {"name": "first", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    https = desk.config.model_copy(update={"public_address": "https://bogda.example"})
    behind = Browser(application(Desk(https, desk.record, desk.store)))
    answer = behind.post(
        "/api/login", {"name": "first", "password": PASSWORD}, origin="https://bogda.example"
    )
    assert answer.headers["set-cookie"].startswith("__Host-bogda_session=")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"]
    assert behind.post("/api/login", {"name": "first", "password": PASSWORD}).status_code == 403
    behind.close()


def test_a_session_ends_with_the_account(desk: Desk, browsing: Opening) -> None:
    first = browsing("first")
    set_enabled(desk, TERMINAL, "first", enabled=False)
    assert first.post("/api/discussion/notes", NOTE).status_code == 401


def test_every_answer_carries_the_headers(browsing: Opening) -> None:
    browser = browsing("")
    for path in ("/api/me", "/nothing", "/api/warnings/unknown"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
    assert browser.get("/own").headers["content-security-policy"] == "default-src 'self'"


def test_a_long_body_is_refused_whether_or_not_it_says_so(browsing: Opening) -> None:
    first = browsing("first")
    long = {"run": RUN, "text": "x" * 300_000}
    assert first.post("/api/discussion/notes", long).status_code == 413

    async def pieces() -> Any:
        for _ in range(40):
            yield b" " * 10_000

    headers = first.headers(content_type="application/json")
    answer = first.request("POST", "/api/discussion/notes", content=pieces(), headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"NaN", b'"\\ud800"', b'{"run": "\\ud800", "text": "x"}', b"[" * 100_000,
     b'{"run": 1e999, "text": NaN}', b"9" * 5000, b"\xff\xfe",
     b'{"run":"demo/20261209T160000Z","text":"\\u0000"}'],
)  # fmt: skip
def test_wild_bodies_are_refused_in_one_line(browsing: Opening, body: bytes) -> None:
    first = browsing("first")
    headers = first.headers(content_type="application/json")
    answer = first.request("POST", "/api/discussion/notes", content=body, headers=headers)
    assert answer.status_code in (400, 422)


def test_a_password_is_never_repeated(browsing: Opening) -> None:
    answer = browsing("").post("/api/login", {"name": "first", "password": "p" * 2000})
    assert answer.status_code == 422
    assert "ppp" not in answer.text


def test_wrong_logins_are_throttled(browsing: Opening) -> None:
    browser = browsing("")
    wrong = {"name": "first", "password": "not this one"}
    statuses = [browser.post("/api/login", wrong).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


def test_an_address_that_asks_too_often_must_wait(desk: Desk) -> None:
    limits = desk.config.limits.model_copy(update={"acts_per_minute": 3})
    config = desk.config.model_copy(update={"limits": limits})
    busy = Browser(application(Desk(config, desk.record, desk.store)))
    statuses = [busy.post("/api/discussion/notes", NOTE).status_code for _ in range(4)]
    assert statuses == [401, 401, 401, 429]
    assert busy.get("/api/me").status_code == 200, "looking is counted apart"
    busy.close()


def test_buckets_fill_again_and_are_bounded() -> None:
    now = [0.0]
    buckets = Buckets(60, lambda: now[0])
    assert all(buckets.take("a") == 0 for _ in range(60))
    assert buckets.take("a") == pytest.approx(1.0)
    now[0] = 1.0
    assert buckets.take("a") == 0
    for number in range(10_050):
        buckets.take(str(number))
    assert len(buckets._buckets) == 10_000


def test_paths_of_the_machine_are_not_told(desk: Desk, browsing: Opening) -> None:
    (desk.store / "runs" / RUN / "forecast.nc").write_bytes(b"broken")
    answer = browsing("").get(f"/api/forecast/product/{RUN.replace('/', '.')}")
    assert answer.status_code == 503
    assert str(desk.store) not in answer.text


def test_two_at_once_issue_once(browsing: Opening) -> None:
    first, second = browsing("first"), browsing("second")
    name = first.post("/api/warnings/propose", {"run": RUN, "area": AREA}).json()["subject"]
    assert warned(second, "approve", name, 1).status_code == 200
    body = {"warning": name, "step": 2, "reason": "会商一致"}

    async def both() -> list[int]:
        asked = [
            second.client.post("/api/warnings/issue", json=body, headers=second.headers()) for _ in range(4)
        ]
        return sorted(answer.status_code for answer in await asyncio.gather(*asked))

    assert second._runner.run(both()) == [200, 409, 409, 409]


def test_the_description_names_every_refusal(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    for path in ("/api/warnings/approve", "/api/login", "/api/forecast/changes"):
        assert {"401", "403", "409", "413", "422", "429"} <= set(paths[path]["post"]["responses"])
