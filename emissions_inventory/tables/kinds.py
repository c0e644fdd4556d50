"""What can be wrong in a table, in words, and what to do about it."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["KINDS", "Kind"]


class Kind(NamedTuple):
    """A kind of problem.

    Attributes:
        serious: whether a row that has it is left out.
        chinese: what it is; `{}` stands for what was expected.
        english: the same in English.
        chinese_remedy: what to do.
        english_remedy: the same in English.
    """

    serious: bool
    chinese: str
    english: str
    chinese_remedy: str
    english_remedy: str


_bad = partial(Kind, True)
_odd = partial(Kind, False)

KINDS = MappingProxyType(
    {
        "unknown_header": _odd(
            "表头不认识，该列未读",
            "unknown header, the column was not read",
            "改表头，或在映射文件中登记{}",
            "Rename it, or add it to a mapping file{}",
        ),
        "missing": _bad("缺少必填值", "a required value is missing", "补填", "Fill it in"),
        "not_a_number": _bad(
            "不是数",
            "is not a number",
            "只填一个数，单位写在表头",
            "Give one number; the unit goes to the header",
        ),
        "date_cell": _bad(
            "被 Excel 转成了日期",
            "Excel turned it into a date",
            "单元格改为文本或数值后重填",
            "Format the cell as text or number and enter it again",
        ),
        "truth_cell": _bad("是逻辑值，不是数", "is true or false, not a number", "填数", "Give a number"),
        "error_cell": _bad(
            "公式出错", "the formula failed", "修正公式，粘贴为数值", "Mend the formula and paste its value"
        ),
        "formula_cell": _bad(
            "公式没有存下结果",
            "a formula without a stored result",
            "用 Excel 打开后另存，或粘贴为数值",
            "Open and save it in Excel, or paste its value",
        ),
        "digits_lost": _bad(
            "被存成数，尾数已丢失",
            "was stored as a number and lost digits",
            "单元格改为文本后重填",
            "Format the cell as text and enter it again",
        ),
        "negative": _bad("为负", "is negative", "填 0 或正数", "Give 0 or more"),
        "control_above_one": _bad(
            "去除效率超过 100 %", "control efficiency above 100 %", "填 0 到 100 %", "Give 0 to 100 %"
        ),
        "control_tiny": _odd(
            "不到 1 %，疑把小数写进百分数列",
            "below 1 %: a fraction in a column of per cent?",
            "核对",
            "Check it",
        ),
        "control_as_fraction": _odd(
            "列中全部不超过 1，按小数读",
            "nothing in the column exceeds 1, read as fractions",
            "表头注明 (%) 或 (0-1)",
            "State (%) or (0-1) in the header",
        ),
        "outside_china": _bad(
            "坐标不在中国",
            "coordinates outside China",
            "核对经纬度（度）",
            "Check longitude and latitude, degrees",
        ),
        "swapped": _bad("经度与纬度写反", "longitude and latitude are swapped", "对调两列", "Swap them"),
        "no_coordinates": _odd(
            "无坐标，放在区县驻地",
            "no coordinates, placed at the seat of the county",
            "补填经纬度",
            "Fill in longitude and latitude",
        ),
        "no_place": _bad(
            "无坐标也无区县", "neither coordinates nor a known county", "补填其一", "Fill in one of them"
        ),
        "far_from_seat": _odd(
            "距区县驻地超过 {}", "more than {} from the seat of its county", "核对坐标与区县", "Check both"
        ),
        "outside_xinjiang": _odd(
            "距各区县驻地均超过 {}", "more than {} from every seat of Xinjiang", "核对坐标", "Check it"
        ),
        "unknown_county": _bad("区县不认识", "unknown county", "按 GB/T 2260 填写{}", "Use GB/T 2260{}"),
        "county_contradicts": _bad(
            "区县代码与名称不符，代码为 {}",
            "code and name of the county differ, the code is {}",
            "改正其一",
            "Correct one of them",
        ),
        "unknown_class": _bad(
            "源分类不认识",
            "unknown source class",
            "按四级分类填写，或在映射文件 classes 中加规则",
            "Use the four-level classes, or add a rule to `classes` of a mapping file",
        ),
        "unknown_sector": _bad(
            "部门不认识", "unknown sector", "用部门名称或代号{}", "Use the name or id of a sector{}"
        ),
        "unknown_species": _bad("污染物不认识", "unknown species", "用 {}", "Use {}"),
        "unknown_grade": _bad(
            "绩效分级不认识", "unknown grade", "填 A、B、C、D 或留空", "Give A, B, C, D or nothing"
        ),
        "unknown_unit": _bad("单位不认识", "unknown unit", "用 {}", "Use {}"),
        "units_differ": _bad(
            "排放因子与活动水平单位不配",
            "units of factor and activity do not fit",
            "使分母与活动水平同类",
            "Let the denominator be of the activity's kind",
        ),
        "duplicate_stack": _bad(
            "同一许可证的排气筒重复，首见第 {} 行",
            "the same permit and stack as row {}",
            "删去或改编号",
            "Remove it or number it anew",
        ),
        "duplicate_total": _bad(
            "与第 {} 行重复",
            "the same county, sector and species as row {}",
            "合并或删去",
            "Merge or remove it",
        ),
        "permit_form": _odd(
            "不是 22 位许可证编号",
            "is no permit number of 22 characters",
            "核对（HJ 608-2017）",
            "Check it (HJ 608-2017)",
        ),
        "permit_check": _odd(
            "许可证编号的信用代码校验位不符",
            "the check character of the credit code in the permit does not fit",
            "核对（GB 32100-2015）",
            "Check it (GB 32100-2015)",
        ),
        "implausible": _bad(
            "超出可信范围 {}", "outside the plausible range {}", "核对数值与单位", "Check number and unit"
        ),
        "implausible_factor": _odd(
            "排放因子大于 {}", "emission factor above {}", "核对数值与单位", "Check number and unit"
        ),
        "fine_above_coarse": _bad("PM2.5 多于 PM10", "PM2.5 exceeds PM10", "核对两者", "Check both"),
        "carbon_above_fine": _bad(
            "BC 与 OC 之和多于 PM2.5", "BC and OC together exceed PM2.5", "核对三者", "Check all three"
        ),
        "no_emission": _bad(
            "既无排放量，也无法由活动水平与因子算出",
            "no emission, and no activity with a factor",
            "补填其一",
            "Fill in one of them",
        ),
        "emission_differs": _odd(
            "填报排放量与计算值相差超过 {}，用计算值",
            "stated and computed emission differ by more than {}, computed is used",
            "核对",
            "Check them",
        ),
        "months_differ": _odd(
            "逐月合计与全年相差超过 {}，用逐月值",
            "months and year differ by more than {}, months are used",
            "核对",
            "Check them",
        ),
        "months_incomplete": _odd(
            "所求月份不全，用全年值与部门月变化",
            "a month asked for is missing, the year and the sector's profile are used",
            "补填各月",
            "Fill in the months",
        ),
        "coarse_raised": _odd(
            "只有 PM2.5，PM10 取其值", "PM10 is missing and taken as PM2.5", "补填 PM10", "Fill in PM10"
        ),
    }
)
"""Kinds of problems by their name."""
