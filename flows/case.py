"""Cases: what is forecast, from which measurements; one YAML each."""

from __future__ import annotations

from pathlib import Path

from pydantic import field_validator, model_validator

from flows.case_inputs import (
    IDEALISED,
    REAL_DATA,
    EmissionsConfig,
    ObservationsConfig,
    WeatherConfig,
    find_input,
)
from foundation.configuration import Config, shipped_names
from foundation.errors import BogdaError, ConfigurationError
from foundation.named_configuration import load_named
from foundation.places import gazetteer
from foundation.times import parse_reference_time

__all__ = [
    "IDEALISED",
    "REAL_DATA",
    "CaseConfig",
    "EmissionsConfig",
    "ObservationsConfig",
    "WeatherConfig",
    "inventory_path",
    "load_case",
    "measurements_path",
    "weather_path",
]


class CaseConfig(Config):
    """A case.

    Attributes:
        name: name on the command line.
        chinese: title in Chinese.
        english: title in English.
        domain: folder under `runs/` of the store.
        observations: where measurements come from.
        reference_time: time of issue when none is given; now when absent.
        synthetic: whether products are stamped SYNTHETIC.
        places: places forecast, by id or any name; all that were measured when empty.
        weather: where weather comes from; absent when the forecast is made from measurements alone.
        emissions: where emissions come from; given together with weather.
        physical: domain of the transport model, a name under `configs/domains`; given with weather.
        dust: domain of the dust model around it, likewise; no desert dust is run when absent.
    """

    name: str
    chinese: str
    english: str
    domain: str
    observations: ObservationsConfig
    reference_time: str | None = None
    synthetic: bool = False
    places: tuple[str, ...] = ()
    weather: WeatherConfig | None = None
    emissions: EmissionsConfig | None = None
    physical: str | None = None
    dust: str | None = None

    @field_validator("domain")
    @classmethod
    def _plain_folder(cls, domain: str) -> str:
        if not domain or not all(c.isalnum() or c in "-_" for c in domain):
            raise ValueError("use letters, digits, - and _ only")
        return domain

    @model_validator(mode="after")
    def _stamped(self) -> CaseConfig:
        if self.observations.provider == IDEALISED and not self.synthetic:
            raise ValueError("a case of idealised measurements must say synthetic: true")
        for name, part in (("weather", self.weather), ("emissions", self.emissions)):
            if part is not None and part.provider == IDEALISED and not self.synthetic:
                raise ValueError(f"a case of idealised {name} must say synthetic: true")
        return self

    @model_validator(mode="after")
    def _whole_model(self) -> CaseConfig:
        parts = {"weather": self.weather, "emissions": self.emissions, "physical": self.physical}
        absent = [name for name, part in parts.items() if part is None]
        if 0 < len(absent) < len(parts):
            raise ValueError(f"weather, emissions and physical go together; {' and '.join(absent)} not given")
        known = shipped_names("domains")
        for name, domain in (("physical", self.physical), ("dust", self.dust)):
            if domain is not None and domain not in known:
                raise ValueError(f"unknown domain {domain!r} of {name}; known: {', '.join(known)}")
        if self.dust is not None and self.physical is None:
            raise ValueError("dust needs physical, into whose domain it flows")
        return self


def load_case(name_or_file: str) -> tuple[CaseConfig, Path | None]:
    """A shipped case by name, or a case of one's own by file.

    Returns:
        The case and, for a file, the folder it lies in.

    Raises:
        ConfigurationError: when there is no such case or the file is not one.
    """
    case, folder = load_named(CaseConfig, "cases", "case", name_or_file)
    try:
        for place in case.places:
            gazetteer().place(place)
        if case.reference_time is not None:
            parse_reference_time(case.reference_time)
    except BogdaError as error:
        raise ConfigurationError(error.what, where=name_or_file, remedy=error.remedy) from error
    return case, folder


def measurements_path(case: CaseConfig, folder: Path | None) -> Path:
    """The file or folder of a case's measurements.

    Raises:
        ConfigurationError: when it is nowhere; the message lists where it was looked for.
    """
    return find_input(str(case.observations.path), folder, "measurements", case.name)


def inventory_path(case: CaseConfig, folder: Path | None) -> Path:
    """The file of a case's inventory.

    Raises:
        ConfigurationError: when it is nowhere; the message lists where it was looked for.
    """
    path = "" if case.emissions is None else str(case.emissions.path)
    return find_input(path, folder, "emissions", case.name)


def weather_path(case: CaseConfig, folder: Path | None) -> Path:
    """The file or folder of a case's weather.

    Raises:
        ConfigurationError: when it is nowhere; the message lists where it was looked for.
    """
    path = "" if case.weather is None else str(case.weather.path)
    return find_input(path, folder, "weather", case.name)
