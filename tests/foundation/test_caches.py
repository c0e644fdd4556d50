"""The user's cache folder: made, kept to, done without."""

from __future__ import annotations

from pathlib import Path

import pytest

from foundation.caches import user_cache, writable_user_cache


def test_it_is_made_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "new"))
    assert not user_cache().exists()
    assert writable_user_cache() == tmp_path / "new" / "bogda"
    assert user_cache().is_dir()


def test_without_a_place_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert writable_user_cache() is None
