"""Fixtures shared by all rooms' tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the command sets it, before torch is loaded


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real files; the test is skipped where it is absent."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("BOGDA_REAL_DATA", default))
    if not (folder / "observations").is_dir():
        pytest.skip(f"no real data at {folder}; set BOGDA_REAL_DATA to run this test")
    return folder
