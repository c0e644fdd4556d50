"""Wild requests to every route by everybody: no fault of the server, answers as described."""

from __future__ import annotations

import copy
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from consultation.accounts import passwords
from consultation.accounts.login import Credentials, log_in
from consultation.accounts.sessions import csrf_token
from consultation.accounts.users import TERMINAL, NewUser, add_user
from consultation.page.application import create_app
from consultation.record.chain import Actor
from consultation.record.configuration import ROLES
from consultation.record.desk import Desk, open_desk
from consultation.record.verification import verify
from consultation.record.warning_acts import Proposed, propose
from consultation.warnings import write_warnings
from tests.consultation.page_acts.conftest import CHEAP, PASSWORD
from tests.consultation.page_store import STAMP, config_of, write_store

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

ADDRESS = "http://bogda.test"
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_schema_conformance", "response_headers_conformance", "negative_data_rejection",
)  # fmt: skip
RUN, AREA = f"demo/{STAMP}", "wu-chang-shi"
QUICK: dict[str, list[Any]] = {"form": ["csv", "json", "cap"]}
"""Forms that take no second to make; the others have tests of their own."""
THERE: dict[str, list[Any]] = {
    "run": ["latest", f"demo.{STAMP}"], "place_id": ["urumqi", AREA], "place": ["urumqi"], "area": [AREA],
    "day": ["2026-12-11"], "layer": ["pm25", "wind"], "group": ["heating"], "sector": ["industry"],
    "region": [AREA],
}  # fmt: skip
ACTS = r"^/api/(forecast|discussion|warnings|deliveries|log|me)"
ASKED = r"^/(feed|api/(?!forecast|discussion|warnings/(propose|edit|approve|lift|cancel|.how)))"
OWN = (b"cookie", b"origin", b"host", b"x-bogda-csrf", b"x-bogda-request", b"sec-fetch-site")


class Person:
    """The application as the browser of one person reaches it: logged in, each request anew."""

    def __init__(self, app: Any, desk: Desk, name: str) -> None:
        self._app, self._desk, self._name = app, desk, name
        self._token = self._log_in()

    def _log_in(self) -> str:
        if not self._name:
            return ""
        return log_in(self._desk, Credentials(self._name, PASSWORD, "10.0.0.1"), None)[1]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            ends = scope["path"].endswith(("/login", "/logout"))
            token = self._log_in() if ends else self._token
            scope = scope | {"headers": [*_others(scope), *_sent(token)], "client": ("10.0.0.1", 1234)}
        await self._app(scope, receive, send)


def _others(scope: Any) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in scope["headers"] if name.lower() not in OWN]


def _sent(token: str) -> list[tuple[bytes, bytes]]:
    told = {"host": ADDRESS.removeprefix("http://"), "origin": ADDRESS, "x-bogda-request": uuid.uuid4().hex}
    if token:
        told |= {"cookie": f"bogda_session={token}", "x-bogda-csrf": csrf_token(token)}
    return [(name.encode(), value.encode()) for name, value in told.items()]


@pytest.fixture(scope="module")
def store(
    tmp_path_factory: pytest.TempPathFactory, make_run: Callable[..., Path], make_forecast: Callable[..., Any]
) -> Path:
    root = write_store(tmp_path_factory.mktemp("wild"), make_run, make_forecast)
    write_warnings(root / "runs" / "demo" / STAMP)
    desk = open_desk(root)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", lambda: CHEAP)
        for role in ROLES:
            add_user(desk, TERMINAL, NewUser(role, role, "", PASSWORD))
    desk.close()
    return root


@contextmanager
def desk_of(store: Path) -> Iterator[Desk]:
    """A desk that lets everybody ask as often as they like."""
    opened = open_desk(store)
    limits = dict.fromkeys(("reads", "acts", "measures", "logins"), 10000000)
    often = opened.config.limits.model_copy(
        update={f"{name}_per_minute": most for name, most in limits.items()}
    )
    yield Desk(opened.config.model_copy(update={"limits": often}), opened.record, opened.store)
    opened.close()


def described(app: Any, there: dict[str, list[Any]]) -> dict[str, Any]:
    """The description of the API; names of what there is let acts go through."""
    told: dict[str, Any] = copy.deepcopy(app.openapi())
    for item in told["paths"].values():
        for operation in item.values():
            for one in operation.get("parameters", []):
                one["schema"] = _named(one["name"], one["schema"], there)
    for name in {"Cut", *_bodies(told)}:
        fields = told["components"]["schemas"][name]["properties"]
        fields.update({key: _named(key, value, there) for key, value in fields.items()})
    return told


def _bodies(told: dict[str, Any]) -> set[str]:
    """Names of the shapes that requests send."""
    return {
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
        for item in told["paths"].values()
        for operation in item.values()
        if "requestBody" in operation
    }


def _named(name: str, schema: dict[str, Any], there: dict[str, list[Any]]) -> dict[str, Any]:
    return {"enum": there[name]} if name in there else schema


def faults(app: Any, description: dict[str, Any], mode: str = "all", **chosen: Any) -> list[str]:
    """What all phases find: examples, coverage of every bound, fuzzing, one request after another."""
    from schemathesis.engine import from_schema

    config = schemathesis.Config.from_dict({
        "seed": 20261209,
        "generation": {"mode": mode, "max-examples": 5, "no-shrink": True, "database": "none"},
        "checks": {"enabled": False} | {name: {"enabled": True} for name in CHECKS},
        "phases": {"coverage": {"unexpected-methods": []}, "stateful": {"max-steps": 4}},
    })  # fmt: skip
    schema = schemathesis.openapi.from_dict(description, config=config)
    schema.app = app
    events = list(from_schema(schema.include(**chosen) if chosen else schema).execute())
    broken = [str(event.info) for event in events if hasattr(event, "info")]
    kept = [event.recorder for event in events if hasattr(event, "recorder")]
    asked = sum(len(recorder.interactions) for recorder in kept)
    assert asked > 100, "too little was asked to tell anything"
    return broken + [_told(recorder.label, check) for recorder in kept for check in _failed(recorder)]


def _failed(recorder: Any) -> list[Any]:
    return [one for checks in recorder.checks.values() for one in checks if one.failure_info is not None]


def _told(label: str, check: Any) -> str:
    found = check.failure_info
    return f"{label}: {check.name}: {found.failure.message}: {found.code_sample}"[:600]


@pytest.mark.parametrize("known", [False, True], ids=["wild names", "names that there are"])
def test_nothing_that_anybody_asks_breaks_the_server(store: Path, known: bool) -> None:
    with desk_of(store) as desk:
        app = create_app(config_of(store, rescan_seconds=60.0), desk)
        told = described(app, QUICK | THERE if known else QUICK)
        assert faults(Person(app, desk, ""), told, "positive" if known else "all", path_regex=ASKED) == []


@pytest.mark.parametrize("who", ["forecaster", "approver"])
def test_wild_acts_break_neither_server_nor_record(store: Path, tmp_path: Path, who: str) -> None:
    shutil.copytree(store, tmp_path / "store")
    with desk_of(tmp_path / "store") as desk:
        app = create_app(config_of(desk.store, rescan_seconds=60.0), desk)
        there = THERE | {"warning": [proposed(desk)]}
        assert faults(Person(app, desk, who), described(app, there), path_regex=ACTS) == []
        assert verify(desk.record.database).whole


def proposed(desk: Desk) -> str:
    """A warning that somebody else proposed."""
    return propose(desk, Actor("somebody-else", "forecaster"), Proposed(run=RUN, area=AREA)).subject
