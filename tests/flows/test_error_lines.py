"""What the command line says when something is wrong, as people read it: Chinese first, in one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from flows.cli import app
from flows.error_lines import LANGUAGE, error_line
from foundation.errors import BogdaError, ConfigurationError, ContractError, InputError, RunError
from tests.flows.command import bogda

CHINESE = re.compile("[\u4e00-\u9fff]")

REFUSED = {
    "daily --case nowhere": 2, "daily --site nowhere": 2, "daily --rung full": 2, "daily --store": 2,
    "daily --site demo --case demo": 2, "daily --site demo --rung best": 2, "daily --nothing": 2,
    "daily --site demo --minutes 0": 2, "daily --site demo --minutes soon": 2,
    "daily --reference-time yesterday": 2,
    "serve --store nowhere": 5, "serve --port 0": 2, "serve --settings nowhere.yaml": 2,
    "consultation add-user ann": 2, "consultation add-user ann --role chef": 2,
    "consultation add-user ann viewer --role approver": 2,
    "consultation add-user ann viewer --store nowhere": 5,
    "consultation add-user ann viewer --password-file nowhere": 2,
    "consultation list-users --store nowhere": 3, "consultation set-role ann viewer --store nowhere": 3,
    "consultation set-role ann chef": 2, "consultation set-role": 2,
    "consultation set-password ann --store nowhere": 3, "consultation verify-record --store nowhere": 3,
    "consultation verify-record --anchor 7": 2, "consultation deliver --store nowhere": 3,
    "consultation deliveries --store nowhere": 3, "consultation list-users --store s3://bucket/x": 2,
    "warnings list --store nowhere": 3, "warnings evaluate nowhere.nc": 3,
    "warnings issue w1 --as ann --reason r --store nowhere": 3,
    "warnings notice w1 --out x.docx --store nowhere": 3, "warnings lift w1 --as ann": 2,
    "warnings propose": 2,
    "bulletin nowhere --out x.html": 3, "bulletin nowhere --out no/x.html": 5,
    "bulletin nowhere --out x --format doc": 2, "bulletin nowhere --out x --kind weekly": 2,
    "bulletin nowhere --out x --area urumqi": 2, "bulletin nowhere": 2,
    "bulletin nowhere --out x --warning w1": 2, "bulletin nowhere --out x --settings no.yaml": 2,
    "assess nowhere --year 2015": 3, "assess nowhere --year 15": 2, "assess nowhere --year 2015 --name x": 2,
    "assess nowhere --year 2015 --until June": 2, "assess nowhere --year 2015 --until 2016-01-01": 2,
    "assess nowhere --year 2015 --store nowhere": 5, "assess nowhere --year 2015 --provider who": 3,
    "status --nothing": 2, "runs list --store nowhere": 5, "runs lst": 2, "runs list more": 2,
    "runs resume --site demo --store nowhere": 5, "runs resume": 2, "runs prune": 2,
    "runs prune --keep 0": 2, "runs prune --days 1 --store nowhere": 5,
    "schedule --site nowhere": 2, "schedule --site demo --store s3://bucket/x": 2,
    "fetch --site nowhere": 2, "fetch --site demo --what tea": 2, "fetch --site demo": 2,
    "aqi pm25 --date 2026-01-01": 2, "aqi pm25=75 --date soon": 2, "observations check nowhere": 3,
    "nothing": 2,
}  # fmt: skip
"""What is typed wrongly, and the exit code that the READMEs give it."""


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(LANGUAGE, raising=False)
    return tmp_path


@pytest.mark.parametrize(("typed", "code"), REFUSED.items())
def test_a_refusal_is_one_line_in_both_languages_and_leaves_nothing(
    typed: str, code: int, empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = bogda(*typed.split())
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.exit_code == code, done.stderr
    assert not list(empty_folder.iterdir())
    chinese, middle, english = done.stderr.removeprefix("bogda: ").partition(" · ")
    assert CHINESE.search(chinese)
    assert middle
    assert not CHINESE.search(english)
    monkeypatch.setenv(LANGUAGE, "zh_CN.UTF-8")
    alone = bogda(*typed.split()).stderr
    assert alone == f"bogda: {chinese}\n", "its Chinese is not whole: add it to configs/chinese_messages.yaml"
    monkeypatch.setenv(LANGUAGE, "en")
    assert bogda(*typed.split()).stderr == f"bogda: {english}"


@pytest.mark.parametrize(
    ("kind", "code", "chinese"),
    [
        (BogdaError, 1, "出错"), (ConfigurationError, 2, "配置或选项有误"), (InputError, 3, "输入有误"),
        (ContractError, 4, "数据不符合约定"), (RunError, 5, "产品库或运行有误"),
    ],
)  # fmt: skip
def test_what_has_no_chinese_has_a_chinese_heading_and_its_english(
    kind: type[BogdaError], code: int, chinese: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = kind("the moon is full", where="night.nc, row 3", remedy="Check the path")
    line = f"bogda: {chinese} night.nc, row 3。处理办法：请核对路径 · "
    line += "night.nc, row 3: the moon is full. Check the path"
    assert error_line(error) == line
    monkeypatch.setenv(LANGUAGE, "zh")
    assert error_line(error) == line
    assert error.exit_code == code


def test_what_the_system_refuses_is_told(empty_folder: Path) -> None:
    (empty_folder / "store").write_text("no folder", encoding="utf-8")
    done = bogda("assess", "nowhere", "--year", "2015", "--store", "store/x")
    assert (done.exit_code, CHINESE.search(done.stderr) is not None) == (5, True)


@pytest.mark.parametrize(
    "names",
    ["daily", "serve", "bulletin", "assess", "status", "schedule", "fetch", "runs list", "runs resume",
     "runs prune", "runs deliver", "consultation add-user", "consultation list-users",
     "consultation set-password", "consultation set-role", "consultation disable-user",
     "consultation enable-user", "consultation verify-record", "consultation deliver",
     "consultation deliveries", "warnings evaluate", "warnings list", "warnings propose",
     "warnings approve", "warnings issue", "warnings lift", "warnings notice"],
)  # fmt: skip
def test_the_help_of_a_command_of_every_day_is_in_both_languages(names: str) -> None:
    command = get_command(app)
    for name in names.split():
        command = command.commands[name]  # type: ignore[attr-defined]
    told = [command.help, *(one.help for one in command.params if one.name != "help")]
    for text in told:
        assert CHINESE.search(text or ""), (names, text)
        assert re.search("[A-Za-z]{2}", text or ""), (names, text)
    shown = bogda(*names.split(), "--help")
    assert shown.exit_code == 0
    assert "选项 Options" in shown.stdout


def test_a_group_alone_shows_its_commands_and_ends_as_a_wrong_use() -> None:
    done = bogda("runs")
    assert done.exit_code == 2
    assert "命令 Commands" in done.stdout + done.stderr
    assert "bogda: " not in done.stderr
