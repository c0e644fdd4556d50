"""Records of tensors moved from one device to another."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

import torch

__all__ = ["fastest_device", "moved"]

Kind = TypeVar("Kind", bound=Any)


def fastest_device() -> torch.device:
    """A CUDA device where PyTorch finds one, the CPU otherwise."""
    return torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu")


def moved(record: Kind, device: torch.device | str) -> Kind:
    """A dataclass with its tensors on a device."""
    tensors = {
        field.name: getattr(record, field.name).to(device)
        for field in fields(record)
        if isinstance(getattr(record, field.name), torch.Tensor)
    }
    return replace(record, **tensors)
