"""A release on disk is whole or absent, and every damage to it is one clear line."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecast.learned.past import past_issues
from forecast.learned.release import (
    read_document,
    read_past,
    read_release,
    release_fingerprint,
    write_release,
)
from foundation.errors import BogdaError, ConfigurationError, ContractError, InputError, RunError
from foundation.store import fingerprint
from tests.forecast.releases import document, members


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return write_release(tmp_path / "models" / "tiny", document(), members())


def rewrite(folder: Path, change: Callable[[dict[str, Any]], None], *, sign: bool = True) -> None:
    """Change release.json, and sign the document anew as one who means to mislead would."""
    file = folder / "release.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    if sign:
        content["document_sha256"] = fingerprint(content["document"])
    file.write_text(json.dumps(content), encoding="utf-8")


def test_what_is_written_is_read(release: Path) -> None:
    found, weights = read_release(release)
    assert (
        found.model_dump(mode="json")
        == document().model_dump(mode="json")
        == read_document(release).model_dump(mode="json")
    )
    for got, expected in zip(weights, members(), strict=True):
        assert got.keys() == expected.keys()
        assert all(torch.equal(got[name], expected[name]) for name in expected)
        assert all(got[name].dtype == expected[name].dtype for name in expected)
    assert sorted(path.name for path in release.iterdir()) == [
        "card.md", "member-0.safetensors", "member-1.safetensors", "release.json",
    ]  # fmt: skip


def test_the_same_release_gives_the_same_bytes(release: Path, tmp_path: Path) -> None:
    again = write_release(tmp_path / "again", document(), members())
    assert all((again / file.name).read_bytes() == file.read_bytes() for file in release.iterdir())


def test_the_fingerprint_is_of_what_forecasts(release: Path, tmp_path: Path) -> None:
    told = write_release(tmp_path / "told", document(scores=(), name="renamed"), members())
    other = write_release(tmp_path / "other", document(), members()[::-1])
    calibrated = write_release(tmp_path / "calibrated", document(conformal={"a": 1}), members())
    first = release_fingerprint(release)
    assert release_fingerprint(told) == first
    assert len({first, release_fingerprint(other), release_fingerprint(calibrated)}) == 3


def test_a_release_never_changes(release: Path) -> None:
    with pytest.raises(RunError, match="there already"):
        write_release(release, document(), members())


def test_nothing_is_left_of_a_release_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(RunError, match="No space left"):
        write_release(tmp_path / "full", document(), members())
    assert list(tmp_path.iterdir()) == []


def test_members_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    narrow = torch.nn.Linear(3, 4).state_dict()
    for unfit in (members(1), [], [members(1)[0], narrow], [{"a": 1}, {"a": 1}], [{}, {"a": torch.ones(1)}]):
        with pytest.raises(ContractError):
            write_release(tmp_path / "unfit", document(), unfit)
    endless = members()
    endless[1]["0.weight"][0, 0] = float("inf")
    with pytest.raises(ContractError, match=r"0\.weight.*finite"):
        write_release(tmp_path / "unfit", document(), endless)
    assert list(tmp_path.iterdir()) == []


def test_shared_and_odd_tensors_are_kept_by_value(tmp_path: Path) -> None:
    one = torch.arange(6.0).reshape(2, 3)
    odd = {"a": one, "b": one, "turned": one.T}
    write_release(tmp_path / "odd", document(seeds=(1,)), [odd])
    _, (weights,) = read_release(tmp_path / "odd")
    assert torch.equal(weights["turned"], one.T)
    assert torch.equal(weights["a"], weights["b"])


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        (lambda c: c.pop("files"), ContractError, "'files' is missing"),
        (lambda c: c.update(extra=1), ContractError, "'extra' is unknown"),
        (lambda c: c.update(format=2), ContractError, "expected format 1 of a release, got 2. Use a program"),
        (lambda c: c.update(format="1"), ContractError, "not a release"),
        (lambda c: c.pop("format"), ContractError, "not a release"),
        (lambda c: c["document"].pop("seeds"), ContractError, "'seeds': is required"),
        (lambda c: c["document"].update(seed=1), ContractError, "unknown key 'seed'"),
        (lambda c: c["document"].update(kind="week"), ContractError, "kind"),
        (lambda c: c["document"].update(kind="hour"), ContractError, "windows of 1 steps a day"),
        (lambda c: c["document"].update(trained_until="soon"), ContractError, "trained_until"),
        (lambda c: c["document"].update(trained_until="2013-02-30"), ContractError, "trained_until"),
        (lambda c: c["document"].update(trained_until="2010-01-01"), ContractError, "trained from"),
        (lambda c: c["document"]["normalisation"].pop("mean"), ContractError, "normalisation"),
        (lambda c: c["document"]["normalisation"].update(mean=[1]), ContractError, "2 values of mean"),
        (lambda c: c["document"]["normalisation"].update(deviation=[1, 0]), ContractError, "positive"),
        (lambda c: c["document"]["normalisation"].update(mean=[1, 10**400]), ContractError, "finite"),
        (lambda c: c["document"]["normalisation"].update(mean=[1, "x"]), ContractError, "finite"),
        (lambda c: c["document"].update(pollutants=["pm10", "pm25"]), ContractError, "pollutants"),
        (lambda c: c["document"].update(document=1), ContractError, "document"),
        (lambda c: c.update(document=[]), ContractError, "expected"),
        (lambda c: c["document"].update(seeds=[1]), ContractError, "expected the files"),
        (lambda c: c["files"].update({"../x": "0"}), ContractError, "expected the files"),
        (lambda c: c.update(files=[]), ContractError, "expected the files"),
        (lambda c: c["files"].update({"member-1.safetensors": "0" * 64}), InputError, "not the one"),
        (lambda c: c["files"].update({"card.md": None}), InputError, "not the one"),
        (lambda c: c.update(weights=[]), ContractError, "names and shapes"),
        (lambda c: c["weights"].pop("0.bias"), ContractError, r"'0.bias': expected none, got F32 \[4\]"),
        (lambda c: c["weights"].update({"0.bias": "F32 [5]"}), ContractError, r"F32 \[5\], got F32 \[4\]"),
        (lambda c: c["weights"].update(z="F32 [5]"), ContractError, r"'z': expected F32 \[5\], got none"),
    ],
)  # fmt: skip
def test_a_strange_document_is_one_clear_line(
    release: Path, change: Callable[[dict[str, Any]], None], kind: type[BogdaError], said: str
) -> None:
    rewrite(release, change)
    with pytest.raises(kind, match=said) as caught:
        read_release(release)
    assert "\n" not in str(caught.value)
    assert str(release) in str(caught.value)


def test_a_changed_figure_is_noticed(release: Path) -> None:
    rewrite(release, lambda c: c["document"]["normalisation"].update(mean=[3.6, 4.0]), sign=False)
    with pytest.raises(InputError, match="not the one that was released"):
        read_document(release)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "NaN", '{"format": 1, "format": 1}', "[" * 5000, '"\ud800"', "\x80", "9" * 5000],
)  # fmt: skip
def test_what_is_not_json_is_one_clear_line(release: Path, text: str) -> None:
    (release / "release.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises((InputError, ContractError), match=r"release\.json"):
        read_release(release)


@pytest.mark.parametrize("name", ["release.json", "member-0.safetensors", "member-1.safetensors", "card.md"])
def test_a_missing_file_is_named(release: Path, name: str) -> None:
    (release / name).unlink()
    with pytest.raises(InputError, match=name):
        read_release(release)


def test_no_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_release(tmp_path / "absent")


def test_a_pickle_is_never_run(release: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "sprung",))

    data = pickle.dumps({"0.weight": Trap()})
    (release / "member-0.safetensors").write_bytes(data)
    import hashlib

    rewrite(release, lambda c: c["files"].update({"member-0.safetensors": hashlib.sha256(data).hexdigest()}))
    with pytest.raises(InputError, match="not a file of weights"):
        read_release(release)
    assert not (tmp_path / "sprung").exists()


NAMES = ("release.json", "member-0.safetensors", "member-1.safetensors", "card.md")


@given(data=st.data(), name=st.sampled_from(NAMES))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_to_any_file_is_an_error_of_ours(release: Path, data: st.DataObject, name: str) -> None:
    file = release / name
    whole = file.read_bytes()
    position = data.draw(st.integers(0, len(whole) - 1))
    damage = data.draw(st.sampled_from(["flip", "cut", "insert"]))
    flipped = bytes([whole[position] ^ data.draw(st.integers(1, 255))])
    damaged = {
        "flip": whole[:position] + flipped + whole[position + 1 :],
        "cut": whole[:position],
        "insert": whole[:position] + data.draw(st.binary(min_size=1, max_size=9)) + whole[position:],
    }[damage]  # fmt: skip
    try:
        file.write_bytes(damaged)
        try:
            found, weights = read_release(release)
        except BogdaError as error:
            assert not isinstance(error, ConfigurationError)
            assert "\n" not in str(error)
        else:  # white space of the JSON, or a key's order, may change without changing what it says
            assert name == "release.json"
            assert found.model_dump(mode="json") == document().model_dump(mode="json")
            assert len(weights) == 2
    finally:
        file.write_bytes(whole)


def signed(release: Path, name: str, data: bytes) -> None:
    import hashlib

    (release / name).write_bytes(data)
    rewrite(release, lambda c: c["files"].update({name: hashlib.sha256(data).hexdigest()}))


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_weights_that_were_signed_damaged_never_reach_a_network(release: Path, data: st.DataObject) -> None:
    """A wrong header, length, type or number is caught by what it says, not by the hash."""
    file = release / "member-1.safetensors"
    whole = file.read_bytes()
    position = data.draw(st.integers(0, min(len(whole) - 1, 700)))
    damaged = whole[:position] + data.draw(st.binary(min_size=1, max_size=8)) + whole[position + 1 :]
    try:
        signed(release, file.name, damaged)
        try:
            _, (first, second) = read_release(release)
        except BogdaError as error:
            assert "\n" not in str(error)
        else:
            assert {k: v.shape for k, v in first.items()} == {k: v.shape for k, v in second.items()}
            assert all(bool(torch.isfinite(value).all()) for value in second.values())
    finally:
        signed(release, file.name, whole)


def test_the_card_says_what_follows_from_the_document(tmp_path: Path) -> None:
    made_up = document(synthetic=True, weather_ahead=True, perfect_weather=True, scores=())
    text = (write_release(tmp_path / "made", made_up, members()) / "card.md").read_text(encoding="utf-8")
    plain = (write_release(tmp_path / "plain", document(), members()) / "card.md").read_text(encoding="utf-8")
    for line in ("人造数据", "made-up data", "完美天气", "no one knows at the issue", "has not been judged"):
        assert line in text
        assert line not in plain
    assert "| persistence     |  33.6 | 100.8 |  235.2 |" in plain
    assert "乌鲁木齐 Urumqi, 昌吉 Changji" in plain
    assert "2013-12-02 00:00 – 2015-11-01 00:00" in plain
    alone = document(scores=[s for s in document().scores if s.model != "persistence"])
    text = (write_release(tmp_path / "alone", alone, members()) / "card.md").read_text(encoding="utf-8")
    assert "Not compared with persistence" in text


PAST_FROM = "2015-10-28T16:00:00Z"


def past(seed: int = 0) -> np.ndarray:
    """Medians at the four issues from `PAST_FROM` to the end of training."""
    return np.random.default_rng(seed).normal(4.0, 0.5, (4, 7, 2, 2))


@pytest.fixture
def with_past(tmp_path: Path) -> Path:
    return write_release(tmp_path / "past", document(past_from=PAST_FROM), members(), past())


def test_a_past_is_read_by_issue_lead_and_place(with_past: Path) -> None:
    found = read_past(with_past)
    assert found is not None
    assert str(found.times[0]) == "2015-10-28T16:00:00.000000000"
    assert found.times[-1] == read_document(with_past).trained_until_instant
    times = found.times[[1, 3]] + np.array([0, 1], "timedelta64[D]")
    said = found.of(times, np.array([2, 7, 9]), ("kashgar", "changji", "urumqi"), "pm10")
    np.testing.assert_allclose(said[0, :2, 1:], past()[1][[1, 6]][:, [1, 0], 1], rtol=1e-6)
    assert np.isnan(said[0, :, 0]).all()
    assert np.isnan(said[0, 2]).all()
    assert np.isnan(said[1]).all()
    assert np.isnan(found.of(times, np.array([1]), ("urumqi",), "o3")).all()
    assert len(read_release(with_past)[1]) == 2


def test_a_release_without_a_past_says_so(release: Path) -> None:
    assert read_past(release) is None
    assert len(past_issues(read_document(release))) == 0


def test_the_past_is_part_of_what_forecasts(with_past: Path, tmp_path: Path) -> None:
    other = write_release(tmp_path / "other", document(past_from=PAST_FROM), members(), past(1))
    assert release_fingerprint(other) != release_fingerprint(with_past)


def test_a_past_that_does_not_belong_is_refused(with_past: Path, tmp_path: Path) -> None:
    dated, short, endless = document(past_from=PAST_FROM), past()[:3], past()
    endless[0, 0, 0, 0] = np.nan
    for held, medians in ((dated, None), (document(), past()), (dated, short), (dated, endless)):
        with pytest.raises(ContractError):
            write_release(tmp_path / "unfit", held, members(), medians)
    with pytest.raises(ContractError, match="logarithms"):
        write_release(tmp_path / "unfit", dated, members(), np.exp(past()))
    for changes in ({"kind": "hour"}, {"past_from": "2016-01-01"}):
        with pytest.raises(ValueError, match=r"past_from|steps a day"):
            document(**{"past_from": PAST_FROM, **changes})
    file = with_past / "past.safetensors"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    for read in (read_past, read_release):
        with pytest.raises(InputError, match="not the one that was released"):
            read(with_past)
    file.unlink()
    with pytest.raises(InputError, match=r"past\.safetensors"):
        read_past(with_past)
