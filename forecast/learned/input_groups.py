"""What a network sees at an issue, parted into groups that a forecaster understands.

A group is a displacement: what it adds to a reference at which all is as usual. The displacements of all
groups add up to the difference between what was seen and the reference, so that nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from forecast.learned.input_shifts import InputShifts, Shift
from forecast.learned.windows import Cutter
from foundation.places import gazetteer

Names = tuple[str, str]
"""Chinese and English."""

_OWN = ("own_pm25", "own_others")


@dataclass(frozen=True)
class InputGroup:
    """A group of inputs.

    Attributes:
        id: stable name: `own_pm25`, `own_others`, `neighbour:<station>`, `weather_past`, `weather_ahead`,
            `level`, `calendar`, `tag:<source>`.
        chinese: what a forecaster reads.
        english: the same in English.
        shift: what the group adds to the reference, by tensor of the batch.
    """

    id: str
    chinese: str
    english: str
    shift: Shift


def input_groups(
    batch: Mapping[str, Tensor], cutter: Cutter, station: int, source_names: Mapping[str, Names] | None = None
) -> list[InputGroup]:
    """Part the inputs of one issue into groups, as one station sees them.

    Measurements, weather up to the issue and ahead, and tags are set against their mean of late, which the
    window holds; a tag of which nothing is known of late, against none. The level of late of measurements and
    weather is a group of its own, set against the mean of the training part; season and clock are set against
    their means over a year and a day (the clock of a daily network never moves). Marks of gaps stay.

    Args:
        batch: windows of one issue, tensors as `forecast.learned.network.Network` takes them.
        cutter: what cut them.
        station: position of the station among those of the panel.
        source_names: names of the tags in Chinese and English, by source.

    Raises:
        ContractError: when the windows are not as long as their configuration says.
    """
    parts = InputShifts.of(batch, cutter)
    panel, level = cutter.panel, parts.level()
    groups = [
        InputGroup(
            _OWN[0], "本站近期PM2.5", "This station's recent PM2.5", parts.pollutants(station, slice(0, 1))
        ),
        InputGroup(
            _OWN[1], "本站其他污染物", "Its other pollutants", parts.pollutants(station, slice(1, None))
        ),
    ]
    for number, name in enumerate(panel.stations):
        if number != station:
            chinese, english = _place(name)
            shift = parts.pollutants(number, slice(0, None))
            groups.append(InputGroup(f"neighbour:{name}", f"邻站：{chinese}", f"Neighbour: {english}", shift))
    if panel.weather_names:
        groups.append(InputGroup("weather_past", "此前气象", "Weather up to now", parts.weather_past()))
        groups.append(InputGroup("weather_ahead", "未来气象", "Weather ahead", parts.weather_ahead()))
    groups.append(InputGroup("level", "近期平均水平", "Level of late, all stations", level))
    groups.append(InputGroup("calendar", "季节与时刻", "Season and clock", parts.calendar()))
    return [*groups, *_tags(parts, cutter, source_names or {})]


def _place(station: str) -> Names:
    known = gazetteer().find(station)
    return (station, station) if known is None else (known.chinese, known.english)


def _tags(parts: InputShifts, cutter: Cutter, names: Mapping[str, Names]) -> list[InputGroup]:
    if not parts.batch["tags"].shape[-1] or cutter.panel.tags is None:
        return []
    groups = []
    for number, source in enumerate(cutter.panel.tags.names):
        chinese, english = names.get(source, (source, source))
        shift = parts.tag(number)
        groups.append(InputGroup(f"tag:{source}", f"物理标记：{chinese}", f"Physical tag: {english}", shift))
    return groups
