"""Why something did not arrive, as an exception on its way to becoming a `Failure`."""

from __future__ import annotations

from flows.acquisition.arrival import Code, Failure

__all__ = ["PASSING", "NotArrivedError", "failure_of"]

PASSING: frozenset[Code] = frozenset({"truncated", "slow", "unavailable", "unreachable"})
"""Worth another attempt at once."""

_MOST_SHOWN = 300


class NotArrivedError(Exception):
    """Something from outside is not there, or not what it should be.

    Args:
        code: for programs.
        chinese: what happened, without the name of the source; what people read.
        english: the same in English.
        wait_s: the server asked to wait so long before the next attempt.
    """

    def __init__(self, code: Code, chinese: str, english: str, wait_s: float = 0.0) -> None:
        """Say what happened, without secrets."""
        self.code, self.chinese, self.english, self.wait_s = code, chinese, english, wait_s
        super().__init__(f"{code}: {english}")

    def again(self, code: Code, chinese: str = "", english: str = "") -> NotArrivedError:
        """The same under another code."""
        return NotArrivedError(code, chinese or self.chinese, english or self.english)


def failure_of(source: str, item: tuple[str, str], error: NotArrivedError) -> Failure:
    """The failure that people and programs see; one line in each language.

    Args:
        source: name of the source.
        item: what was wanted, in UTC for programs and in Chinese for people.
        error: what happened.
    """
    chinese, english = (" ".join(text.split())[:_MOST_SHOWN] for text in (error.chinese, error.english))
    return Failure(source, item[0], error.code, f"{item[1]}：{chinese}", f"{item[0]}: {english}")
