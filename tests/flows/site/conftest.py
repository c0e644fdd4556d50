"""A local provider, a short model, and a day without a scheduler."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flows import daily, transport
from flows.transport import Physical
from forecast.physical import configuration
from tests.flows.acquisition.server import Provider
from tests.flows.site.published_site import publish


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A local provider that publishes everything as it should be."""
    with Provider() as started:
        publish(started)
        yield started


@pytest.fixture
def short_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped model for a day and an hour, begun an hour before, without a scheduler."""
    short = configuration.physical_config().model_copy(update={"lead_hours": 25, "spin_up_hours": 1})
    monkeypatch.setattr(configuration, "physical_config", lambda: short)
    monkeypatch.setattr(
        daily, "_run", lambda plan, progress: daily.steps_without_scheduler(plan, progress, ())
    )


@pytest.fixture
def no_model(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weather is read, and no transport model is run on it."""
    request.getfixturevalue("short_model")

    def nothing(_plan: object, weather: transport.Weather, *_: object) -> Physical:
        return Physical(degradations=weather.degradations)

    monkeypatch.setattr(transport, "transport_step", nothing)
