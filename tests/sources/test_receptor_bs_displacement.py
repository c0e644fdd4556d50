from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from foundation.errors import InputError
from sources.receptor.errors.bs_displacement import bs_displace, tracers
from sources.receptor.errors.displacement import displace
from sources.receptor.factorisation import factorise
from sources.receptor.proofs import synthetic_samples
from sources.receptor.results import Factorisation
from sources.receptor.rotation import rotated
from sources.receptor.samples import prepare


@pytest.fixture(scope="module")
def base() -> Factorisation:
    return factorise(prepare(synthetic_samples(6, factors=2, shape=(60, 6))[0]), 2, starts=6)


def test_intervals_grow_with_the_level_and_take_in_those_of_one_table(base: Factorisation) -> None:
    names = tracers(base)
    made = bs_displace(base, 8, levels=(1.0, 4.0), seed=2)
    alone = displace(base, (4.0,), names)
    columns = [base.samples.column(name) for name in names]
    assert made.species == names
    assert len(made.accepted) + len(made.dropped) == 8
    assert made.accepted
    assert made.unreached == 0
    assert made.largest_decrease < 0.005
    assert (made.lower[1] <= made.lower[0] + 1e-12).all()
    assert (made.upper[1] >= made.upper[0] - 1e-12).all()
    width, single = made.upper[1] - made.lower[1], (alone.upper - alone.lower)[0][:, columns]
    assert (width > single).mean() >= 0.75
    large = base.profiles[:, columns] > 0.3 * base.profiles[:, columns].max(0)
    inside = (made.lower[1] <= base.profiles[:, columns]) & (base.profiles[:, columns] <= made.upper[1])
    assert inside[large].all()


def test_tracers_are_strong_and_named_once(base: Factorisation) -> None:
    names = tracers(base)
    shares = base.species_shares
    assert {base.samples.species[int(row.argmax())] for row in shares} == set(names)
    weak = replace(base, samples=replace(base.samples, weak=names))
    assert not set(tracers(weak)) & set(names)
    with pytest.raises(InputError, match="every species is weak"):
        tracers(replace(base, samples=replace(base.samples, weak=base.samples.species)))


def test_what_does_not_count_is_named(base: Factorisation) -> None:
    made = bs_displace(base, 3, correlation=0.999999, seed=1)
    assert not made.accepted
    assert set(made.dropped) == {1, 2, 3}
    assert all(reason.startswith("no mapping: factor") for reason in made.dropped.values())
    assert np.isnan(made.lower).all()


def test_a_split_factor_swaps_and_is_dropped_by_name() -> None:
    samples = prepare(synthetic_samples(6, factors=2, shape=(60, 6))[0])
    made = bs_displace(factorise(samples, 3, starts=6), 4, species=[samples.species[0]], seed=1)
    assert len(made.accepted) + len(made.dropped) == 4
    known = (
        "no mapping",
        "the fit of the resample",
        "Q fell",
        *(f"{number} swaps" for number in range(1, 9)),
    )
    assert all(reason.startswith(known) for reason in made.dropped.values())


def test_what_cannot_be_is_refused(base: Factorisation) -> None:
    with pytest.raises(InputError, match="unknown species 'Xe'"):
        bs_displace(base, 2, species=["Xe"])
    with pytest.raises(InputError, match="levels"):
        bs_displace(base, 2, levels=(2.0, 1.0))
    with pytest.raises(InputError, match="0 bootstrap runs"):
        bs_displace(base, 0)
    with pytest.raises(InputError, match="turned by Fpeak 1"):
        displace(rotated(base, 1.0))
