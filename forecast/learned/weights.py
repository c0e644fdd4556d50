"""Weights of a network as bytes of the safetensors format, which holds numbers and nothing that runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from foundation.errors import ContractError, InputError

_HEADER_LENGTH = 8
"""Bytes that tell how long the header is (safetensors format, section "Format")."""

_METADATA = "__metadata__"


def packed(weights: Mapping[str, Any]) -> bytes:
    """A state dict as bytes.

    Args:
        weights: torch tensors by name, on any device.

    Raises:
        ContractError: when something in it is not a tensor.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save

    try:
        apart = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in weights.items()}
        return save(apart)
    except (AttributeError, TypeError, ValueError, SafetensorError) as error:
        raise ContractError(f"weights: expected tensors by name, {str(error)[:100]}") from error


def unpacked(data: bytes, where: str) -> dict[str, Any]:
    """Torch tensors by name.

    Raises:
        InputError: when the bytes are not whole.
        ContractError: when a number is not finite.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        weights = load(data)
    except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise InputError(f"not a file of weights: {str(error)[:100]}", where=where) from error
    for name, tensor in weights.items():
        if not bool(torch.isfinite(tensor).all()):
            raise ContractError(f"weight {name!r}: expected finite numbers", where=where)
    return weights


def shapes_of(data: bytes, where: str) -> dict[str, str]:
    """What each weight is, such as `F32 [64, 192]`, from the header alone.

    Raises:
        InputError: when there is no such header.
    """
    length = int.from_bytes(data[:_HEADER_LENGTH], "little")
    try:
        header = json.loads(data[_HEADER_LENGTH : _HEADER_LENGTH + length])
        return {
            name: f"{entry['dtype']} {list(entry['shape'])}"
            for name, entry in sorted(header.items())
            if name != _METADATA
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError("not a file of weights", where=where) from error
