"""Mass factors from atomic weights, size bins, selections, sums."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from atmosphere.transport.species import load_species
from atmosphere.transport.species_configuration import SpeciesConfig
from foundation.configuration import validate
from foundation.errors import ConfigurationError, InputError

H, N, O, S = 1.008, 14.007, 15.999, 32.06  # noqa: E741 - IUPAC 2021, abridged
TABLE = load_species()


def factor(name: str) -> float:
    return TABLE.species[TABLE.index(name)].pm25


def test_ammonium_by_neutralisation() -> None:
    ammonium = N + 4 * H
    assert factor("sulfate") == pytest.approx((2 * ammonium + S + 4 * O) / (S + 4 * O), rel=1e-3)
    assert factor("nitrate") == pytest.approx((ammonium + N + 3 * O) / (N + 3 * O), rel=1e-3)


def test_reactions_keep_sulfur_and_nitrogen() -> None:
    made = {TABLE.names[one.product]: one.mass_factor for one in TABLE.reactions}
    assert made["sulfate"] * S / (S + 4 * O) == pytest.approx(S / (S + 2 * O), rel=1e-3)
    assert made["nitrate"] * N / (N + 3 * O) == pytest.approx(N / (N + 2 * O), rel=1e-3)
    assert 0.02 < made["soa"] < 0.4


def test_dust_bins_follow_from_their_edges() -> None:
    bins = [one for one in TABLE.species if one.bin_um]
    assert len(bins) == 5
    for one, after in zip(bins, [*bins[1:], None], strict=True):
        low, high = one.bin_um
        assert after is None or after.bin_um[0] == high
        log = np.linspace(np.log(low), np.log(high), 20001)
        middle = np.exp(0.5 * (log[1:] + log[:-1]))
        aerodynamic = middle * np.sqrt(one.density / 1000)
        assert one.diameter_um == pytest.approx(np.sqrt((middle**2).mean()), rel=1e-3)
        assert one.pm25 == pytest.approx((aerodynamic < 2.5).mean(), abs=2e-3)
        assert one.pm10 == pytest.approx((aerodynamic < 10).mean(), abs=2e-3)
        assert one.settles == (one.diameter_um > 1)


def test_every_species_is_named_in_both_languages_and_every_choice_has_a_source() -> None:
    for one in TABLE.species:
        assert one.chinese
        assert one.english
        assert one.sources
    assert all(rule.reference for rule in TABLE.reaction_rules)


def test_a_part_keeps_only_its_own_reactions() -> None:
    part = TABLE.select(["sulfate", "ppm_coarse", "so2"])
    assert part.names == ("sulfate", "ppm_coarse", "so2")
    assert [(one.source, one.product) for one in part.reactions] == [(2, 0)]
    assert part.settling == (1,)
    assert TABLE.select(["so2", "nox"]).reactions == ()


@pytest.mark.parametrize("names", [[], ["so2", "so2"], ["so2", "ozone"]])
def test_impossible_selections(names: list[str]) -> None:
    with pytest.raises(ConfigurationError):
        TABLE.select(names)


def test_sums_by_hand() -> None:
    part = TABLE.select(["ppm_fine", "ppm_coarse", "so2", "sulfate", "nitrate"])
    air = torch.tensor([10.0, 20.0, 30.0, 4.0, 5.0])[None, :, None].expand(2, 5, 3)
    share = torch.tensor([1.0, 0.5, 0.0])
    ammonium_sulfate, ammonium_nitrate = 4 * 132.140 / 96.063, 5 * 80.043 / 62.005
    wanted = 10 + ammonium_sulfate + ammonium_nitrate * share
    torch.testing.assert_close(part.pm25(air, share), wanted.expand(2, 3), rtol=1e-4, atol=0)
    torch.testing.assert_close(part.pm10(air, share), (20 + wanted).expand(2, 3), rtol=1e-4, atol=0)
    torch.testing.assert_close(part.pm25(air[0].T, share, axis=-1), wanted, rtol=1e-4, atol=0)


def test_sums_refuse_what_they_cannot_know() -> None:
    with pytest.raises(InputError, match="nitrate"):
        TABLE.pm25(torch.ones(1, len(TABLE.species)))
    with pytest.raises(InputError, match="expected 2 species"):
        TABLE.select(["so2", "sulfate"]).pm25(torch.ones(1, 3))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0, 1e-3), min_size=14, max_size=14), st.floats(0, 1))
def test_pm25_is_part_of_pm10(values: list[float], share: float) -> None:
    air = torch.tensor(values, dtype=torch.float64)
    fine, all_ = TABLE.pm25(air, share, axis=0), TABLE.pm10(air, share, axis=0)
    assert 0 <= float(fine) <= float(all_) + 1e-18


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"pm25": 2.0}, "no more PM2.5 than PM10"),
        ({"diameter_um": None}, "diameter_um and density"),
        ({"below_cloud": 1.0}, "below_cloud"),
        ({"colour": "grey"}, "unknown key"),
    ],
)
def test_impossible_species(change: dict[str, object], complaint: str) -> None:
    given = {**TABLE.species[0].model_dump(), **change}
    with pytest.raises(ConfigurationError, match=complaint):
        validate(SpeciesConfig, given, "species.yaml")
