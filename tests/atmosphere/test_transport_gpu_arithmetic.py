"""The kernels of a GPU, compiled for the CPU: what they compute can be tested where there is no GPU."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import pytest
import torch

from atmosphere import native
from atmosphere.transport import gpu, gpu_launch, gpu_step
from atmosphere.transport.engines import PlainEngine
from atmosphere.transport.stepping import prepare
from atmosphere.transport.sums import Sums
from tests.atmosphere.transport_cases import hour_of

HERE = Path(__file__).parent
SOURCES = Path(gpu.__file__).parent

pytestmark = pytest.mark.skipif(native.compiler() is None, reason="no C++ compiler here")


class Emulator:
    """Launches kernels as the GPU's launcher does, thread by thread on the CPU."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.libraries: dict[str, ctypes.CDLL] = {}

    def library(self, definitions: str) -> ctypes.CDLL:
        if definitions not in self.libraries:
            source = self.folder / f"variant{len(self.libraries)}.cpp"
            source.write_text(definitions + f'#include "{HERE / "emulated_gpu.cpp"}"\n')
            built = source.with_suffix(".so")
            command = [native.compiler() or "", "-O1", "-std=c++17", "-shared", "-fPIC", f"-I{SOURCES}"]
            subprocess.run([*command, str(source), "-o", str(built)], check=True, timeout=100)
            self.libraries[definitions] = ctypes.CDLL(str(built))
            self.libraries[definitions].door.restype = ctypes.c_void_p
        return self.libraries[definitions]

    def launch(
        self, name: str, like: torch.Tensor, reactions: tuple, threads: int, *arguments: object
    ) -> None:
        door = self.library(gpu_launch.definitions(like, reactions)).door(name.encode())
        given: list[ctypes.c_int | ctypes.c_void_p] = [ctypes.c_int(threads)]
        for value in arguments:
            if isinstance(value, torch.Tensor):
                assert value.is_contiguous()
                given.append(ctypes.c_void_p(value.data_ptr()))
            else:
                given.append(ctypes.c_void_p(0) if value is None else ctypes.c_int(value))
        ctypes.CFUNCTYPE(None, *map(type, given))(door)(*given)


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> gpu.GpuEngine:
    monkeypatch.setattr(gpu_step, "launch", Emulator(tmp_path).launch)
    monkeypatch.setattr(gpu_step.GpuStep, "replay", lambda _self, _name, work: work())
    return gpu.GpuEngine()


@pytest.mark.parametrize(("tags", "stream"), [(8, 0.1), (3, 2.5)])
def test_forward(engine: gpu.GpuEngine, tags: int, stream: float) -> None:
    state, hour = hour_of(tags, torch.float64, stream=stream)
    interval = prepare(hour.flow, hour.processes, 300.0)
    one = other = state
    for number in range(3):
        y_first = number % 2 == 1
        one = engine.forward(one, interval, number, hour.outside, hour.emissions, y_first)
        other = PlainEngine().forward(other, interval, number, hour.outside, hour.emissions, y_first)
    assert float((one - other).abs().max() / other.max()) < 1e-13


@pytest.mark.parametrize("one_base", [False, True])
@pytest.mark.parametrize("y_first", [False, True])
def test_back(engine: gpu.GpuEngine, one_base: bool, y_first: bool) -> None:
    state, hour = hour_of(4, torch.float64)
    if one_base:
        state, hour = state.sum(-1, keepdim=True), hour.one_tag()
    interval = prepare(hour.flow, hour.processes, 300.0)
    adjoint = torch.rand(
        *state.shape[:-1], 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1)
    )
    results = []
    for way in (engine, PlainEngine()):
        sums = Sums(adjoint, 3)
        back = way.back(
            adjoint.clone(), state.clone(), interval, 2, hour.outside, hour.emissions, y_first, sums
        )
        results.append([back.clone(), *sums.tensors()[:5], sums.outside.top.sum(1)])
    for one, other in zip(*results, strict=True):
        assert float((one - other).abs().max() / other.abs().max()) < 1e-12
