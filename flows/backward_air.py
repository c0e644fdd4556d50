"""Air that arrived somewhere, and what it brought: trajectories and measurements that a user names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from foundation.errors import ConfigurationError, InputError
from foundation.places import gazetteer

if TYPE_CHECKING:
    from sources.trajectory_statistics.arrivals import BackwardTrajectories
    from sources.trajectory_statistics.matching import Sample

__all__ = ["Air", "one_of", "sample_of", "trajectories_of"]


@dataclass(frozen=True)
class Air:
    """Where air came from and what it brought, as named on the command line."""

    observations: str
    provider: str | None
    pollutant: str
    place: str
    trajectories: str | None
    weather: str | None
    hours: float | None
    height_m: float
    every_h: float
    truncated: str
    unmeasured: str
    keep_trajectories: str | None

    def receptors(self) -> dict[str, tuple[float, float]]:
        """Longitude and latitude of the places, by id.

        Raises:
            InputError: when there is no such place, or none is named.
        """
        places = [gazetteer().place(name) for name in _names(self.place)]
        if not places:
            raise InputError("no receptor", remedy="Name one or more with --place")
        return {place.id: (place.lon, place.lat) for place in places}


def trajectories_of(air: Air, advance: Callable[[str], None]) -> tuple[BackwardTrajectories, dict[str, Any]]:
    """Read or calculate the trajectories; with plain data on what was read.

    Raises:
        BogdaError: when they cannot be had.
    """
    from sources.trajectory_statistics.trajectory_files import of_length, read_trajectories, trajectory_paths

    if (air.trajectories is None) == (air.weather is None):
        raise InputError(
            "expected trajectories or weather, got both or neither", remedy="Give one of the two"
        )
    if air.weather is not None:
        made = _calculated(air, advance)
        return made, {"calculated": len(made), "weather": air.weather}
    paths = trajectory_paths(_names(air.trajectories or ""))
    found = read_trajectories(
        paths, air.receptors(), progress=lambda number: advance(f"trajectories · {number}/{len(paths)}")
    )
    ours = found.trajectories if air.hours is None else of_length(found.trajectories, air.hours)
    return ours, {
        "files": found.files, "trajectories": len(ours), "to_other_places": found.elsewhere,
        "to_other_places_first": list(found.elsewhere_first),
    }  # fmt: skip


def _calculated(air: Air, advance: Callable[[str], None]) -> BackwardTrajectories:
    from atmosphere.meteorology.reading import read_weather
    from sources.trajectory_statistics.calculated import calculated_sets
    from sources.trajectory_statistics.trajectory_sets import dataset

    weather = read_weather(_names(air.weather or ""))
    made = calculated_sets(
        weather, air.receptors(), air.hours or 72.0, air.height_m, air.every_h,
        lambda done, total: advance(f"trajectories · {done}/{total}"),
    )  # fmt: skip
    if air.keep_trajectories is not None:
        dataset(made, f"bogda, {air.weather}").to_netcdf(air.keep_trajectories, engine="netcdf4")
    return made


def sample_of(air: Air, trajectories: BackwardTrajectories) -> tuple[Sample, list[str]]:
    """Give each trajectory what was measured on its arrival; with problems of the measurements, a line each.

    Raises:
        BogdaError: when measurements cannot be used, or do not go with the trajectories.
    """
    from observations.means import place_means
    from observations.providers import read
    from observations.quality_control import quality_controlled
    from sources.trajectory_statistics.matching import Truncated, Unmeasured, sample
    from sources.trajectory_statistics.measurements import series_of_places

    truncated: Any = one_of(air.truncated, get_args(Truncated), "--truncated")
    unmeasured: Any = one_of(air.unmeasured, get_args(Unmeasured), "--unmeasured")
    reading = read(air.observations, air.provider)
    places = place_means(quality_controlled(reading.dataset))
    series = series_of_places(places, air.pollutant, trajectories.receptors)
    return sample(trajectories, series, truncated, unmeasured), [str(one) for one in reading.problems]


def one_of(value: str, known: tuple[str, ...], option: str) -> str:
    """The value, where it is known.

    Raises:
        ConfigurationError: when it is not.
    """
    if value not in known:
        raise ConfigurationError(f"{option} {value!r}", remedy=f"Use {', '.join(known)}")
    return value


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
