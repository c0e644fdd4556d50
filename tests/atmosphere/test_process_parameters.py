"""The table of numbers: sources, bounds, replacement."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

import atmosphere.transport.processes as package
from atmosphere.transport.processes.parameters import load_parameters, parameter_values
from foundation.errors import ConfigurationError


def test_code_and_table_name_the_same_numbers() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in Path(package.__file__).parent.glob("*.py"))
    used = set(re.findall(r'parameters\["(\w+)"\]', text))
    used |= {f"{size}_{water}_rate" for size in ("fine", "coarse") for water in ("rain", "snow")}
    assert used == set(load_parameters())


def test_every_number_has_a_source_and_a_choice_says_so() -> None:
    for name, one in load_parameters().items():
        assert len(one.source) > 8, name
        assert not (one.verified and "choice" in one.source), name


def test_a_replaced_number_keeps_its_gradient() -> None:
    learned = torch.tensor([0.5], requires_grad=True)
    values = parameter_values({"background_diffusivity": learned}, torch.float32)
    (values["background_diffusivity"] * 3).backward()
    assert learned.grad is not None
    assert learned.grad.item() == 3.0
    assert all(value.shape == () and value.dtype == torch.float32 for value in values.values())


@pytest.mark.parametrize(
    ("rates", "complaint"),
    [
        ({"hydroxil": 1.0}, "Did you mean 'hydroxyl'"),
        ({"night_ozone": -1.0}, "expected a number from 0"),
        ({"n2o5_hydrolysis": 1.5}, "expected a number from 0 to 1"),
        ({"night_ozone": float("nan")}, "expected a number"),
        ({"night_ozone": torch.ones(2)}, "expected a number"),
    ],
)
def test_impossible_rates(rates: dict[str, float], complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        parameter_values(rates)
