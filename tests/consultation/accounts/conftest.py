"""Cheap hashes: the real ones take 64 MiB and some 0.1 s each, which one test alone needs."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from consultation.accounts import passwords

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everywhere in this folder."""
    monkeypatch.setattr(passwords, "_hasher", lambda: CHEAP)
    monkeypatch.setattr(passwords, "_nobody", lambda: CHEAP.hash("nobody has this password"))
