"""From a site's file to what its schedule must know."""

from __future__ import annotations

from pathlib import Path

from flows.operations.station import Station
from flows.site.parts import DeliverConfig
from foundation.errors import ConfigurationError


def station_of(site: str, store: str) -> Station:
    """The station of a site.

    Args:
        site: file of a site, or the name of a shipped one.
        store: folder of the store.

    Raises:
        ConfigurationError: when the file is no site, or the store is an address elsewhere.
    """
    from flows.site.configuration import load_site
    from flows.site.inbox import inbox_of

    if "://" in store:
        raise ConfigurationError(
            "a schedule wants a folder", where=store, remedy="Mount or mirror the store as a folder"
        )
    opened = load_site(site)
    config = opened.config
    file = str(Path(site).resolve()) if Path(site).is_file() else site
    home = Path(store).absolute()
    inbox = inbox_of(config.inbox, opened.folder, store)
    return Station(
        config.name, config.chinese, config.english, file, home, inbox, config.schedule, config.alarms,
        _delivering(file, config.deliver), config.retention, config.status,
        asks=Path(site).is_file() and bool(config.weather or config.measurements or config.inventory),
    )  # fmt: skip


def _delivering(file: str, deliver: DeliverConfig) -> DeliverConfig:
    if deliver.settings is None:
        return deliver
    return deliver.model_copy(update={"settings": _beside(file, deliver.settings)})


def _beside(file: str, path: Path) -> Path:
    return path if path.is_absolute() else Path(file).parent / path
