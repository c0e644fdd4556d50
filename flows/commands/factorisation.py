"""`bogda sources pmf` and `pmf-factors`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from flows.output import print_json, print_line, progress_bar
from foundation.errors import ConfigurationError, InputError

if TYPE_CHECKING:
    from sources.receptor.choices import Choices


@dataclass(frozen=True)
class Inputs:
    """The tables, and what is made of them, as named on the command line."""

    concentrations: str
    uncertainties: str | None
    detection_limits: str | None
    error_fraction: float | None
    weak: str
    bad: str
    suggest_categories: bool
    missing: str
    extra_uncertainty: float
    total: str | None

    def choices(self) -> Choices:
        """The same as the receptor models take it.

        Raises:
            ConfigurationError: for an unknown way with gaps.
        """
        from sources.receptor.choices import Choices, Missing

        if self.missing not in get_args(Missing):
            raise ConfigurationError(
                f"--missing {self.missing!r}", remedy=f"Use {' or '.join(get_args(Missing))}"
            )
        way: Any = self.missing
        return Choices(
            self.concentrations, self.uncertainties, self.detection_limits, self.error_fraction,
            _names(self.weak), _names(self.bad), self.suggest_categories, way, self.extra_uncertainty,
            self.total,
        )  # fmt: skip


@dataclass(frozen=True)
class PmfRequest:
    """What was asked of `pmf`."""

    inputs: Inputs
    factors: int
    out: str | None
    starts: int
    seed: int
    robust: bool
    fpeak: float
    figures: bool
    workbooks: bool


@dataclass(frozen=True)
class NumberRequest:
    """What was asked of `pmf-factors`."""

    inputs: Inputs
    fewest: int
    most: int
    folds: int
    block: int
    starts: int
    seed: int


def run_pmf(request: PmfRequest, *, as_json: bool) -> None:
    """Factorise samples and print how well.

    Raises:
        BogdaError: when the tables cannot be used or the folder cannot be written.
    """
    from sources.receptor.command import Fit, run_pmf

    if request.out is None and (request.figures or request.workbooks):
        raise ConfigurationError("figures and workbooks need a folder", remedy="Name one with --out")
    fit = Fit(request.factors, request.starts, request.seed, request.robust, request.fpeak)
    with progress_bar("sources pmf", 1) as advance:
        advance(f"{request.starts} starts")
        document = run_pmf(
            request.inputs.choices(), fit, request.out, figures=request.figures, workbooks=request.workbooks
        )
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        if name not in {"species_detail", "notes"}:
            print_line(f"{name}: {value:.6g}" if isinstance(value, float) else f"{name}: {value}")
    _print_species(document["species_detail"])
    _print_notes(document)


def run_number_of_factors(request: NumberRequest, *, as_json: bool) -> None:
    """Try several numbers of factors and print what held-out elements say of each.

    Raises:
        BogdaError: when the tables cannot be used, or the numbers and masks do not fit them.
    """
    from sources.receptor.choices import prepared_samples
    from sources.receptor.number_of_factors import cross_validate

    if not 1 <= request.fewest <= request.most:
        raise InputError(
            f"numbers of factors from {request.fewest} to {request.most}", remedy="Give a rising range from 1"
        )
    prepared = prepared_samples(request.inputs.choices())
    numbers = range(request.fewest, request.most + 1)
    with progress_bar("sources pmf-factors", len(numbers)) as advance:
        found = cross_validate(
            prepared.samples, numbers, measured=prepared.measured, folds=request.folds, block=request.block,
            full_starts=request.starts, seed=request.seed, progress=advance,
        )  # fmt: skip
    document = found.document() | {
        "notes": list(prepared.samples.notes), "species_detail": list(prepared.species)
    }  # fmt: skip
    if as_json:
        print_json(document)
        return
    print_line("因子数 factors  留出误差 held out  标准误 s.e.  Q/Qexp  近最优 near best  最大残差 largest")
    for trial in found.trials:
        row = trial.document()
        ratio = "–" if row["q_over_expected"] is None else f"{row['q_over_expected']:.2f}"
        print_line(
            f"{trial.factors:14d} {row['held_out']:19.3f} {row['held_out_standard_error']:13.3f} {ratio:>8}"
            f" {row['starts_near_best']:22d}   {row['largest_scaled_residual']:.1f}"
            f" ({row['largest_scaled_residual_at']})"
        )
    print_line(f"建议 suggested: {found.suggested}   留出误差最小 lowest: {found.lowest}")
    tried = [trial.factors for trial in found.trials]
    if found.lowest in (tried[0], tried[-1]) and len(tried) > 1:
        print_line(
            "误差最小在所试范围的边上，请扩大范围。 The lowest lies at the edge of the range: widen it."
        )
    _print_notes(document)


def _print_species(species: Any) -> None:
    for one in species:
        ratio = "–" if one["signal_to_noise"] is None else f"{one['signal_to_noise']:.2f}"
        print_line(f"  {one['name']}: {one['category']}, 信噪比 S/N {ratio}, 缺测 missing {one['missing']}")


def _print_notes(document: dict[str, Any]) -> None:
    for note in document["notes"]:
        print_line(f"注意 note: {note}")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
