"""A product names its inputs, and the same file is known again."""

from __future__ import annotations

from pathlib import Path

from foundation.provenance import Degradation, Manifest, record_input, versions
from foundation.store import fingerprint


def test_an_input_is_known_by_its_content(tmp_path: Path) -> None:
    file = tmp_path / "urumqi.csv"
    file.write_bytes(b"abc")
    record = record_input(file, "observations")
    # FIPS 180-2, appendix B.1
    assert record.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (record.size_bytes, record.role, record.path) == (3, "observations", str(file))


def test_a_large_input_is_hashed_whole(tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(b"a" * 1_000_000 + b"b" * 1_000_000)
    one = record_input(file, "weather").sha256
    file.write_bytes(b"a" * 1_000_000 + b"b" * 999_999 + b"c")
    assert record_input(file, "weather").sha256 != one


def test_a_manifest_goes_to_json_and_back() -> None:
    manifest = Manifest(
        domain="north",
        reference_time="2016-01-09T16:00:00Z",
        created="2016-01-09T16:05:00Z",
        synthetic=True,
        inputs=(),
        configuration={"case": "demo", "nested": {"hours": [1, 2]}},
        versions=versions(),
        models={"published": "combination"},
        degradations=(Degradation(code="no_weather", chinese="缺少气象资料", english="no weather"),),
    )
    assert Manifest.model_validate_json(manifest.model_dump_json()) == manifest


def test_versions_name_what_shapes_the_numbers() -> None:
    found = versions()
    assert {"bogda", "python", "numpy", "scikit-learn"} <= set(found)
    assert all(text[0].isdigit() for text in found.values())


def test_a_fingerprint_does_not_depend_on_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": [1, 2]}) == fingerprint({"b": [1, 2], "a": 1})
    assert fingerprint({"b": [2, 1]}) != fingerprint({"b": [1, 2]})
