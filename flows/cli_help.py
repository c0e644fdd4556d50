"""The words around the help of every command, in both languages, as what commands say of themselves is."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["help_in_both_languages", "help_is_wanted"]


def help_is_wanted(words: Sequence[str]) -> bool:
    """Whether help may be printed: it is asked for, or there is nothing but names of commands.

    Args:
        words: of the command line, without the program.
    """
    return "--help" in words or not any(word.startswith("-") for word in words)


def help_in_both_languages() -> None:
    """Put both languages where Typer has English; its module of looks is loaded for nothing else."""
    from typer import rich_utils

    rich_utils.OPTIONS_PANEL_TITLE = "选项 Options"
    rich_utils.ARGUMENTS_PANEL_TITLE = "参数 Arguments"
    rich_utils.COMMANDS_PANEL_TITLE = "命令 Commands"
    rich_utils.DEFAULT_STRING = "[缺省 default: {}]"
    rich_utils.REQUIRED_LONG_STRING = "[必填 required]"
