"""Dust-storm warning signals that the dust forecast calls for, as proposals of their own."""

from __future__ import annotations

from pathlib import Path

from consultation.bilingual import Bilingual
from consultation.dust_page.document import DUST_FILE, DustDocument, Passage
from consultation.warnings.document import DustSignalProposal, Level
from standards.dust import dust_standard

__all__ = ["dust_signals", "signals_of_run"]


def signals_of_run(folder: Path) -> tuple[DustSignalProposal, ...]:
    """Those of the dust forecast of a run; nothing where it has none.

    Raises:
        InputError: when `dust.json` is there and is not what this program writes.
    """
    from consultation.run_folder import read_dust

    return dust_signals(read_dust(folder / DUST_FILE)) if (folder / DUST_FILE).is_file() else ()


def dust_signals(document: DustDocument) -> tuple[DustSignalProposal, ...]:
    """A proposal for every place whose visibility calls for a signal in the hours for which one is issued.

    Signals stand beside the warnings of heavy pollution and neither raise nor lower them.

    Args:
        document: of the run.
    """
    return tuple(_proposed(one) for one in document.passages if one.signal.number)


def _proposed(passage: Passage) -> DustSignalProposal:
    standard = dust_standard()
    signal = next(one for one in standard.signals if one.number == passage.signal.number)
    below, peak = f"{signal.visibility_below_m:g} m", f"{passage.peak_ug_m3:.0f}"
    return DustSignalProposal(
        place=passage.place, names=Bilingual(chinese=passage.chinese, english=passage.english),
        level=Level(
            number=signal.number, chinese=signal.chinese, english=signal.english, severity=None, colour=None
        ),
        reason=Bilingual(
            chinese=f"预计{signal.within_hours}小时内沙尘使能见度低于{below}，PM10峰值{peak} µg/m³。",
            english=f"Dust: below {below} within {signal.within_hours} h, PM10 up to {peak} µg/m³.",
        ),
        valid_from=passage.arrival, valid_to=passage.end, rules_source=standard.signals_source,
        advice=passage.advice,
    )  # fmt: skip
