"""`bogda sources cmb` and `bogda sources pmf-names`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.output import print_json, print_line, progress_bar


@dataclass(frozen=True)
class CmbRequest:
    """What was asked for on the command line."""

    concentrations: str
    uncertainties: str
    profiles: str
    chosen: tuple[str, ...]
    fit: tuple[str, ...]
    eliminate_negative: bool
    out: str | None


def run_cmb(request: CmbRequest, *, as_json: bool) -> None:
    """Apportion a pair of tables to sources of known profiles and print how well.

    Raises:
        BogdaError: when a table, profile or species cannot be used or the folder cannot be written.
    """
    from sources.receptor.cmb import command

    choices = command.BalanceChoices(
        request.chosen, request.fit, eliminate_negative=request.eliminate_negative
    )
    with progress_bar("sources cmb", 1) as advance:
        advance("profiles and samples")
        document = command.run_cmb(
            request.concentrations, request.uncertainties, request.profiles, choices, request.out
        )
    if as_json:
        print_json(document)
    else:
        _print_balance(document)


def run_names(folder: str, profiles: str | None, *, as_json: bool) -> None:
    """Name the factors of a factorisation by published profiles and print the candidates.

    Raises:
        BogdaError: when the folder holds no factorisation or no profiles are found.
    """
    from flows.case_inputs import real_folder
    from sources.receptor.naming import command

    collection = Path(profiles) if profiles else real_folder(None) / "receptor" / "profiles"
    with progress_bar("sources pmf-names", 1) as advance:
        advance("profiles")
        document = command.run_names(folder, collection)
    if as_json:
        print_json(document)
    else:
        _print_names(document)


_MANY_NEGATIVE = 0.1
"""Share of the samples in which a source may come out negative before the result is called unusable."""


def _print_balance(document: dict[str, Any]) -> None:
    print_line(f"样品 samples: {document['solved']} / {document['samples']}")
    print_line(f"拟合组分 fitted species: {', '.join(document['fitted_species'])}")
    for name, reason in document["left_out_species"].items():
        print_line(f"未拟合 not fitted: {name} ({reason})")
    for one in document["sources"]:
        print_line(
            f"{one['profile']} {one['name']}: {_figure(one['mean_contribution'])}"
            f" ± {_figure(one['mean_standard_error'])} {document['unit']}, {_percent(one['share'])}"
            f"; t≥2: {one['told_from_nothing']}, 负值 negative: {one['negative']},"
            f" 剔除 eliminated: {one['eliminated']}, 不可估 inestimable: {one['inestimable']}"
        )
    for key in ("chi_square", "r_square", "percent_mass"):
        quartiles = document[key]
        shown = ", ".join(map(_figure, quartiles)) if quartiles else "–"
        print_line(f"{key} (25, 50, 75 %): {shown}")
    worst = max((one["negative"] for one in document["sources"]), default=0)
    if worst > _MANY_NEGATIVE * max(document["solved"], 1):
        print_line(
            f"{worst}个样品有源的贡献为负：这些源彼此分不开，结果不可用；"
            "去掉一个源，或用 --eliminate-negative。 "
            "Negative contributions in many samples: leave a source out, or eliminate them."
        )
    for one in document["clusters"]:
        print_line(f"共线 collinear: {', '.join(one['profiles'])} ({one['samples']})")
    for time, reason in document["unsolved"].items():
        print_line(f"无解 unsolved: {time}: {reason}")


def _print_names(document: dict[str, Any]) -> None:
    for one in document["factors"]:
        name = f"{one['chinese']} {one['english']}" if one["category"] else "无匹配 no match"
        print_line(f"{one['factor']}: {name}, {_percent(one['support'])} ({one['verdict']}, {one['basis']})")
        for near in one["candidates"][:3]:
            print_line(
                f"  {near['profile']} {near['name']}: PD {_figure(near['pearson_distance'])},"
                f" SID {_figure(near['identity_distance'])}, {near['category'] or '–'}"
            )
    if document["unmapped"]:
        print_line(f"无类别 without a category: {', '.join(document['unmapped'])}")
    for name, reason in document["left_out_species"].items():
        print_line(f"未比较 not compared: {name} ({reason})")


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"
