"""Where a network is trained and asked: the processor, or a GPU where there is one."""

from __future__ import annotations

from foundation.errors import ConfigurationError


def usable_device(name: str) -> str:
    """The device asked for.

    Args:
        name: `cpu`, `cuda`, or `auto` for a GPU where there is one.

    Raises:
        ConfigurationError: when it is not there.
    """
    import torch

    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name not in {"cpu", "cuda"} or (name == "cuda" and not torch.cuda.is_available()):
        raise ConfigurationError(f"no device {name!r} here", remedy="Expected auto, cpu, or cuda on a GPU")
    return name
