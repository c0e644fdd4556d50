"""What is told to whoever serves the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from consultation.accounts.users import TERMINAL, NewUser, add_user
from consultation.record.desk import Desk
from consultation.record.desk import open_desk as desk_of
from flows.commands.serve import cautions, settings_of
from flows.commands.serve_greeting import greeting
from flows.stores import check_store
from foundation.configuration import shipped_text
from foundation.errors import RunError


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_nothing_is_said_on_this_machine_alone(host: str) -> None:
    assert cautions(settings_of(None, host, None)) == []


def test_others_on_the_network_are_thought_of(tmp_path: Path) -> None:
    settings = settings_of(None, "192.0.2.7", None)
    looking, readable = cautions(settings)
    assert "anonymous_may_read" in looking
    assert "https" in readable
    text = shipped_text("consultation.yaml")
    closed = text.replace("anonymous_may_read: true", "anonymous_may_read: false")
    closed = closed.replace("public_address: null", "public_address: https://bogda.example")
    (tmp_path / "consultation.yaml").write_text(closed, encoding="utf-8")
    assert cautions(settings, str(tmp_path / "consultation.yaml")) == []


def test_whoever_serves_is_told_what_is_served(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        empty = "\n".join(greeting(str(tmp_path), desk))
        assert "没有运行 no runs" in empty
        assert f"add-user NAME --role administrator --store {tmp_path}" in empty
        for name in ("demo/20261119T080000Z", "urumqi/20261120T160000Z", "demo/20261120T080000Z"):
            (tmp_path / "runs" / name).mkdir(parents=True)
            (tmp_path / "runs" / name / "manifest.json").write_text("{}", encoding="utf-8")
        (tmp_path / "runs" / "demo" / "20261122T080000Z").mkdir()
        add_user(desk, TERMINAL, NewUser("first", "administrator", "", "seven quiet camels cross"))
        told = "\n".join(greeting(str(tmp_path), desk))
    assert str(tmp_path.resolve()) in told
    assert "3次运行 runs，最近 latest urumqi 2026-11-21 00:00 北京时间起报" in told
    assert "consultation.db  1个账户 accounts" in told
    assert "首个账户" not in told
    assert "不登录即可查看" in told
    assert "Ctrl+C" in told


def test_a_store_elsewhere_is_read_only_and_a_closed_one_says_so(tmp_path: Path) -> None:
    assert "只读" in "\n".join(greeting("memory://runs", None))
    text = shipped_text("consultation.yaml").replace("anonymous_may_read: true", "anonymous_may_read: false")
    (tmp_path / "consultation.yaml").write_text(text, encoding="utf-8")
    with open_desk(tmp_path, tmp_path / "consultation.yaml") as desk:
        assert "须登录后查看" in "\n".join(greeting(str(tmp_path), desk))


def test_only_a_store_that_is_there_or_asked_for_is_served(tmp_path: Path) -> None:
    for passed in (str(tmp_path), "store", "s3://bucket/x"):
        check_store(passed)
    check_store(str(tmp_path / "typo"), new=True)
    with pytest.raises(RunError, match=r"there is no such store\. Check --store; --new begins one there"):
        check_store(str(tmp_path / "typo"), new=False)
    with pytest.raises(RunError, match="bogda daily begins one"):
        check_store(str(tmp_path / "typo"))
    assert not (tmp_path / "typo").exists()


@contextmanager
def open_desk(store: Path, settings: Path | None = None) -> Iterator[Desk]:
    desk = desk_of(store, settings)
    try:
        yield desk
    finally:
        desk.close()
