"""Who sends products and how they are written, from `configs/exchange.yaml` or the file of a site."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from consultation.bilingual import Bilingual
from foundation.configuration import Config, load, load_shipped
from foundation.errors import ConfigurationError

_SENDER = re.compile(r"[^\s,<&]+")
_UNSET = ".invalid"


class FeedConfig(Config):
    """The feed: its title, and how many entries it holds at most."""

    title: Bilingual
    entries: int = Field(gt=0, le=500)


class ExchangeConfig(Config):
    """Choices of the exchange of products.

    Attributes:
        sender: identifies the originator of alerts (CAP 1.2: no spaces, commas, < and &).
        sender_name: the issuing office as people know it; may be empty.
        contact: what readers may ask; may be empty.
        public_url: where products can be read; empty where nowhere.
        counties: table of counties under `configs/`.
        outlines: GeoJSON file of real outlines; None where there is none.
        expected_within_minutes: an onset within this time is `Expected`, later ones `Future`.
        likely_above: probability above which an event is `Likely`.
    """

    sender: str
    sender_name: Bilingual
    contact: str
    public_url: str
    event: Bilingual
    geocode: str
    counties: str
    outlines: Path | None
    feed: FeedConfig
    expected_within_minutes: int = Field(gt=0)
    likely_above: float = Field(gt=0, lt=1)

    @field_validator("sender")
    @classmethod
    def _plain(cls, sender: str) -> str:
        if not _SENDER.fullmatch(sender):
            raise ValueError("expected a name without spaces, commas, < and &")
        return sender

    @field_validator("public_url")
    @classmethod
    def _address(cls, url: str) -> str:
        if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc):
            raise ValueError("expected an address that begins with https://, or nothing")
        return url if not url or url.endswith("/") else url + "/"

    @property
    def sender_is_set(self) -> bool:
        """Whether a site has named its sender."""
        return not self.sender.endswith(_UNSET)

    def require_sender(self) -> None:
        """Refuse to send an actual alert under the name that ships.

        Raises:
            ConfigurationError: when no site has named its sender.
        """
        if not self.sender_is_set:
            raise ConfigurationError(
                f"sender {self.sender!r} ships as a placeholder; an actual alert needs the sender's own",
                where="configs/exchange.yaml",
                remedy="Copy the file, set sender and sender_name, and give it with --settings",
            )


@lru_cache(maxsize=1)
def exchange_config() -> ExchangeConfig:
    """The choices that ship with the program."""
    return load_shipped(ExchangeConfig, "exchange.yaml")


def exchange_config_from(path: str | Path | None) -> ExchangeConfig:
    """The choices of a site's file, those that ship where there is none; an outline file is found beside it.

    Raises:
        ConfigurationError: when the file cannot be read or is not of this kind.
    """
    if path is None:
        return exchange_config()
    config = load(ExchangeConfig, path)
    if config.outlines is None or config.outlines.is_absolute():
        return config
    return config.model_copy(update={"outlines": Path(path).parent / config.outlines})
