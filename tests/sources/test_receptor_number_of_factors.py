from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import InputError
from sources.receptor.admission import tensor_table
from sources.receptor.held_out import held_out_errors, masks_of
from sources.receptor.number_of_factors import NumberOfFactors, cross_validate
from sources.receptor.proofs import synthetic_samples
from sources.receptor.samples import prepare
from tests.flows.command import bogda


@settings(max_examples=25, deadline=None)
@given(
    samples=st.integers(20, 60), species=st.integers(2, 9), folds=st.integers(2, 8), block=st.integers(1, 4),
    seed=st.integers(0, 99), gaps=st.floats(0.0, 0.2),
)  # fmt: skip
def test_each_measured_element_is_held_out_once(
    samples: int, species: int, folds: int, block: int, seed: int, gaps: float
) -> None:
    measured = np.random.default_rng(seed).random((samples, species)) >= gaps
    try:
        masks = masks_of(measured, folds, block, seed)
    except InputError as error:
        assert "too few values" in str(error)
        return
    np.testing.assert_array_equal(masks.sum(0), measured)
    whole = masks_of(np.ones_like(measured), folds, block, seed)
    for first in range(0, samples - block + 1, block):
        together = whole[:, first : first + block]
        assert (together.any(1) == together.all(1)).all()
    np.testing.assert_array_equal(masks, masks_of(measured, folds, block, seed))


@pytest.fixture(scope="module")
def found() -> NumberOfFactors:
    raw, _, _ = synthetic_samples(5, factors=4, shape=(160, 14))
    return cross_validate(
        prepare(raw), [6, 3, 4, 5, 2], measured=np.isfinite(raw.concentrations), folds=6, full_starts=3
    )


def test_the_known_number_foretells_best(found: NumberOfFactors) -> None:
    assert (found.suggested, found.lowest) == (4, 4)
    error = {trial.factors: float(trial.held_out_robust.mean()) for trial in found.trials}
    assert list(error) == [2, 3, 4, 5, 6]
    assert error[2] > error[3] > 2.0 * error[4]
    assert error[6] > error[4]


def test_the_fit_always_improves_with_more_factors(found: NumberOfFactors) -> None:
    q = [trial.fit.q_true for trial in found.trials]
    assert q == sorted(q, reverse=True)
    (four,) = (trial.document() for trial in found.trials if trial.factors == 4)
    assert four["q_over_expected"] == pytest.approx(1.0, abs=0.2)
    json.dumps(found.document(), allow_nan=False)


def test_the_diagnostics_are_those_of_the_full_fit(found: NumberOfFactors) -> None:
    trial = found.trials[0]
    scaled, told = trial.fit.scaled_residuals, trial.document()
    assert told["largest_scaled_residual"] == pytest.approx(scaled.flat[np.abs(scaled).argmax()])
    assert told["share_beyond_3"] == pytest.approx((np.abs(scaled) > 3).mean())
    name, day = str(told["largest_scaled_residual_at"]).split(", ")
    samples = trial.fit.samples
    assert abs(scaled[samples.times.index(day), samples.column(name)]) == np.abs(scaled).max()


def test_nothing_of_what_is_hidden_reaches_the_fit() -> None:
    raw, _, _ = synthetic_samples(6, factors=2, shape=(60, 6), missing=0.0)
    samples = prepare(raw)
    masks = masks_of(np.ones(samples.concentrations.shape, bool), 4, 1, 0)[:1]
    errors = []
    for shift in (-3.0, 0.0, 3.0):
        moved = samples.concentrations + np.where(masks[0], shift * samples.uncertainties, 0.0)
        table = tensor_table(replace(samples, concentrations=moved))
        errors.append(float(held_out_errors(table, masks, 3, 2, 0)[0][0]))
    # The mean of (r + s)^2 over residuals r of a fit that does not change with the shift s.
    assert errors[0] + errors[2] - 2.0 * errors[1] == pytest.approx(2.0 * 3.0**2, rel=1e-9)


def test_refusals_name_what_is_wrong() -> None:
    raw, _, _ = synthetic_samples(7, factors=2, shape=(30, 5), missing=0.0)
    samples = prepare(raw)
    for numbers, options, words in (
        ([], {}, "no number of factors"),
        ([2, 6], {}, "6 factors are more than the 5 species"),
        ([2], {"folds": 1}, "1 folds"),
        ([2], {"block": 31}, "blocks of 31 of 30 samples"),
        ([2], {"folds": 2, "block": 30}, "too few values to hold any out"),
    ):
        with pytest.raises(InputError, match=words):
            cross_validate(samples, numbers, **options)  # type: ignore[arg-type]


def test_the_command_tells_the_number(tmp_path: Path) -> None:
    raw, _, _ = synthetic_samples(8, factors=3, shape=(90, 9), missing=0.05)
    for name, table in (("con", raw.concentrations), ("unc", raw.uncertainties)):
        rows = [
            f"{np.datetime64('2025-01-01') + day},"
            + ",".join("-999" if np.isnan(x) else f"{x:.5f}" for x in row)
            for day, row in enumerate(np.where(np.isnan(raw.concentrations), np.nan, table))
        ]
        text = "\n".join(["Date," + ",".join(raw.species), *rows]) + "\n"
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    tables = ["--concentrations", str(tmp_path / "con.csv"), "--uncertainties", str(tmp_path / "unc.csv")]
    common = ["sources", "pmf-factors", *tables]
    done = bogda(*common, "--from", "2", "--to", "4", "--folds", "5", "--starts", "2", "--json")
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["suggested"] == 3
    assert [one["factors"] for one in document["numbers"]] == [2, 3, 4]
    assert "missing values became the median" in document["notes"][0]
    refused = bogda(*common, "--from", "4", "--to", "2")
    assert refused.exit_code == 3
    assert "numbers of factors from 4 to 2" in refused.stderr
