"""BS-DISP: displacement of chosen elements on each of many bootstrap resamples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from foundation.errors import InputError
from sources.receptor.constraints.normalised_fit import NormalisedFit, normalised_fit
from sources.receptor.errors.bootstrap import ResampledFits, resampled_fits
from sources.receptor.errors.bs_intervals import BsDisplacement, Gathered
from sources.receptor.errors.displaced import Entries
from sources.receptor.errors.displacement import batch_size, check_levels, spreads
from sources.receptor.errors.displacement_search import search
from sources.receptor.least_squares import Tensor
from sources.receptor.refinement import refine
from sources.receptor.results import Factorisation
from sources.receptor.weighted_table import WeightedTable

__all__ = ["BS_LEVELS", "BsDisplacement", "bs_displace", "tracers"]

BS_LEVELS = (0.5, 1.0, 2.0, 4.0)
"""Rises of Q; small ones suffice because the resamples differ already (as EPA PMF 5.0 takes them)."""


def tracers(found: Factorisation) -> tuple[str, ...]:
    """For each factor the strong species of which it holds the largest share; each named once."""
    samples = found.samples
    strong = [at for at, name in enumerate(samples.species) if name not in samples.weak]
    if not strong:
        raise InputError("every species is weak", remedy="Name the species to displace")
    best = [strong[int(row.argmax())] for row in found.species_shares[:, strong]]
    return tuple(samples.species[at] for at in dict.fromkeys(best))


def bs_displace(  # noqa: PLR0913 - each is a choice of the analyst
    found: Factorisation,
    runs: int = 20,
    *,
    species: Sequence[str] | None = None,
    levels: Sequence[float] = BS_LEVELS,
    block: int = 5,
    correlation: float = 0.6,
    seed: int = 0,
    device: str = "cpu",
) -> BsDisplacement:
    """Resample, fit, displace the elements of chosen species in every factor, fit again.

    Paatero et al. 2014 (doi:10.5194/amt-7-781-2014), section 2.4; read as Brown et al. 2015
    (doi:10.1016/j.scitotenv.2015.01.022) do. A resample counts where each base factor has one factor that
    follows it, and no displacement at the least level swaps factors or lowers Q by more than 0.5 %. What does
    not count is named with its reason.

    Args:
        found: base solution, fully converged.
        runs: resamples.
        species: whose elements are displaced; `tracers` where None.
        levels: rises of Q, ascending.
        block: samples per block.
        correlation: above which a factor follows a base factor.
        seed: of the draw.
        device: for torch.

    Raises:
        InputError: when levels are not positive and ascending, a species is unknown, or runs or block are out
            of range.
    """
    check_levels(levels)
    names = tuple(dict.fromkeys(tracers(found) if species is None else species))
    columns = [found.samples.column(name) for name in names]
    made = resampled_fits(found, runs, block=block, seed=seed, device=device)
    dropped = _unmapped(made, correlation)
    mapped = [run for run in range(runs) if run + 1 not in dropped]
    result = Gathered.empty(tuple(levels), names, runs, found.factors)
    if mapped:
        table, fits = _in_base_order(made, mapped)
        result.q[mapped] = fits.q.cpu().numpy()
        _displace_all(table, fits, (mapped, columns), result)
    return result.finished(dropped, mapped)


def _unmapped(made: ResampledFits, correlation: float) -> dict[int, str]:
    """By number of the resample, what does not map."""
    import torch

    reasons: dict[int, str] = {}
    for run, (partner, strength) in enumerate(zip(made.partner, made.strength, strict=True)):
        lost = (strength <= correlation).nonzero()[:, 0]
        times = torch.bincount(partner, minlength=len(partner))
        if len(lost):
            reasons[run + 1] = f"no mapping: factor {int(lost[0]) + 1} follows no base factor"
        elif bool((times != 1).any()):
            twice = int(times.argmax()) + 1
            reasons[run + 1] = f"no mapping: {int(times.max())} factors follow base factor {twice}"
        elif not bool(made.converged[run]):
            reasons[run + 1] = "the fit of the resample did not converge"
    return reasons


def _in_base_order(made: ResampledFits, mapped: list[int]) -> tuple[WeightedTable, NormalisedFit]:
    """The mapped resamples at their minimum, factors in the order of the base."""
    import torch

    chosen = torch.as_tensor(mapped, device=made.q.device)
    table = made.table.of(chosen)
    order = made.partner[chosen].argsort(1)
    profiles = made.profiles[chosen].gather(1, order[:, :, None].expand(-1, -1, made.profiles.shape[2]))
    size = batch_size(table)
    parts = [
        refine(table.of(part), profiles[part], tolerance=1e-10)[0].profiles
        for part in torch.split(torch.arange(len(mapped), device=chosen.device), size)
    ]
    return table, normalised_fit(table, torch.cat(parts))


def _displace_all(
    table: WeightedTable, fits: NormalisedFit, which: tuple[list[int], list[int]], result: Gathered
) -> None:
    import torch

    mapped, columns = which
    device = fits.q.device
    spread = torch.cat([
        spreads(table.of(part), fits.of(part))
        for part in torch.split(torch.arange(len(mapped), device=device), batch_size(table))
    ])  # fmt: skip
    factors = fits.profiles.shape[1]
    grid = [range(len(mapped)), range(factors), range(len(columns)), (-1, 1)]
    entries = torch.cartesian_prod(*(torch.tensor(list(one), device=device) for one in grid))
    at = torch.tensor(columns, device=device)

    def displaced(part: Tensor) -> None:
        run, factor, column, sign = part.unbind(1)
        base = fits.of(run)
        own = (run, factor, at[column])
        chosen = Entries(factor, at[column], sign.to(base.q.dtype), spread[own], fits.profiles[own], base.q)
        search(table.of(run), base, chosen, result.levels, result.taker(part, mapped, base))

    _side_by_side(displaced, torch.split(entries, batch_size(table)))


def _side_by_side(work: Callable[[Tensor], None], parts: Sequence[Tensor]) -> None:
    """Batches on as many threads as torch may use, one each: its own threads gain little on small tables."""
    import torch

    threads = torch.get_num_threads()
    if threads == 1 or parts[0].is_cuda:
        for part in parts:
            work(part)
        return
    try:
        with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            list(pool.map(work, parts))
    finally:
        torch.set_num_threads(threads)
