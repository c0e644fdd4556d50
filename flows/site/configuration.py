"""A site: what is forecast there, from which sources, and what is expected to be there, in one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from flows.acquisition.configuration import InventoryConfig, MeasurementsConfig, WeatherSourceConfig
from flows.case import CaseConfig, EmissionsConfig, load_case
from flows.site.parts import AlarmConfig, DeliverConfig, RetentionConfig, ScheduleConfig, StatusConfig
from foundation.configuration import Config
from foundation.errors import BogdaError, ConfigurationError
from foundation.named_configuration import load_named
from foundation.places import gazetteer

__all__ = ["ExpectsConfig", "Site", "SiteCaseConfig", "SiteConfig", "load_site"]


class SiteCaseConfig(Config):
    """What is forecast at a site; where from, its sources say.

    Attributes:
        domain: folder under `runs/` of the store.
        places: places forecast, by id or any name; all that were measured when empty.
        physical: domain of the transport model, a name under `configs/domains`; none is run when absent.
        dust: domain of the dust model around it.
        emissions: where emissions come from until an inventory has arrived.
        synthetic: whether products are stamped SYNTHETIC.
    """

    domain: str
    places: tuple[str, ...] = ()
    physical: str | None = None
    dust: str | None = None
    emissions: EmissionsConfig = EmissionsConfig(provider="prior")
    synthetic: bool = False

    @field_validator("places")
    @classmethod
    def _known(cls, places: tuple[str, ...]) -> tuple[str, ...]:
        for place in places:
            try:
                gazetteer().place(place)
            except BogdaError as error:
                raise ValueError(error.what) from error
        return places


class ExpectsConfig(Config):
    """What should be there every day; where it is not, the bulletin says so.

    Attributes:
        gpu: a GPU that computes the transport model.
        champion: a learned model in the store's registry.
        inventory_days: the inventory is no older.
        measured_hours: of the last 24, so many at least.
    """

    gpu: bool = False
    champion: bool = False
    inventory_days: int | None = Field(default=None, ge=1)
    measured_hours: int = Field(default=20, ge=1, le=24)


def _kind_of_case(value: object) -> str:
    return "[name]" if isinstance(value, str) else "[here]"


SiteCase = Annotated[
    Annotated[str, Tag("[name]")] | Annotated[SiteCaseConfig, Tag("[here]")], Discriminator(_kind_of_case)
]
"""By kind, so that a mistake is told of the one that was meant; tags in brackets do not show in messages."""


class SiteConfig(Config):
    """A site.

    Attributes:
        name: on the command line and in messages.
        chinese: title in Chinese.
        english: title in English.
        case: name of a shipped case, or what is forecast here.
        inbox: folder for what arrives; `inbox` in the store when None.
        weather: sources in the order of the ladder: the first is the usual one.
        measurements: sources in the order of trust; those of the case when empty.
        inventory: where updates of the inventory come from.
        expects: what should be there every day.
        schedule: when what runs.
        alarms: who is told when a deadline is in danger.
        deliver: where a run goes by itself.
        retention: which runs stay.
        status: where the scheduler answers.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    chinese: str
    english: str
    case: SiteCase
    inbox: Path | None = None
    weather: tuple[WeatherSourceConfig, ...] = ()
    measurements: tuple[MeasurementsConfig, ...] = ()
    inventory: InventoryConfig | None = None
    expects: ExpectsConfig = ExpectsConfig()
    schedule: ScheduleConfig
    alarms: AlarmConfig = AlarmConfig()
    deliver: DeliverConfig = DeliverConfig()
    retention: RetentionConfig = RetentionConfig()
    status: StatusConfig = StatusConfig()

    @model_validator(mode="after")
    def _one_name_each(self) -> SiteConfig:
        sources = [*self.weather, *self.measurements, *([] if self.inventory is None else [self.inventory])]
        names = [source.name for source in sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two sources are called {twice[0]!r}")
        if self.inventory is not None and self.inventory.holds != "inventory":
            raise ValueError(f"inventory {self.inventory.name!r}: a run takes an inventory; holds: inventory")
        return self

    @model_validator(mode="after")
    def _fed(self) -> SiteConfig:
        case = self.case
        if isinstance(case, str):
            return self
        if not self.measurements:
            raise ValueError("measurements: name one source at least, or a shipped case that has its own")
        if (case.physical is None) == bool(self.weather):
            raise ValueError("weather sources and case.physical go together; one of them is missing")
        return self


@dataclass(frozen=True)
class Site:
    """A site and where its file lies.

    Attributes:
        config: the site.
        case: what is forecast there, with the inputs of the case itself.
        folder: from which paths of the case are found.
    """

    config: SiteConfig
    case: CaseConfig
    folder: Path | None


def load_site(name_or_file: str) -> Site:
    """A shipped site by name, or one of one's own by file.

    Raises:
        ConfigurationError: when there is no such site, or the file is not one.
    """
    config, folder = load_named(SiteConfig, "sites", "site", name_or_file)
    try:
        case, case_folder = _case_of(config, folder)
    except (ValueError, BogdaError) as error:
        what = error.what if isinstance(error, BogdaError) else str(error)
        raise ConfigurationError(what, where=name_or_file, remedy="Correct the key `case`") from error
    return Site(config, case, case_folder)


def _case_of(config: SiteConfig, folder: Path | None) -> tuple[CaseConfig, Path | None]:
    if isinstance(config.case, str):
        beside = None if folder is None else folder / config.case
        case, home = load_case(str(beside) if beside is not None and beside.is_file() else config.case)
        if config.weather and case.physical is None:
            raise ConfigurationError(f"case {case.name!r} has no transport model that weather could drive")
        return case, home
    part = config.case
    model = {} if part.physical is None else {
        "weather": {"path": "inbox"}, "emissions": part.emissions.model_dump(), "physical": part.physical,
        "dust": part.dust,
    }  # fmt: skip
    case = CaseConfig.model_validate(
        {
            "name": config.name, "chinese": config.chinese, "english": config.english, "domain": part.domain,
            "places": part.places, "synthetic": part.synthetic, "observations": {"path": "inbox"}, **model,
        }
    )  # fmt: skip
    return case, folder
