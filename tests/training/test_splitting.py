import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.configuration import validate as validate_keys
from foundation.errors import ConfigurationError, InputError
from tests.training.made_up import panel
from training.splitting import SplitConfig, persistence_scale, split

RECORD = panel(600)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.3, 0.7), st.floats(0.1, 0.25), st.integers(1, 48))
def test_no_target_of_a_part_lies_in_the_next(train: float, validate: float, horizon: int) -> None:
    parts = split(RECORD, SplitConfig(train=train, validate_share=validate), horizon, 24)
    middle, end = parts.edges
    assert parts.train.max() + horizon < middle <= parts.validation.min()
    assert parts.validation.max() + horizon < end <= parts.judged.min()


def test_ends_are_named_by_beijing_days() -> None:
    parts = split(RECORD, SplitConfig(train_until="2020-01-15", validate_until="2020-01-20"), 24, 24)
    assert RECORD.times[parts.edges[0] - 1] == np.datetime64("2020-01-15T16")
    assert RECORD.times[parts.edges[1] - 1] == np.datetime64("2020-01-20T16")


def test_a_part_without_issues_is_told() -> None:
    with pytest.raises(ConfigurationError, match="validation part holds no issue"):
        split(RECORD, SplitConfig(train=0.7, validate_share=0.05), 168, 24)


@pytest.mark.parametrize(
    ("train", "validate", "told"),
    [
        ("2020-01-20", "2020-01-15", "validate_until 2020-01-15: expected after 2020-01-20"),
        ("2020-13-40", "2020-01-15", "train_until: '2020-13-40'"),
    ],
)
def test_ends_backwards_or_no_day_are_told_before_anything_is_read(
    train: str, validate: str, told: str
) -> None:
    with pytest.raises(ConfigurationError, match=told):
        validate_keys(SplitConfig, {"train_until": train, "validate_until": validate}, "x.yaml")


def test_persistence_scale_is_its_error() -> None:
    rows = np.arange(400)
    scale = persistence_scale(RECORD, rows, 3)
    values = np.exp(RECORD.recent[rows, :, 0])
    assert scale[1, 0] == pytest.approx(np.nanmean(np.abs(values[2:] - values[:-2])))


def test_a_pollutant_never_measured_is_told() -> None:
    from dataclasses import replace

    empty = replace(
        RECORD, recent=np.full_like(RECORD.recent, np.nan), target=np.full_like(RECORD.target, np.nan)
    )
    with pytest.raises(InputError, match="pm25 is hardly measured"):
        persistence_scale(empty, np.arange(400), 3)
