"""From a proposal to the province's door, through the real application."""

from __future__ import annotations

import csv
import io
import json
import time
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import netCDF4
import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from lxml import etree

from consultation.accounts import passwords
from consultation.accounts.users import TERMINAL, NewUser, add_user
from consultation.documents.material import material_of
from consultation.documents.parts import Table
from consultation.issuing.outlets import outlets_of
from consultation.issuing.people import product_now
from consultation.page.application import create_app
from consultation.page.views import documents
from consultation.record.desk import Desk
from foundation.errors import RunError
from tests.consultation.issuing.conftest import Opening, Receiver, Site
from tests.consultation.page_store import config_of
from tests.consultation.record.conftest import AREA, RUN

PEOPLE = {"first": "forecaster", "weather-office": "meteorologist", "second": "approver", "gu": "viewer"}
HOST = "http://bogda.test"
PASSWORD = "冰川 copper violin 73"  # noqa: S105 - made for the test
NAME = RUN.replace("/", ".")
CHANGE = {"run": RUN, "place": "urumqi", "day": "2026-12-11", "low": 160, "high": 210, "level": 5,
          "primary": ["pm25"], "reason": "逆温增强，模式偏低"}  # fmt: skip


class Person:
    """Someone at the page."""

    def __init__(self, client: TestClient, name: str) -> None:
        client.cookies.clear()
        self.client, self.csrf = client, ""
        self.csrf = self.post("/api/login", {"name": name, "password": PASSWORD}).json()["csrf"]
        self.cookies = dict(client.cookies)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        if self.csrf:
            self.client.cookies.clear()
            self.client.cookies.update(self.cookies)
        headers = {"origin": HOST, "x-bogda-csrf": self.csrf, "x-bogda-request": uuid.uuid4().hex}
        return self.client.post(path, json=body, headers=headers)

    def get(self, path: str) -> Any:
        self.client.cookies.clear()
        self.client.cookies.update(self.cookies)
        return self.client.get(path)


Serving = Callable[[], TestClient]


