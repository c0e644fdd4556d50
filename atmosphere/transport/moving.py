"""Hours moved from one device to another."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

import torch

from atmosphere.transport.model import Hour

__all__ = ["to_device"]

Kind = TypeVar("Kind", bound=Any)


def to_device(hour: Hour, device: torch.device | str) -> Hour:
    """The same hour on a device."""
    return Hour(
        _moved(hour.flow, device), _moved(hour.processes, device),
        hour.outside.map(lambda part: part.to(device)),
        None if hour.emissions is None else _moved(hour.emissions, device),
    )  # fmt: skip


def _moved(record: Kind, device: torch.device | str) -> Kind:
    tensors = {
        field.name: getattr(record, field.name).to(device)
        for field in fields(record)
        if isinstance(getattr(record, field.name), torch.Tensor)
    }
    return replace(record, **tensors)
