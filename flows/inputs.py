"""The files a run reads, with their hashes."""

from __future__ import annotations

from pathlib import Path

from flows.case import IDEALISED, CaseConfig, inventory_path, measurements_path, weather_path
from foundation.errors import BogdaError
from foundation.provenance import InputRecord, record_input


def inputs_of(case: CaseConfig, folder: Path | None) -> tuple[InputRecord, ...]:
    """The files of a case with their hashes; none for what is idealised.

    Weather or an inventory that cannot be found is no input: the run goes on without it and says so.

    Raises:
        BogdaError: when measurements cannot be found.
    """
    return (*_measurements(case, folder), *_weather(case, folder), *_inventory(case, folder))


def _measurements(case: CaseConfig, folder: Path | None) -> tuple[InputRecord, ...]:
    if case.observations.provider == IDEALISED:
        return ()
    from observations.providers import files_of

    files = files_of(measurements_path(case, folder))
    return tuple(record_input(file, "observations") for file in files)


def _weather(case: CaseConfig, folder: Path | None) -> tuple[InputRecord, ...]:
    if case.weather is None or case.weather.provider == IDEALISED:
        return ()
    from atmosphere.meteorology.readers.files import files_of

    try:
        files = files_of(weather_path(case, folder))
        return tuple(record_input(file, "weather") for file in files)
    except (BogdaError, OSError):
        return ()


def _inventory(case: CaseConfig, folder: Path | None) -> tuple[InputRecord, ...]:
    if case.emissions is None or case.emissions.path is None:
        return ()
    try:
        return (record_input(inventory_path(case, folder), "emissions"),)
    except (BogdaError, OSError):
        return ()
