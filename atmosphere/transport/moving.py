"""Records of tensors moved from one device to another."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

import torch

from atmosphere.transport import gpu_launch

__all__ = ["fastest_device", "moved"]

Kind = TypeVar("Kind", bound=Any)


def fastest_device() -> torch.device:
    """A CUDA device where PyTorch finds one and can compile for it, the CPU otherwise."""
    device = torch.device("cuda", 0)
    usable = torch.cuda.is_available() and gpu_launch.available(device, torch.float32)
    return device if usable else torch.device("cpu")


def moved(record: Kind, device: torch.device | str) -> Kind:
    """A dataclass with its tensors on a device."""
    tensors = {
        field.name: getattr(record, field.name).to(device)
        for field in fields(record)
        if isinstance(getattr(record, field.name), torch.Tensor)
    }
    return replace(record, **tensors)
