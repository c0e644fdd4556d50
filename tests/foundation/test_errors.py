"""An error is one line: where, what, remedy; and each kind has an exit code of its own."""

from __future__ import annotations

from foundation.errors import BogdaError, ConfigurationError, ContractError, InputError, RunError


def test_one_line_with_place_and_remedy() -> None:
    error = InputError("PM2.5 is\n negative", where="day.csv, row 7", remedy="Correct the row")
    assert str(error) == "day.csv, row 7: PM2.5 is negative. Correct the row"
    assert str(InputError("empty")) == "empty"


def test_exit_codes_tell_the_kinds_apart() -> None:
    kinds = (BogdaError, ConfigurationError, InputError, ContractError, RunError)
    codes = [kind.exit_code for kind in kinds]
    assert len(set(codes)) == len(codes)
    assert 0 not in codes
