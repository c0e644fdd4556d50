from __future__ import annotations

import pytest
import torch

from atmosphere.transport import kernels
from atmosphere.transport.engines import KernelEngine, PlainEngine, engine_for
from atmosphere.transport.model import TransportModel
from atmosphere.transport.stepping import prepare
from atmosphere.transport.sums import Sums
from foundation.errors import ConfigurationError
from tests.atmosphere.transport_cases import hour_of

needs_compiler = pytest.mark.skipif(not kernels.available(), reason="no C++ compiler here")


def difference(one: torch.Tensor, other: torch.Tensor) -> float:
    return float((one - other).abs().max() / other.abs().max())


@needs_compiler
@pytest.mark.parametrize("tags", [1, 2, 3, 5, 6, 7, 8, 12, 17, 24])
@pytest.mark.parametrize("stream", [0.1, 2.5])
def test_kernels_do_what_plain_pytorch_does(tags: int, stream: float) -> None:
    state, hour = hour_of(tags, torch.float64, stream=stream)
    interval = prepare(hour.flow, hour.processes, 300.0)
    assert stream < 1 or int(interval.parts_x.max()) > 1
    for y_first in (False, True):
        expected = PlainEngine().forward(state, interval, 1, hour.outside, hour.emissions, y_first)
        found = KernelEngine().forward(state.clone(), interval, 1, hour.outside, hour.emissions, y_first)
        assert difference(found, expected) < 1e-13


@needs_compiler
@pytest.mark.parametrize("one_base", [False, True])
@pytest.mark.parametrize("y_first", [False, True])
def test_kernels_go_back_as_automatic_differentiation_does(one_base: bool, y_first: bool) -> None:
    state, hour = hour_of(5, torch.float64)
    if one_base:
        state, hour = state.sum(-1, keepdim=True), hour.one_tag()
    interval = prepare(hour.flow, hour.processes, 300.0)
    adjoint = torch.rand(
        *state.shape[:-1], 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1)
    )
    found, expected = [], []
    for engine, into in ((KernelEngine(), found), (PlainEngine(), expected)):
        sums = Sums(adjoint, 3)
        back = engine.back(
            adjoint.clone(), state.clone(), interval, 2, hour.outside, hour.emissions, y_first, sums
        )
        into += [back, *sums.tensors()[:5], sums.outside.top.sum(1)]
    for one, other in zip(found, expected, strict=True):
        assert difference(one, other) < 1e-12


def test_species_that_neither_react_nor_settle() -> None:
    state, hour = hour_of(4, torch.float32, species=1)
    end = TransportModel().run(state, [hour])
    plain = TransportModel(engine="plain").run(state, [hour])
    assert difference(end, plain) < 1e-5


def test_an_engine_that_is_not_there() -> None:
    state = torch.zeros(1, 2, 3, 3, 1, 1)
    with pytest.raises(ConfigurationError, match="no engine 'cuda'"):
        engine_for(state, "cuda")
    with pytest.raises(ConfigurationError, match="Known: kernels, cuda, plain"):
        engine_for(state, "fortran")


def test_without_a_compiler_the_model_runs_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from atmosphere.transport import engines

    monkeypatch.setattr(kernels, "_library", lambda _dtype: None)
    engines._say_plain.cache_clear()
    state, hour = hour_of(2, torch.float32)
    with pytest.warns(RuntimeWarning, match="no compiled kernels"):
        end = TransportModel().run(state, [hour])
    assert torch.isfinite(end).all()


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_a_gpu_does_what_the_cpu_does() -> None:
    state, hour = hour_of(8, torch.float32)
    cpu = TransportModel().run(state, [hour])
    gpu = TransportModel().run(state.cuda(), [hour.to("cuda")])
    assert difference(gpu.cpu(), cpu) < 1e-4
