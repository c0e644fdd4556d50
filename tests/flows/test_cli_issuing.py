"""What goes out by command: deliveries, notices on paper, the product of people; bad input is one line."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import docx
import pytest
import yaml
from argon2 import PasswordHasher

from consultation.accounts import passwords
from consultation.record.changes import Change, change
from consultation.record.desk import open_desk
from consultation.record.discussion import Agreement, SignOff, agree, sign, standing
from consultation.warnings import write_warnings
from foundation.configuration import shipped_text
from tests.consultation.conftest import write_run
from tests.consultation.issuing.conftest import WANG, ZHAO
from tests.flows.command import Done, bogda

RUN = "demo/20261209T160000Z"
PASSWORD = "冰川 copper violin 73"  # noqa: S105 - made for the test
REASON = ("--reason", "会商一致")


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: cheap)


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store") / "runs" / RUN
    write_run(folder, hourly=False, complete=False)
    write_warnings(folder)
    return folder


@pytest.fixture
def store(run_folder: Path, tmp_path: Path) -> Path:
    shutil.copytree(run_folder.parents[2], tmp_path / "store")
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    for name, shown, role in (("first", "王某", "forecaster"), ("second", "赵某", "approver")):
        done = bogda(
            "consultation", "add-user", name, "--role", role, "--shown-name", shown,
            "--password-file", str(tmp_path / "password"), "--store", str(tmp_path / "store"),
        )  # fmt: skip
        assert done.exit_code == 0, done.stderr
    return tmp_path / "store"


@pytest.fixture
def warned(store: Path) -> str:
    """Id of a warning that was proposed, approved and issued."""
    assert acted(store, "first", "propose", RUN, "wu-chang-shi").exit_code == 0
    (one,) = json.loads(bogda("warnings", "list", "--store", str(store), "--json").stdout)["warnings"]
    for step in ("approve", "issue"):
        assert acted(store, "second", step, one["id"], *REASON).exit_code == 0
    return str(one["id"])


def acted(store: Path, name: str, *what: str) -> Done:
    person = ("--as", name, "--password-file", str(store.parent / "password"), "--store", str(store))
    return bogda("warnings", *what, *person)


def site(home: Path, *, delivery: dict[str, Any] | None = None, **choices: Any) -> str:
    """Settings of a site with a folder as its target."""
    documents = {
        name: yaml.safe_load(shipped_text(f"{name}.yaml"))
        for name in ("consultation", "delivery", "exchange")
    }
    target = {"kind": "folder", "name": "share", "path": str(home / "out"), "formats": ["cap", "docx"]}
    documents["delivery"] |= {"targets": [target]} | (delivery or {})
    documents["delivery"]["retry"] |= {"attempts": 1, "first_wait_s": 0, "deadline_s": 5, "timeout_s": 2}
    documents["consultation"] |= {
        "exchange_settings": "exchange.yaml", "delivery_settings": "delivery.yaml",
    } | choices  # fmt: skip
    for name, document in documents.items():
        (home / f"{name}.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return str(home / "consultation.yaml")


def one_line(done: Done, code: int, words: str) -> None:
    assert (done.exit_code, words in done.stderr, done.stderr.count("\n")) == (code, True, 1), done.stderr


def deliver(store: Path, settings: str, *options: str) -> Done:
    return bogda("consultation", "deliver", "--store", str(store), "--settings", settings, *options)


def test_what_is_due_is_delivered_once_and_listed(store: Path, warned: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    settings = site(tmp_path)
    first = json.loads(deliver(store, settings, "--json").stdout)
    assert [(one["version"], one["status"]) for one in first["outcomes"]] == [
        ("3/cap", "delivered"), ("3/docx", "delivered"),
    ]  # fmt: skip
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".docx", ".xml"]
    assert "没有待送达" in deliver(store, settings).stdout
    at = ("--store", str(store), "--settings", settings)
    listed = json.loads(bogda("consultation", "deliveries", *at, "--json").stdout)["deliveries"]
    assert {(one["product"], one["status"]) for one in listed} == {(f"warning/{warned}", "delivered")}
    assert f"warning/{warned}" in bogda("consultation", "deliveries", *at).stdout
    assert "没有送达记录" in bogda("consultation", "deliveries", "--product", "feed", *at).stdout


def test_without_targets_nothing_is_delivered(store: Path, warned: str) -> None:
    done = bogda("consultation", "deliver", "--store", str(store))
    assert (done.exit_code, warned in done.stdout, "未配置送达目标" in done.stdout) == (0, False, True)


def test_a_delivery_that_fails_is_told_and_listed(store: Path, warned: str, tmp_path: Path) -> None:
    settings = site(tmp_path)  # its folder is not there
    one_line(deliver(store, settings), 5, "2 of 2 deliveries failed")
    listed = bogda("consultation", "deliveries", "--store", str(store), "--settings", settings).stdout
    assert listed.count("failed") == 2
    assert warned in listed


@pytest.mark.parametrize(
    ("delivery", "choices", "words"),
    [
        ({"nonsense": 1}, {}, "unknown key 'nonsense'"),
        ({"targets": [{"kind": "pigeon", "name": "x", "formats": ["cap"]}]}, {}, "pigeon"),
        ({}, {"delivery_settings": "elsewhere.yaml"}, "elsewhere.yaml"),
        ({}, {"nonsense": 1}, "unknown key 'nonsense'"),
    ],
)
def test_settings_that_cannot_be_used_are_one_line_to_every_command(
    store: Path, tmp_path: Path, delivery: dict[str, Any], choices: dict[str, Any], words: str
) -> None:
    settings = site(tmp_path, delivery=delivery, **choices)
    one_line(deliver(store, settings), 2, words)
    one_line(bogda("serve", "--store", str(store), "--settings", settings, "--port", "1"), 2, words)


def test_settings_of_the_page_that_are_not_there(store: Path) -> None:
    one_line(bogda("serve", "--store", str(store), "--settings", "/nowhere.yaml"), 2, "no such file")


@pytest.mark.parametrize(
    "command",
    [
        ("consultation", "verify-record"), ("consultation", "deliver"), ("consultation", "deliveries"),
        ("consultation", "list-users"), ("warnings", "list"),
        ("warnings", "notice", "some", "--out", "notice.docx"),
    ],
)  # fmt: skip
def test_a_mistyped_store_is_not_taken_for_an_empty_one(tmp_path: Path, command: tuple[str, ...]) -> None:
    one_line(bogda(*command, "--store", str(tmp_path / "stroe")), 3, "no record of a consultation")
    assert list(tmp_path.iterdir()) == []


def test_a_notice_in_every_form(store: Path, warned: str, tmp_path: Path) -> None:
    at = ("--store", str(store))
    for form in ("docx", "html"):
        out = str(tmp_path / f"notice.{form}")
        done = bogda("warnings", "notice", warned, "--format", form, "--out", out, *at)
        assert done.exit_code == 0, done.stderr
    document = docx.Document(io.BytesIO((tmp_path / "notice.docx").read_bytes()))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for words in ("橙色预警的通知", "（一）健康防护提示", "（二）倡议性减排措施", "（三）强制性减排措施",
                  "提前量：", "预期效果", "拟稿：王某　审批：赵某　签发：赵某"):  # fmt: skip
        assert words in text
    assert document.tables[0].cell(1, 0).text == "乌鲁木齐"
    assert "SYNTHETIC" in document.sections[0].header.paragraphs[0].text
    assert "启动Ⅱ级响应" in (tmp_path / "notice.html").read_text("utf-8").replace("II", "Ⅱ")
    assert "SYNTHETIC" in (tmp_path / "notice.html").read_text("utf-8").partition("<body>")[2]
    assert acted(store, "second", "lift", warned, *REASON).exit_code == 0
    assert bogda("warnings", "notice", warned, "--out", str(tmp_path / "end.docx"), *at).exit_code == 0
    ending = docx.Document(io.BytesIO((tmp_path / "end.docx").read_bytes()))
    told = "\n".join(paragraph.text for paragraph in ending.paragraphs)
    assert "关于解除" in told
    assert "强制性减排措施" not in told


def test_a_notice_as_pdf(store: Path, warned: str, tmp_path: Path) -> None:
    pytest.importorskip("weasyprint", reason="WeasyPrint needs the system's pango", exc_type=OSError)
    out = tmp_path / "notice.pdf"
    bogda("warnings", "notice", warned, "--format", "pdf", "--out", str(out), "--store", str(store))
    assert out.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--format", "doc"], 2, "expected one of docx, pdf, html"), (["--step", "2"], 6, "was not issued"),
        (["--out", "/nowhere/x.docx"], 5, "does not exist"),
    ],
)  # fmt: skip
def test_notices_that_cannot_be_are_one_line(
    store: Path, warned: str, tmp_path: Path, options: list[str], code: int, words: str
) -> None:
    at = ("--store", str(store), "--out", str(tmp_path / "x.docx"))
    one_line(bogda("warnings", "notice", warned, *at, *options), code, words)
    one_line(bogda("warnings", "notice", "none", *at), 6, "no warning 'none'")
    assert not (tmp_path / "x.docx").exists()


def signed(store: Path) -> None:
    """One place changed by hand, agreed to by both offices, and signed."""
    from consultation.record.chain import Actor

    desk = open_desk(store)
    change(desk, WANG, Change(run=RUN, place="urumqi", day="2026-12-11", low=160, high=210, level=5,
                              primary=("pm25",), reason="逆温增强，模式偏低"))  # fmt: skip
    digest = standing(desk, RUN).digest
    agree(desk, WANG, Agreement(run=RUN, office="monitoring", digest=digest))
    agree(desk, Actor("third", "meteorologist"), Agreement(run=RUN, office="meteorology", digest=digest))
    sign(desk, ZHAO, SignOff(run=RUN, digest=digest))
    desk.close()


def test_a_bulletin_over_a_record_is_the_product_of_people(store: Path, tmp_path: Path) -> None:
    signed(store)
    folder, out = str(store / "runs" / RUN), tmp_path / "x"
    told = bogda("bulletin", folder, "--format", "csv", "--out", str(out), "--json").stdout
    assert json.loads(told)["product"] == "signed"
    assert "王某（预报员 forecaster）" in out.read_text("utf-8")
    assert bogda("bulletin", folder, "--format", "docx", "--out", str(out)).exit_code == 0
    document = docx.Document(io.BytesIO(out.read_bytes()))
    lines = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "监测中心同意：王某（" in lines
    assert "签发人：赵某（" in lines
    told = bogda("bulletin", folder, "--format", "csv", "--out", str(out), "--model", "--json").stdout
    assert json.loads(told)["product"] == "model"
    assert "王某" not in out.read_text("utf-8")
    one_line(bogda("bulletin", folder, "--format", "cap", "--warning", "none", "--out", str(out)), 6, "none")


def test_a_year_is_kept_where_the_page_finds_it(real_data: Path, tmp_path: Path) -> None:
    files = str(real_data / "observations" / "city_daily" / "塔城地区.csv")
    options = ("--provider", "aqistudy", "--year", "2015", "--store", str(tmp_path))
    assert bogda("assess", files, *options).exit_code == 0
    kept = json.loads((tmp_path / "assessments" / "2015.json").read_text("utf-8"))
    assert (kept["format"], kept["year"]) == ("bogda-assessment-1", 2015)
    assert bogda("assess", files, *options, "--name", "tacheng").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "assessments").iterdir()) == ["2015.json", "tacheng.json"]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--name", "x"], 2, "Give --store too"), (["--store", ".", "--name", "../x"], 2, "--name"),
        (["--provider", "nobody"], 3, "unknown provider"),
        (["--until", "2016-02-01"], 2, "lies outside 2015"),
    ],
)  # fmt: skip
def test_assessments_that_cannot_be_are_one_line(
    tmp_path: Path, options: list[str], code: int, words: str
) -> None:
    (tmp_path / "x.csv").write_text("not,measurements\n", encoding="utf-8")
    one_line(bogda("assess", str(tmp_path / "x.csv"), "--year", "2015", *options), code, words)
