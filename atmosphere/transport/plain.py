"""One step in plain PyTorch: the reference for the kernels, and the way to derivatives of anything else.

The arithmetic is that of `schemes.h`, which cites it; automatic differentiation gives the scheme linearised
about the state, with the limiter's choice held.
"""

from __future__ import annotations

import torch

from atmosphere.transport.plain_columns import mix, react
from atmosphere.transport.stepping import Interval
from atmosphere.transport.tracers import Emissions, Outside

__all__ = ["advected", "plain_step"]

Edges = list[tuple[torch.Tensor, torch.Tensor]]
"""Tracer that comes in through the first and the last face of each line, kg; negative where it leaves."""


def plain_step(  # noqa: PLR0913, PLR0917 - one for each thing that acts
    state: torch.Tensor, interval: Interval, number: int, outside: Outside, emissions: Emissions | None,
    y_first: bool = False, extra: torch.Tensor | None = None,
) -> torch.Tensor:  # fmt: skip
    """One step of everything.

    Args:
        state: mixing ratios, kg kg-1, (member, z, y, x, species, tag).
        interval: the air and the processes.
        number: of the step within the interval.
        outside: what flows in.
        emissions: what is emitted, or nothing.
        y_first: whether the sweep along y comes before that along x.
        extra: emission of the lowest layers as dense fields, kg s-1, (member, layer, y, x, species, tag).

    Returns:
        The new state; the old one is unchanged.
    """
    state, mass = advected(state, interval, number, outside, emissions, y_first, extra)
    return react(mix(state, mass, interval), interval)


