"""The one line in which the command line says what is wrong: Chinese first, English beside."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from foundation.chinese_messages import in_chinese
from foundation.errors import BogdaError

if TYPE_CHECKING:
    from typer import TyperException

__all__ = ["LANGUAGE", "error_line", "system_line", "usage_line"]

LANGUAGE = "BOGDA_LANG"
"""Variable of the environment: `zh` for Chinese where it is known, `en` for English alone; both otherwise."""

_HEAD, _REMEDY = "bogda: ", "处理办法："


@dataclass(frozen=True)
class _Said:
    """One fault: its kind in Chinese, where it is, what it is and what to do; and all of it in English."""

    kind: str
    where: str
    what: str
    remedy: str
    english: str
    chinese: str = ""


def error_line(error: BogdaError) -> str:
    """The line for a fault that a user can mend."""
    return _line(_Said(error.kind, error.where, error.what, error.remedy, str(error), error.chinese))


def system_line(error: OSError) -> str:
    """The line for what the operating system refused."""
    where, what = str(error.filename or "system"), str(error.strerror or error)
    return _line(_Said("系统报错", "" if where == "system" else where, what, "", f"{where}: {what}"))


def usage_line(words: Sequence[str], error: TyperException) -> str:
    """The line for options and arguments that do not fit the command; empty where its help was printed.

    Args:
        words: of the command line, without the program.
        error: what Typer says, with the command that it concerns where it knows that.
    """
    what = " ".join(error.format_message().split()).rstrip(".")
    if not what:
        return ""
    context = getattr(error, "ctx", None)
    named = takewhile(lambda word: not word.startswith("-"), words)
    command = context.command_path if context is not None else " ".join(["bogda", *named])
    told, see = in_chinese(what), f"{command} --help"
    chinese = f"用法有误 {command}{_colon(told)}{_stop(told)}{_REMEDY}见 {see}"
    english = f"{command}: {what}{'' if what.endswith('?') else '.'} See {see}"
    return _HEAD + _by_language(chinese, english, known=told is not None)


def _line(said: _Said) -> str:
    what = said.chinese or in_chinese(said.what)
    remedy = in_chinese(said.remedy) if said.remedy else None
    where = f" {said.where}" if said.where else ""
    chinese = f"{said.kind}{where}{_colon(what)}" + (f"{_stop(what)}{_REMEDY}{remedy}" if remedy else "")
    known = what is not None and (remedy is not None or not said.remedy)
    return _HEAD + " ".join(_by_language(chinese, said.english, known=known).split())


def _colon(what: str | None) -> str:
    return f"：{what}" if what else ""


def _stop(what: str | None) -> str:
    return "" if (what or "").endswith("？") else "。"


def _by_language(chinese: str, english: str, *, known: bool) -> str:
    """What is said in the language asked for; what is not known in Chinese is never left out in English."""
    wanted = os.environ.get(LANGUAGE, "")[:2].lower()
    if wanted == "en":
        return english
    return chinese if wanted == "zh" and known else f"{chinese} · {english}"
