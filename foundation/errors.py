"""Errors a user can act on: one line that says what is wrong, where, and what to do."""

from __future__ import annotations


class BogdaError(Exception):
    """Something the user can mend.

    Args:
        what: what is wrong, with expected and got where that helps.
        where: the file, row, key or variable concerned; empty when there is no such place.
        remedy: what to do about it.

    Attributes:
        exit_code: of the command that it ends.
        kind: of fault, in Chinese; it begins the line that people read.
        chinese: what is wrong, in Chinese; empty where `foundation.chinese_messages` is to be asked.
    """

    exit_code = 1
    kind = "出错"
    chinese = ""

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        """Compose the one line."""
        self.what, self.where, self.remedy = what, where, remedy
        head = f"{where}: {what}" if where else what
        line = f"{head}. {remedy}" if remedy else head
        super().__init__(" ".join(line.split()))


class ConfigurationError(BogdaError):
    """A configuration file or a command-line value is not acceptable."""

    exit_code = 2
    kind = "配置或选项有误"


class InputError(BogdaError):
    """A file of measurements, weather or emissions cannot be used as it is."""

    exit_code = 3
    kind = "输入有误"


class ContractError(BogdaError):
    """A data set does not keep the contract of the door it came to."""

    exit_code = 4
    kind = "数据不符合约定"


class RunError(BogdaError):
    """A run, or the store it lives in, cannot be read or written."""

    exit_code = 5
    kind = "产品库或运行有误"


def fault_line(error: Exception) -> str:
    """A fault that nobody foresaw, in one line: its kind and the first line of what it says."""
    said = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {said or 'no message'}"