def advected(  # noqa: PLR0913, PLR0917 - as plain_step
    state: torch.Tensor, interval: Interval, number: int, outside: Outside, emissions: Emissions | None,
    y_first: bool = False, extra: torch.Tensor | None = None, edges: Edges | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:  # fmt: skip
    """The sweeps and emissions of a step, before anything acts in columns and cells.

    Args:
        state: as in `plain_step`, with all that follows.
        interval: the air.
        number: of the step.
        outside: what flows in.
        emissions: what is emitted, or nothing.
        y_first: whether the sweep along y comes before that along x.
        extra: dense emissions.
        edges: gets what passes the sides and the top, in every part of every sweep.

    Returns:
        The state, and the air mass that it then rides on, kg, (member, z, y, x).
    """
    mass, flow = interval.mass(number), interval.flow
    sweeps = {
        "x": (flow.flux_x, -3, interval.parts_x[:, :, None, None],
              (outside.west[:, :, :, None], outside.east[:, :, :, None])),
        "y": (flow.flux_y, -4, interval.parts_y[:, :, None, None],
              (outside.south[:, :, None], outside.north[:, :, None])),
    }  # fmt: skip
    for direction in "yx" if y_first else "xy":
        flux, dim, parts, around = sweeps[direction]
        state, mass = _sweeps(state, mass, flux * interval.seconds, parts, dim, around, edges)
    if emissions is not None:
        state = _emit(state, mass, interval.seconds, emissions)
    if extra is not None:
        layers = extra.shape[1]
        added = extra * (interval.seconds / mass[:, :layers])[..., None, None]
        state = torch.cat([state[:, :layers] + added, state[:, layers:]], 1)
    top = outside.top[:, None, None, None]
    flux = flow.flux_z * interval.seconds
    return _sweeps(state, mass, flux, interval.parts_z[:, None], -5, (None, top), edges)


def _sweeps(  # noqa: PLR0913, PLR0917
    state: torch.Tensor, mass: torch.Tensor, flux: torch.Tensor, parts: torch.Tensor, dim: int,
    around: tuple[torch.Tensor | None, torch.Tensor], edges: Edges | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:  # fmt: skip
    """All parts of a sweep; `around` is what lies before the first and after the last cell."""
    for part in range(int(parts.max())):
        share = torch.where(part < parts, 1.0 / parts.to(flux.dtype), 0.0)
        state, mass = _sweep(state, mass, flux * share, dim, *around, edges)
    return state, mass


def _sweep(  # noqa: PLR0913, PLR0917
    state: torch.Tensor, mass: torch.Tensor, flux: torch.Tensor, dim: int,
    before: torch.Tensor | None, after: torch.Tensor, edges: Edges | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:  # fmt: skip
    """One sweep along an axis: `dim` counts from the end of the state."""
    air_dim = dim + 2
    n = mass.shape[air_dim]
    first = state.narrow(dim, 0, 1) if before is None else before
    shape = list(state.shape)
    shape[dim] = 1
    low, high = first.expand(shape), after.expand(shape)
    padded = torch.cat([low, low, state, high, high], dim)
    ll, left, right, rr = (padded.narrow(dim, k, n + 1) for k in range(4))
    passing, down, up, cap = (
        w[..., None, None] for w in _weights(mass, flux, air_dim, even=before is not None)
    )
    forward = passing >= 0
    dd = torch.where(forward, right - left, left - right)
    du = torch.where(forward, left - ll, right - rr)
    slope_d, slope_u = _slopes(dd.detach(), du.detach(), down, up, cap)
    excess = slope_d * dd + slope_u * du
    to_left = -passing * torch.where(forward, excess, excess - dd)
    to_right = passing * torch.where(forward, excess - dd, excess)
    if edges is not None:
        crossing = passing * left - to_left
        edges.append((crossing.narrow(dim, 0, 1), -crossing.narrow(dim, n, 1)))
    after_mass = mass - flux.diff(dim=air_dim)
    gained = to_right.narrow(dim, 0, n) + to_left.narrow(dim, 1, n)
    swept = state + gained / after_mass[..., None, None]
    rounding = swept.detach().clamp(max=0)  # a cell that is emptied may be left with a rounding error below 0
    return swept - rounding, after_mass


def _weights(
    mass: torch.Tensor, flux: torch.Tensor, dim: int, *, even: bool
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Signed passing mass and the weights down, up and cap of every face; 0 where air comes from outside."""
    n = mass.shape[dim]
    upper, lower = flux.narrow(dim, 1, n), flux.narrow(dim, 0, n)
    out = upper.clamp(min=0) - lower.clamp(max=0)
    edge, end = mass.narrow(dim, 0, 1), mass.narrow(dim, n - 1, 1)
    padded = torch.cat([edge, edge, mass, end, end], dim)
    ll, left, right, rr = (padded.narrow(dim, k, n + 1) for k in range(4))
    nothing = torch.zeros_like(edge)
    out = torch.cat([nothing, out, nothing], dim)
    forward = flux >= 0
    here, far, next_ = (
        torch.where(forward, left, right),
        torch.where(forward, ll, rr),
        torch.where(forward, right, left),
    )
    out = torch.where(forward, out.narrow(dim, 0, n + 1), out.narrow(dim, 1, n + 1))
    passing = torch.minimum(flux.abs(), here)
    cap = (here - out).clamp(min=0) / torch.maximum(passing, here * 1e-9)
    if even:
        c = passing / here
        down, up = (2 - c) * (1 - c) / 6, (1 - c * c) / 6
    else:
        three, rest = far + here + next_, here - passing
        down = rest / (here + next_) * (1 - (next_ + passing) / three)
        up = rest * (next_ + passing) / ((here + far) * three)
    index = torch.arange(n + 1, device=mass.device)
    shape = [1] * mass.ndim
    shape[dim] = n + 1
    index = index.view(shape)
    inside = ((index > 0) | ~forward) & ((index < n) | forward)
    return flux, down * inside, up * inside, cap * inside


def _slopes(
    dd: torch.Tensor, du: torch.Tensor, down: torch.Tensor, up: torch.Tensor, cap: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Factors of dd and du in the limited excess: whichever of its three bounds is the nearest to 0."""
    smooth, capped = down * dd + up * du, cap * du
    low, rising, limit = dd.abs(), smooth.abs(), capped.abs()
    zero, one = torch.zeros_like(dd), torch.ones_like(dd)
    whole = low <= rising
    kept = torch.minimum(low, rising) <= limit
    same = dd * du.sign() > 0
    slope_d = torch.where(kept, torch.where(whole, one, down), zero)
    slope_u = torch.where(kept, torch.where(whole, zero, up), cap)
    return torch.where(same, slope_d, zero), torch.where(same, slope_u, zero)


def _emit(state: torch.Tensor, mass: torch.Tensor, seconds: float, emissions: Emissions) -> torch.Tensor:
    member, _, y, x = mass.shape
    index = emissions.index(y * x)
    air = mass.reshape(member, -1)[:, emissions.layer.long() * (y * x) + emissions.column()]
    added = emissions.rate * seconds / air
    return state.reshape(member, -1).index_add(1, index, added.to(state.dtype)).reshape(state.shape)
