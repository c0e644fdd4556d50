"""Passwords: what is refused, and argon2id for what is kept (RFC 9106, second recommended option)."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from consultation.record.configuration import PasswordConfig
from consultation.record.refusals import NotAcceptable

_RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORTEST_RUN = 4
_AT_ONCE = threading.BoundedSemaphore(2)
"""Each hash takes 64 MiB: a flood of logins must not take them all at once."""


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash to compare with when there is no such person, so that it takes as long."""
    return _hasher().hash("nobody has this password")


def hashed(password: str) -> str:
    """The argon2id hash, with its own salt and parameters."""
    with _AT_ONCE:
        return _hasher().hash(_plain(password))


def _plain(password: str) -> str:
    """The same characters for the same text, however a keyboard composes them (Unicode form NFKC)."""
    return unicodedata.normalize("NFKC", password)


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the one that was hashed; takes as long when there is none."""
    try:
        with _AT_ONCE:
            return _hasher().verify(stored or _nobody(), _plain(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether the parameters of a hash are no longer those of today."""
    return _hasher().check_needs_rehash(stored)


def check_password(password: str, name: str, config: PasswordConfig) -> None:
    """Refuse a password that is too short, common or like the person's name.

    Args:
        password: as typed.
        name: of the account.
        config: its bounds.

    Raises:
        NotAcceptable: saying why.
    """
    if not config.shortest <= len(password) <= config.longest:
        raise NotAcceptable(
            f"expected {config.shortest} to {config.longest} characters, got {len(password)}",
            f"密码须{config.shortest}至{config.longest}个字符",
            remedy="Take several words that do not go together",
        )  # fmt: skip
    remaining = _without_weak_parts(password.lower(), name.lower(), config.weak_words)
    if len(remaining) < config.shortest // 3 or len(set(password.lower())) < config.shortest // 2:
        raise NotAcceptable(
            "too easily guessed: little is left without common words, sequences, repetitions and the name",
            "密码过于常见，或与用户名相近", remedy="Take several words that do not go together",
        )  # fmt: skip


def _without_weak_parts(password: str, name: str, weak_words: tuple[str, ...]) -> str:
    parts = [part for part in (name, *re.split(r"[^a-z0-9]+", name)) if len(part) >= 3]
    for word in sorted((*parts, *weak_words), key=len, reverse=True):
        password = password.replace(word, "")
    password = re.sub(r"(19|20)\d\d", "", password)
    for run in _RUNS:
        for line in (run, run[::-1]):
            for length in range(len(line), _SHORTEST_RUN - 1, -1):
                for begin in range(len(line) - length + 1):
                    password = password.replace(line[begin : begin + length], "")
    return re.sub(r"(.)\1{2,}", r"\1", password)
