"""Cases: what is forecast, from which measurements; one YAML each."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import field_validator, model_validator

from foundation.configuration import Config, load, load_shipped, shipped_names
from foundation.errors import BogdaError, ConfigurationError
from foundation.places import gazetteer
from foundation.times import parse_reference_time

IDEALISED = "idealised"
"""Provider of measurements that the program makes up."""

REAL_DATA = "BOGDA_REAL_DATA"
"""Environment variable with the folder in which the shipped cases find real files."""


class ObservationsConfig(Config):
    """Where measurements come from.

    Attributes:
        provider: `idealised`, or a provider of `observations.providers`; recognised when absent.
        path: file or folder; relative to the case file, the working folder or the folder of real files.
    """

    provider: str | None = None
    path: str | None = None

    @model_validator(mode="after")
    def _path_given(self) -> ObservationsConfig:
        from observations.providers import PROVIDERS

        if self.provider not in (None, IDEALISED, *PROVIDERS):
            raise ValueError(f"unknown provider; known: {', '.join([IDEALISED, *PROVIDERS])}")
        if (self.provider == IDEALISED) == (self.path is not None):
            raise ValueError("give a path for measured data, and none for 'idealised'")
        return self


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
    """

    name: str
    chinese: str
    english: str
    domain: str
    observations: ObservationsConfig
    reference_time: str | None = None
    synthetic: bool = False
    places: tuple[str, ...] = ()

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
        return self


def load_case(name_or_file: str) -> tuple[CaseConfig, Path | None]:
    """A shipped case by name, or a case of one's own by file.

    Returns:
        The case and, for a file, the folder it lies in.

    Raises:
        ConfigurationError: when there is no such case or the file is not one.
    """
    if name_or_file in shipped_names("cases"):
        case, folder = load_shipped(CaseConfig, f"cases/{name_or_file}.yaml"), None
    elif name_or_file.endswith((".yaml", ".yml")) or Path(name_or_file).is_file():
        case, folder = load(CaseConfig, name_or_file), Path(name_or_file).resolve().parent
    else:
        raise ConfigurationError(
            f"no case {name_or_file!r}",
            remedy=f"Shipped cases: {', '.join(shipped_names('cases'))}; or give the path of a YAML file",
        )
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
    wanted = Path(str(case.observations.path)).expanduser()
    if wanted.is_absolute():
        candidates = [wanted]
    else:
        real = os.environ.get(REAL_DATA, str(Path("..") / "shared" / "data"))
        candidates = [base / wanted for base in ([folder] if folder else []) + [Path(), Path(real)]]
    for candidate in candidates:
        if candidate.exists():
            return candidate
    looked = ", ".join(str(candidate) for candidate in candidates)
    raise ConfigurationError(
        f"measurements not found; looked for {looked}",
        where=f"case {case.name}",
        remedy=f"Set {REAL_DATA} to the folder that holds them, or correct observations.path",
    )
