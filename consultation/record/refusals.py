"""Acts that are refused: by state, by right, or because they were already done."""

from __future__ import annotations

from foundation.errors import BogdaError


class Refusal(BogdaError):  # noqa: N818 - nothing is wrong with the program
    """An act that does not fit the state of things; nothing was recorded.

    Args:
        english: what was refused and why.
        chinese: the same in Chinese, for the page.
        remedy: what to do about it.
    """

    exit_code = 6
    kind = "不予办理"
    status = 409
    code = "refused"

    def __init__(self, english: str, chinese: str, *, remedy: str = "") -> None:
        """Compose the line."""
        super().__init__(english, remedy=remedy)
        self.chinese = chinese


class NotPermitted(Refusal):
    """The person lacks the right."""

    exit_code = 7
    kind = "无此权限"
    status = 403
    code = "not-permitted"


class NotLoggedIn(Refusal):
    """There is no session, or it has ended."""

    exit_code = 7
    kind = "未登录"
    status = 401
    code = "not-logged-in"


class TooMany(Refusal):
    """Too many attempts; wait."""

    exit_code = 7
    kind = "尝试过多"
    status = 429
    code = "too-many"


class Unknown(Refusal):
    """There is no such run, place, day or warning."""

    kind = "查无此项"
    status = 404
    code = "absent"


class NotAcceptable(Refusal):
    """What was given cannot be recorded as it is."""

    exit_code = 3
    kind = "内容不可接受"
    status = 422
    code = "invalid"
