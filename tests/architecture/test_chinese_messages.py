"""Every message of the commands of every day has its Chinese; none stands for a message that is gone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from foundation.chinese_messages import in_chinese, messages
from tests.architecture.spoken_templates import ROOT, raised, spoken, template

EVERY_DAY = (
    "foundation/configuration.py", "foundation/named_configuration.py", "foundation/places.py",
    "foundation/store.py", "foundation/times.py",
    "flows/case.py", "flows/case_inputs.py", "flows/inventory_request.py", "flows/measurements.py",
    "flows/plan.py", "flows/stores.py", "flows/weather.py", "flows/site/*.py", "flows/operations/*.py",
    *(f"flows/commands/{name}.py" for name in (
        "aqi", "assess", "bulletin", "recorded_bulletin", "consultation_accounts", "consultation_record",
        "daily", "deliveries", "doctor", "fetch", "observations", "runs", "schedule", "serve",
        "serve_greeting", "status", "warning_notice", "warning_proposals", "warning_states",
    )),
    "consultation/accounts/*.py", "consultation/bulletin/*.py", "consultation/delivery/configuration.py",
    "consultation/documents/*.py", "consultation/formats.py", "consultation/issuing/*.py",
    "consultation/products.py", "consultation/record/*.py", "consultation/run_folder.py",
    "observations/assembling.py", "observations/providers.py", "observations/tables.py",
    "observations/text_files.py",
)  # fmt: skip
"""What the commands of every day raise errors from."""

FILES = [file for pattern in EVERY_DAY for file in sorted(ROOT.glob(pattern))]


def test_every_pattern_names_files() -> None:
    assert all(list(ROOT.glob(pattern)) for pattern in EVERY_DAY)
    assert sum(len(list(raised(file))) for file in FILES) > 150


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_a_command_of_every_day_says_is_known_in_chinese(file: Path) -> None:
    unknown = [
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for line, text in raised(file)
        if in_chinese(text.replace("{}", "x1")) is None
    ]
    assert not unknown, "add to configs/chinese_messages.yaml:\n" + "\n".join(unknown)


def test_no_chinese_is_left_of_a_message_that_is_gone() -> None:
    assert not [one for one in messages().messages if one.rstrip(".") not in spoken()]


def test_each_message_is_chinese_and_fills_in_what_the_english_does() -> None:
    known = messages()
    for table in (known.messages, known.of_libraries, known.parts):
        for english, chinese in table.items():
            assert re.search("[\u4e00-\u9fff]", chinese), english
            assert "。" not in chinese.rstrip("。"), english
            places = re.findall(r"\{(\d?)\}", chinese)
            assert len(places) <= english.count("{}"), english
            if "" in places:
                assert len(places) == english.count("{}"), english


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("no such file, or it cannot be read", "文件不存在或无法读取"),
        ("key 'port': expected text, got '3'", "键'port'：应为文字，现为'3'"),
        ("key 'a.b': is required and missing (and 2 more)", "键'a.b'：必须给出（另有2处）"),
        ("row 4: it was changed（第4行：内容被改动）", "第4行：内容被改动"),
        ("cannot write: No space left on device", "无法写入：磁盘已满"),
        ("no case 'x y'", "没有算例'x y'"),
        ("Nobody says this", None),
        ("", None),
    ],
)
def test_what_is_filled_in_is_kept_or_said_in_chinese_too(english: str, chinese: str | None) -> None:
    assert in_chinese(english) == chinese


def test_a_text_that_is_worked_out_is_no_template() -> None:
    import ast

    assert template(ast.parse("f(x)").body[0]) == ""
