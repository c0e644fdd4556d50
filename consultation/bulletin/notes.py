"""What a bulletin has to do without today, in words."""

from __future__ import annotations

from consultation.bulletin.settings import Names
from consultation.bulletin.tables import Group
from consultation.dust_page.document import DUST_FILE
from consultation.physical import FIELDS_FOLDER
from consultation.products import MANIFEST_FILE, OBSERVATIONS_FILE, VERIFICATION_FILE, WARNINGS_FILE
from consultation.run_folder import Absence, RunFolder
from sources.tagging.runs import CONTRIBUTIONS_FILE

_LACKING = {
    OBSERVATIONS_FILE: Names(chinese="近期实测", english="recent measurements"),
    VERIFICATION_FILE: Names(chinese="预报检验", english="verification"),
    WARNINGS_FILE: Names(chinese="预警建议", english="proposals of warnings"),
    MANIFEST_FILE: Names(chinese="输入与版本清单", english="list of inputs and versions"),
    CONTRIBUTIONS_FILE: Names(chinese="来源贡献", english="contributions of sources"),
    DUST_FILE: Names(chinese="沙尘预报", english="forecast of dust"),
    FIELDS_FOLDER: Names(chinese="数值模式产品", english="products of the transport model"),
}

_ANEW = Names(chinese="，已按预报重新评估", english="; made anew from the forecast")
"""Of the file whose content can be had again."""


def shortcomings(run: RunFolder, groups: tuple[Group, ...]) -> tuple[Names, ...]:
    """Everything missing or degraded today, the run's own degradations first."""
    found = [
        Names(chinese=degradation.chinese, english=degradation.english)
        for degradation in (run.manifest.degradations if run.manifest else ())
    ]
    found += [_absence(absence) for absence in run.absences]
    if run.forecast.hour is None:
        found.append(
            Names(
                chinese="无逐小时预报，按日历日评估", english="No hourly forecast; calendar days are judged"
            )
        )
    found += [_places(group) for group in groups if any(not row.cells for row in group.rows)]
    return tuple(found)


def _absence(absence: Absence) -> Names:
    what = _LACKING[absence.file]
    anew = _ANEW if absence.file == WARNINGS_FILE else Names(chinese="", english="")
    if not absence.reason:
        return Names(
            chinese=f"缺{what.chinese}（{absence.file}）{anew.chinese}",
            english=f"No {what.english} ({absence.file}){anew.english}",
        )
    return Names(
        chinese=f"{what.chinese}不可用（{absence.file}）{anew.chinese}",
        english=f"{what.english} unusable: {absence.reason}{anew.english}",
    )


def _places(group: Group) -> Names:
    rows = [row for row in group.rows if not row.cells]
    return Names(
        chinese=f"{group.names.chinese}无预报：" + "、".join(row.chinese for row in rows),
        english=f"No forecast in {group.names.english}: " + ", ".join(row.english or row.id for row in rows),
    )
