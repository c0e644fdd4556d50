"""Intervals of shares: closed forms, sums kept, coverage of a known truth, and factors of an inversion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissions_inventory.labels import source_labels
from emissions_inventory.prior.configuration import prior_config
from foundation.errors import ConfigurationError, InputError
from sources.tagging.configuration import TaggingConfig, tagging_config
from sources.tagging.correction import corrected
from sources.tagging.factor_table import read_factors
from sources.tagging.groups import sums_by
from sources.tagging.means import Means, mean_contributions, receptor_course
from sources.tagging.runs import read_contributions
from sources.tagging.uncertainty import drawn_contributions, group_deviation, intervals_by
from tests.sources.tagging_runs import SOURCES, write_contributions


@pytest.fixture(scope="module")
def means(tmp_path_factory: pytest.TempPathFactory) -> Means:
    folder = write_contributions(
        tmp_path_factory.mktemp("interval") / "run", np.array([90.0, 110.0]), hourly=False
    )
    return mean_contributions(receptor_course([read_contributions(folder)], "day"), "pm25")


def test_a_single_sector_errs_as_the_inventory_says() -> None:
    prior = prior_config()
    for name, species in (("traffic", "nox"), ("heating", "so2"), ("storage", "pm25")):
        sigma = prior.uncertainty[name][prior.species.index(species)]
        assert group_deviation((name,), species) == pytest.approx(sigma)


def test_a_group_errs_less_than_its_worst_and_as_independent_parts_do() -> None:
    industry = tuple(sector.id for sector in source_labels().sectors if sector.tag == "industry")
    prior, emitted = prior_config(), tagging_config().intervals.january_kt
    column = prior.species.index("so2")
    sigma = np.array([prior.uncertainty[name][column] for name in industry])
    kt = np.array([emitted[name]["so2"] for name in industry])
    draws = np.random.default_rng(0).standard_normal((200_000, len(industry)))
    total = (np.exp(sigma * draws - 0.5 * sigma**2) * kt).sum(1) / kt.sum()
    assert np.sqrt(np.log1p(total.var())) == pytest.approx(group_deviation(industry, "so2"), rel=0.02)
    assert group_deviation(industry, "so2") < sigma.max()


def test_every_draw_keeps_the_published_sum(means: Means) -> None:
    drawn = drawn_contributions(means)
    assert drawn.sizes["draw"] == tagging_config().intervals.draws
    total = np.broadcast_to(means.dataset["published"].values, drawn.shape[:2])
    np.testing.assert_allclose(drawn.sum("source"), total, rtol=1e-12)
    assert bool((drawn >= 0).all())


def test_intervals_hold_the_estimate_and_widen_with_the_errors(means: Means) -> None:
    config = tagging_config().intervals
    calm = config.model_copy(
        update={"transport": config.transport.model_copy(update={"own": 0.0, "other": 0.0}), "boundary": 0.0,
                "initial": 0.0, "unattributed": 0.0}
    )  # fmt: skip
    wide, narrow = (
        intervals_by(means, drawn_contributions(means, None, one), "source", one) for one in (config, calm)
    )
    value = means.dataset["contribution"]
    assert bool((wide.sel(bound="lower").values < value.values).all())
    assert bool((wide.sel(bound="upper").values > value.values).all())
    spread = [(one.sel(bound="upper") - one.sel(bound="lower")).sum() for one in (wide, narrow)]
    assert float(spread[0]) > 1.2 * float(spread[1])


def test_without_any_error_nothing_is_uncertain(means: Means) -> None:
    sure = {str(name): (1.0, 0.0) for name in means.dataset["source"].values}
    config = tagging_config().intervals
    still = config.model_copy(
        update={"transport": config.transport.model_copy(update={"own": 0.0, "other": 0.0}), "boundary": 0.0,
                "initial": 0.0, "unattributed": 0.0}
    )  # fmt: skip
    drawn = drawn_contributions(means, sure, still)
    expected = np.broadcast_to(means.dataset["contribution"].values, drawn.shape)
    np.testing.assert_allclose(drawn, expected, rtol=1e-12)


def test_the_interval_covers_a_truth_drawn_from_the_same_errors(means: Means) -> None:
    config = tagging_config().intervals
    bounds = intervals_by(means, drawn_contributions(means), "sector")
    other = config.model_copy(update={"seed": config.seed + 1})
    truths = drawn_contributions(means, None, other).sel(place="urumqi")
    industry = truths.isel(
        source=[n for n, (name, _) in enumerate(SOURCES) if name.startswith("industry")]
    ).sum("source")
    low, high = (bounds.sel(bound=side, place="urumqi", group="industry") for side in ("lower", "upper"))
    inside = float(((industry >= low) & (industry <= high)).mean())
    assert inside == pytest.approx(config.upper - config.lower, abs=0.025)


def test_factors_of_an_inversion_move_and_tighten_a_share(means: Means) -> None:
    plain = drawn_contributions(means)
    doubled = drawn_contributions(means, {"industry.chang-shi": (2.0, 0.01)})
    share = [
        float(one.sel(source="industry.chang-shi", place="changji").median()) for one in (plain, doubled)
    ]
    assert share[1] > 1.3 * share[0]
    np.testing.assert_allclose(doubled.sum("source"), plain.sum("source"), rtol=1e-12)
    with pytest.raises(InputError, match="unknown source 'nobody'"):
        drawn_contributions(means, {"nobody": (1.0, 0.1)})
    with pytest.raises(InputError, match="above 0"):
        drawn_contributions(means, {"boundary": (0.0, 0.1)})


def test_corrected_contributions_lie_within_their_intervals_and_keep_the_sum(means: Means) -> None:
    factors = {"industry.chang-shi": (0.2, 0.1), "boundary": (2.0, 0.1)}
    moved = replace(means, dataset=corrected(means.dataset, factors))
    np.testing.assert_allclose(
        moved.dataset["contribution"].sum("source"), means.dataset["contribution"].sum("source")
    )
    bounds = intervals_by(means, drawn_contributions(means, factors), "source")
    values = sums_by(moved.dataset, "source")
    known = values.sum("group") > 0
    inside = (values >= bounds.sel(bound="lower")) & (values <= bounds.sel(bound="upper"))
    assert bool(inside.where(known, True).all())
    before = float(means.dataset["contribution"].sel(place="changji", source="industry.chang-shi"))
    assert float(values.sel(place="changji", group="industry.chang-shi")) < 0.5 * before
    with pytest.raises(InputError, match="unknown source 'nobody'"):
        corrected(means.dataset, {"nobody": (1.0, 0.1)})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source,factor\na,1\n", "column 'log_sd'"),
        ("", "column 'source'"),
        ("source,factor,log_sd\na,x,0.1\n", "row 2, column factor: expected a number"),
        ("source,factor,log_sd\na,1,0.1\na,2,0.1\n", "row 3: source 'a' is given twice"),
        ("source,factor,log_sd\na,-1,0.1\n", "row 2: expected a factor above 0"),
        ("source,factor,log_sd\na,1,nan\n", "row 2, column log_sd"),
    ],
)
def test_a_table_of_factors_that_cannot_be_used_is_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "factors.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_factors(file)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.text("abcdefgh._-", min_size=1, max_size=8),
        st.tuples(st.floats(1e-3, 1e3), st.floats(0, 3)), min_size=1, max_size=6,
    )
)  # fmt: skip
def test_a_table_of_factors_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, table: dict[str, tuple[float, float]]
) -> None:
    file = tmp_path_factory.mktemp("factors") / "table.csv"
    rows = [f"{name},{factor!r},{deviation!r}" for name, (factor, deviation) in table.items()]
    file.write_text("\n".join(["source,factor,log_sd", *rows]) + "\n", encoding="utf-8")
    assert read_factors(file) == table


def test_choices_that_name_nothing_are_refused() -> None:
    from foundation.configuration import validate

    plain = tagging_config().model_dump()
    for key, value, message in (
        ("natural_sectors", ["wind"], "natural_sectors: unknown 'wind'"),
        ("target_regions", ["nowhere"], "target_regions: unknown 'nowhere'"),
        ("largest_factor", 0.5, "largest_factor"),
    ):
        with pytest.raises(ConfigurationError, match=message):
            validate(TaggingConfig, {**plain, key: value}, "tagging.yaml")
