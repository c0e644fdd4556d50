"""Flows with known answers. All are free of divergence to rounding: they come from stream functions."""

from __future__ import annotations

import math

import torch

from atmosphere.transport.forcing import AirFlow, Processes

__all__ = ["cosine_bell", "deformation", "no_processes", "overturning", "rotation"]


def _from_stream_function(psi: torch.Tensor, seconds: float) -> AirFlow:
    """One layer of unit cells of 1 kg; `psi` (kg s-1) at their corners, shape (y + 1, x + 1)."""
    flux_x, flux_y = -psi.diff(dim=0), psi.diff(dim=1)
    y, x = flux_x.shape[0], flux_y.shape[1]
    return AirFlow(
        psi.new_ones(1, 1, y, x), flux_x[None, None], flux_y[None, None], psi.new_zeros(1, 2, y, x), seconds
    )


def _corners(n: int, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    line = torch.linspace(0.0, 1.0, n + 1, dtype=dtype)
    return line[None, :], line[:, None]


def rotation(n: int, seconds: float, period: float, dtype: torch.dtype = torch.float64) -> AirFlow:
    """Solid-body rotation about the middle of a unit square of n x n cells, once in `period` seconds."""
    x, y = _corners(n, dtype)
    psi = 2 * math.pi / period * 0.5 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)
    return _from_stream_function(psi * n * n, seconds)


def deformation(
    n: int, seconds: float, when: float, period: float, dtype: torch.dtype = torch.float64
) -> AirFlow:
    """The swirling deformation of LeVeque 1996 (doi:10.1137/0733033), example 9.5; it is undone at `period`.

    Args:
        n: cells along each side of the unit square.
        seconds: length of the interval.
        when: instant at which the flow is taken, the middle of the interval.
        period: after which every particle is back.
        dtype: type of the result.
    """
    x, y = _corners(n, dtype)
    psi = (
        torch.sin(math.pi * x) ** 2
        * torch.sin(math.pi * y) ** 2
        / math.pi
        * math.cos(math.pi * when / period)
    )
    return _from_stream_function(psi * n * n, seconds)


def overturning(
    shape: tuple[int, int, int, int], seconds: float, courant: float, seed: int, dtype: torch.dtype
) -> AirFlow:
    """A closed box of layers of unequal mass, stirred at random in all three planes.

    Args:
        shape: members, layers, rows and columns.
        seconds: length of the interval.
        courant: largest share of a cell's air that leaves through one face in 300 s.
        seed: of the random stream functions.
        dtype: type of the result; it is built in double precision.
    """
    member, z, y, x = shape
    draw = torch.Generator().manual_seed(seed)
    thickness = torch.linspace(1.0, 4.0, z, dtype=torch.float64)[None, :, None, None]
    mass = 1e9 * thickness * (1 + 0.1 * torch.rand(shape, generator=draw, dtype=torch.float64))
    flux = [
        torch.zeros(member, z, y, x + 1),
        torch.zeros(member, z, y + 1, x),
        torch.zeros(member, z + 1, y, x),
    ]
    flux = [part.double() for part in flux]
    for first, second, sizes in (
        (0, 1, (z, y + 1, x + 1)),
        (0, 2, (z + 1, y, x + 1)),
        (1, 2, (z + 1, y + 1, x)),
    ):
        psi = torch.rand(member, *sizes, generator=draw, dtype=torch.float64) - 0.5
        for axis in (first, second):
            psi.index_fill_(3 - axis, torch.tensor([0, psi.shape[3 - axis] - 1]), 0.0)
        flux[first] += psi.diff(dim=3 - second)
        flux[second] -= psi.diff(dim=3 - first)
    largest = max(
        float((part.narrow(3 - axis, 1, n).abs() / mass).max())
        for axis, (part, n) in enumerate(zip(flux, (x, y, z), strict=True))
    )
    scale = courant / 300.0 / largest
    flux_x, flux_y, flux_z = ((part * scale).to(dtype) for part in flux)
    return AirFlow(mass.to(dtype), flux_x, flux_y, flux_z, seconds)


def no_processes(flow: AirFlow, species: int = 1, mixing: float = 0.0) -> Processes:
    """Nothing but turbulence that exchanges a share `mixing` of the lower layer's air each second."""
    member, z, y, x = flow.mass.shape
    return Processes(flow.mass[:, : z - 1] * mixing, flow.mass.new_zeros(member, species, y, x))


def cosine_bell(
    n: int, centre: tuple[float, float], radius: float, dtype: torch.dtype = torch.float64
) -> torch.Tensor:
    """Squared cosine bell of height 1 on n x n cells of the unit square, state of one species and tag."""
    line = (torch.arange(n, dtype=dtype) + 0.5) / n
    away = torch.sqrt((line[None, :] - centre[0]) ** 2 + (line[:, None] - centre[1]) ** 2)
    bell = (0.5 * (1 + torch.cos(math.pi * (away / radius).clamp(max=1)))) ** 2
    return bell[None, None, :, :, None, None]
