"""What is told to whoever serves the page to others."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.commands.serve import cautions, settings_of
from foundation.configuration import shipped_text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_nothing_is_said_on_this_machine_alone(host: str) -> None:
    assert cautions(settings_of(None, host, None)) == []


def test_others_on_the_network_are_thought_of(tmp_path: Path) -> None:
    settings = settings_of(None, "192.0.2.7", None)
    looking, readable = cautions(settings)
    assert "anonymous_may_read" in looking
    assert "https" in readable
    text = shipped_text("consultation.yaml")
    closed = text.replace("anonymous_may_read: true", "anonymous_may_read: false")
    closed = closed.replace("public_address: null", "public_address: https://bogda.example")
    (tmp_path / "consultation.yaml").write_text(closed, encoding="utf-8")
    assert cautions(settings, str(tmp_path / "consultation.yaml")) == []
