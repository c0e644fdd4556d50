"""Compiled kernels against plain PyTorch, and a GPU against the CPU."""

from __future__ import annotations

import torch

from atmosphere.transport import gpu_launch, kernels
from atmosphere.transport.model import TransportModel
from atmosphere.transport.proofs.proof import Proof
from atmosphere.transport.proofs.tags import busy_hours

__all__ = ["device_proofs"]


def device_proofs() -> list[Proof]:
    """Largest difference after six hours with every process on, relative to the largest value."""
    return [_kernels(), _gpu()]


def _kernels() -> Proof:
    name, bound = "compiled kernels against plain PyTorch, float32", 1e-4
    if not kernels.available(torch.float32):
        return Proof(name, None, bound, note="no C++ compiler here")
    state, hours = busy_hours(6, 8, torch.float32)
    one, other = (TransportModel(engine=e).run(state, hours) for e in ("kernels", "plain"))
    return Proof(name, float((one - other).abs().max() / other.max()), bound)


def _gpu() -> Proof:
    name, bound = "GPU against CPU, float32", 1e-4
    if not torch.cuda.is_available():
        return Proof(name, None, bound, note="no CUDA device here")
    state, hours = busy_hours(6, 8, torch.float32)
    cpu = TransportModel().run(state, hours)
    device = torch.device("cuda", 0)
    engine = "cuda" if gpu_launch.available(device, torch.float32) else "plain"
    gpu = TransportModel(engine=engine).run(state.to(device), [h.to(device) for h in hours])
    return Proof(
        name, float((gpu.cpu() - cpu).abs().max() / cpu.max()), bound, note=torch.cuda.get_device_name()
    )