@pytest.fixture
def serving(
    opening: Opening, site: Site, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], TestClient]]:
    """Starts the application anew, as another process would."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: cheap)
    site(formats=("cap", "csv", "json", "netcdf", "atom"))
    first = opening()
    for name, role in PEOPLE.items():
        add_user(first, TERMINAL, NewUser(name, role, "", PASSWORD))
    running: list[TestClient] = []

    def start() -> TestClient:
        stop(running)
        desk: Desk = opening()
        client = TestClient(create_app(config_of(desk.store), desk), base_url=HOST)
        running.append(client.__enter__())
        return client

    yield start
    stop(running)


def stop(running: list[TestClient]) -> None:
    while running:
        running.pop().__exit__(None, None, None)


def eventually(holds: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether it comes to hold: deliveries are made by another thread."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def warned(person: Person, act: str, name: str, step: int) -> int:
    body = {"warning": name, "step": step, "reason": "会商一致，逆温持续"}
    return int(person.post(f"/api/warnings/{act}", body).status_code)


def alerts_of(receiver: Receiver) -> list[etree._Element]:
    return [etree.fromstring(body) for body in receiver.of("/cap")]


def told(alert: etree._Element, tag: str) -> str:
    return alert.findtext(f"{{*}}{tag}") or ""


def proposed_and_approved(client: TestClient) -> tuple[Person, str]:
    first = Person(client, "first")
    name = first.post("/api/warnings/propose", {"run": RUN, "area": AREA}).json()["subject"]
    second = Person(client, "second")
    assert warned(second, "approve", name, 1) == 200
    assert client.get(f"/api/warnings/{name}/cap").status_code == 404, "a draft is no alert"
    return second, name


def test_an_orange_warning_reaches_each_target_once(
    serving: Serving, receiver: Receiver, tmp_path: Path
) -> None:
    client = serving()
    second, name = proposed_and_approved(client)
    assert warned(second, "issue", name, 2) == 200
    assert warned(second, "issue", name, 2) == 409
    assert eventually(lambda: len(receiver.of(name)) == 1)
    file = tmp_path / "out" / f"bogda-warning-{name}.3-cap.xml"
    assert eventually(lambda: all(
        one["status"] == "delivered" for one in second.get("/api/deliveries").json()["deliveries"]
    ))  # fmt: skip
    assert file.read_bytes() == receiver.of(name)[0] == client.get(f"/api/warnings/{name}/cap").content
    again = serving()
    second = Person(again, "second")
    issued = again.get("/feed.atom")
    kept = again.get("/feed.atom", headers={"If-None-Match": issued.headers["etag"]})
    assert (kept.status_code, issued.content.count(b"<entry>")) == (304, 1)
    assert warned(second, "lift", name, 3) == 200
    assert again.get("/feed.atom").headers["etag"] != issued.headers["etag"]
    assert eventually(lambda: len(receiver.of(name)) == 2)
    first, last = alerts_of(receiver)
    assert told(first, "msgType") == "Alert"
    assert told(last, "msgType") == "Cancel"
    assert told(last, "references") == ",".join(told(first, tag) for tag in ("sender", "identifier", "sent"))
    assert told(first, "status") == "Actual"
    assert again.get("/feed.atom").content.count(b"<entry>") == 2
    assert Person(again, "gu").get("/api/deliveries").status_code == 403
    again.cookies.clear()
    assert again.get("/api/deliveries").status_code == 401


@pytest.mark.real_data
def test_what_was_delivered_validates(serving: Serving, receiver: Receiver, real_data: Path) -> None:
    schema = etree.XMLSchema(etree.parse(real_data / "exchange" / "CAP-v1.2.xsd"))
    second, name = proposed_and_approved(serving())
    assert warned(second, "issue", name, 2) == 200
    assert warned(second, "lift", name, 3) == 200
    assert eventually(lambda: len(receiver.of(name)) == 2)
    for alert in alerts_of(receiver):
        schema.assertValid(alert)


def test_a_process_that_dies_at_a_delivery_delivers_once_in_the_end(
    serving: Serving, receiver: Receiver, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving()
    second, name = proposed_and_approved(client)
    with monkeypatch.context() as patched:
        patched.setattr("consultation.issuing.carrying.deliver", claims_and_dies)
        assert warned(second, "issue", name, 2) == 200
        assert (
            eventually(  # cap to both targets, json to one: none is left for the process after it is mended
                lambda: len(second.get("/api/deliveries?product=warning/" + name).json()["deliveries"]) == 3
            )
        )
    assert receiver.taken == []
    second = Person(serving(), "second")
    (held, *_) = second.get("/api/deliveries?product=warning/" + name).json()["deliveries"]
    assert held["status"] == "claimed"
    clock.forward(minutes=11)
    client = serving()
    assert eventually(lambda: len(receiver.of(name)) == 1)
    second = Person(client, "second")
    assert eventually(lambda: {
        one["status"] for one in second.get("/api/deliveries?product=warning/" + name).json()["deliveries"]
    } == {"delivered"})  # fmt: skip
    assert len(receiver.of(name)) == 1


def claims_and_dies(parcels: Any, config: Any, ledger: Any, clock: Any = None) -> Any:  # noqa: ARG001
    """A process that has claimed and is gone."""
    from consultation.delivery.ledger import DeliveryKey

    for parcel in parcels:
        for target in config.targets:
            ledger.claim(DeliveryKey(parcel.product, f"{parcel.version}/{parcel.form}", target.name))
    return ()


def signed(client: TestClient) -> Person:
    first = Person(client, "first")
    assert first.post("/api/forecast/changes", CHANGE).status_code == 200
    digest = client.get(f"/api/runs/{NAME}/human").json()["digest"]
    for person, office in ((first, "monitoring"), (Person(client, "weather-office"), "meteorology")):
        wanted = {"run": RUN, "office": office, "digest": digest}
        assert person.post("/api/discussion/agreements", wanted).status_code == 200
    second = Person(client, "second")
    assert second.post("/api/discussion/signatures", {"run": RUN, "digest": digest}).status_code == 200
    return second


def test_a_signed_bulletin_goes_out_with_the_change_marked(serving: Serving, tmp_path: Path) -> None:
    client = serving()
    second = signed(client)
    files = {}

    def delivered() -> bool:
        told = second.get("/api/deliveries").json()["deliveries"]
        files.update({one["version"].partition("/")[2]: one["detail"].partition(",")[0]
                      for one in told if one["status"] == "delivered"})  # fmt: skip
        return set(files) == {"csv", "json", "netcdf", "atom"}

    assert eventually(delivered), second.get("/api/deliveries").json()
    out = tmp_path / "out"
    rows = list(csv.DictReader(io.StringIO((out / files["csv"]).read_text(encoding="utf-8-sig"))))
    changed = [row for row in rows if row["人工订正 changed_by_hand"] == "是 yes"]
    assert [(row["编号 id"], row["日期 date"], row["AQI下限 aqi_low"], row["AQI上限 aqi_high"])
            for row in changed] == [("urumqi", "2026-12-11", "160", "210")]  # fmt: skip
    assert "first" in changed[0]["订正人 changed_by"]
    assert changed[0]["订正理由 reason"] == "逆温增强，模式偏低"
    assert changed[0]["模式AQI下限 model_aqi_low"] not in {"", "160"}
    document = json.loads((out / files["json"]).read_text(encoding="utf-8"))
    assert document["signed"]["who"] == "second"
    assert document["changed_by_hand"] == 1
    with netCDF4.Dataset(out / files["netcdf"]) as held:
        assert int(held["changed_by_hand"][:].sum()) == 1
        assert "逆温增强" in held["changed_by_hand"].comment


def test_downloads_carry_the_change_and_the_models_beside(serving: Serving) -> None:
    client = serving()
    first = Person(client, "first")
    before = client.get(f"/api/runs/{NAME}/documents/csv")
    assert "first" not in before.text
    assert first.post("/api/forecast/changes", CHANGE).status_code == 200
    after = client.get(f"/api/runs/{NAME}/documents/csv", headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200, "a change makes another answer"
    assert "first（预报员 forecaster）" in after.text
    model = client.get(f"/api/runs/{NAME}/documents/csv?product=model")
    assert "first" not in model.text
    page = client.get(f"/api/runs/{NAME}/documents/html").text
    assert "人工订正与模式预报" in page
    assert "草稿：待会商签发" in page
    human = client.get(f"/api/runs/{NAME}/human").json()
    (row,) = [one for one in human["rows"] if one["changed"]]
    assert (row["human"]["low"], row["human"]["high"]) == (160, 210)
    assert row["model"] != row["human"]
    assert row["changed"]["who"] == "first"


@pytest.mark.parametrize("form", ["json", "netcdf", "geojson", "cap", "atom"])
def test_every_form_is_given_or_its_absence_told(serving: Serving, form: str) -> None:
    client = serving()
    listed = {one["format"]: one for one in client.get(f"/api/runs/{NAME}/documents").json()["documents"]}
    answer = client.get(f"/api/runs/{NAME}/documents/{form}?kind=consultation")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == listed[form]["media_type"]
    assert len(answer.content) > 500
    if form == "cap":
        assert ET.fromstring(answer.content).findtext("{*}status") == "Draft"  # noqa: S314 - our own


def test_without_the_library_the_absence_of_pdf_is_told(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise RunError("PDF cannot be made: WeasyPrint does not load (libpango)")

    documents._no_pdf.cache_clear()
    monkeypatch.setattr("consultation.documents.paper.require_engine", missing)
    client = serving()
    answer = client.get(f"/api/runs/{NAME}/documents/pdf")
    told = {
        one["format"]: one["absent"] for one in client.get(f"/api/runs/{NAME}/documents").json()["documents"]
    }
    documents._no_pdf.cache_clear()
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "no-pdf"
    assert [form for form, absent in told.items() if absent] == ["pdf"]


def test_documents_on_paper_mark_what_was_changed_and_who_signed(serving: Serving, opening: Opening) -> None:
    signed(serving())
    desk = opening()
    request = product_now(desk, RUN, outlets_of(desk))
    made = material_of(request.run, request.warnings, "daily", request.config)
    tables = [part for part in made.parts if isinstance(part, Table)]
    assert "160~210*" in [cell.text for table in tables for row in table.rows for cell in row]
    (changes,) = [table for table in tables if table.caption == "人工订正与模式预报"]
    assert [cell.text for cell in changes.rows[0]][3:] == [
        "AQI 160~210\n重度污染 PM2.5", "first（预报员）\n2026-12-10 14:00", "逆温增强，模式偏低",
    ]  # fmt: skip
    assert [line.partition("（")[0] for line in made.signatures] == [
        "气象局同意：weather-office", "监测中心同意：first", "签发人：second",
    ]  # fmt: skip
    assert request.run.signed is not None
    assert request.run.signed.anchor in made.imprint


def test_the_page_gives_the_notice_of_what_went_out(serving: Serving) -> None:
    client = serving()
    second, name = proposed_and_approved(client)
    address = f"/api/warnings/{name}/notice"
    assert client.get(address).status_code == 404, "a draft has no notice"
    assert warned(second, "issue", name, 2) == 200
    answer = second.get(address)
    assert answer.status_code == 200
    assert f'filename="{name}.3-notice.docx"' in answer.headers["content-disposition"]
    assert answer.content.startswith(b"PK")
    shown = second.get(f"{address}?format=html")
    assert "style-src 'unsafe-inline'" in shown.headers["content-security-policy"], "it carries its own style"
    page = shown.text
    assert "强制性减排措施" in page
    assert "SYNTHETIC" not in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/api/runs/{NAME}/documents/exe", 422),
        (f"/api/runs/{NAME}/documents/csv?kind=other", 422),
        (f"/api/runs/{NAME}/documents/csv?x=1", 422),
        ("/api/runs/demo.20000101T000000Z/documents/csv", 404),
        ("/api/runs/demo.20000101T000000Z/human", 404),
        ("/api/warnings/none/cap", 404),
        ("/api/warnings/none/cap?version=0", 422),
        ("/api/warnings/none/notice", 404),
        ("/api/warnings/none/notice?format=doc", 422),
        ("/api/deliveries?product=%00", 422),
    ],
)
def test_wrong_questions_are_answered_in_one_line(serving: Serving, path: str, status: int) -> None:
    assert serving().get(path).status_code == status
