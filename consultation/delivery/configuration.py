"""Targets of deliveries and how long is tried, from `configs/delivery.yaml` or the file of a site."""

from __future__ import annotations

import ipaddress
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from foundation.configuration import Config, load, load_shipped
from foundation.errors import ConfigurationError

Form = Literal["html", "pdf", "docx", "csv", "json", "netcdf", "geojson", "cap", "atom"]
_ENVIRONMENT_NAME = re.compile(r"[A-Z][A-Z0-9_]{2,79}")
_ADDRESS = re.compile(r"[^@\s<>,;\"\r\n]+@[^@\s<>,;\"\r\n]+")
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]


def _environment_name(name: str) -> str:
    if name and not _ENVIRONMENT_NAME.fullmatch(name):
        raise ValueError("expected the NAME of an environment variable (capitals), never the secret itself")
    return name


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Target(Config):
    """What every target has: its name in the record, and the formats it is sent."""

    name: Name
    formats: tuple[Form, ...] = Field(min_length=1)


class FolderTarget(_Target):
    """A folder, such as a share that others read."""

    kind: Literal["folder"]
    path: Path


class WebhookTarget(_Target):
    """An address that takes products by POST.

    Attributes:
        url: https; http only on this machine.
        secret_env: environment variable that holds the secret of the signature.
        ca_file: certificates of the authority of a closed network; the system's when None.
    """

    kind: Literal["webhook"]
    url: str
    secret_env: str
    ca_file: Path | None = None

    @field_validator("secret_env")
    @classmethod
    def _name(cls, name: str) -> str:
        if not name:
            raise ValueError("a webhook needs a secret")
        return _environment_name(name)

    @field_validator("url")
    @classmethod
    def _https(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.username or parts.password:
            raise ValueError("no user name or password in an address")
        local = parts.scheme == "http" and _is_loopback(parts.hostname or "")
        if not parts.hostname or not (parts.scheme == "https" or local):
            raise ValueError("expected an address that begins with https://")
        if any(ord(sign) <= 32 or ord(sign) == 127 for sign in url):
            raise ValueError("an address has no blanks and no control characters")
        return url


class MailTarget(_Target):
    """A mailbox, reached by SMTP with TLS.

    Attributes:
        tls: `starttls` after connecting, or `tls` from the first byte.
        user: for logging in; empty for none.
        password_env: environment variable that holds the password.
    """

    kind: Literal["mail"]
    host: str
    port: int = Field(ge=1, le=65535)
    tls: Literal["starttls", "tls"]
    sender: str
    recipients: tuple[str, ...] = Field(min_length=1, max_length=50)
    user: str = ""
    password_env: str = ""
    ca_file: Path | None = None

    @field_validator("sender", "recipients")
    @classmethod
    def _addresses(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for address in (value,) if isinstance(value, str) else value:
            if not _ADDRESS.fullmatch(address):
                raise ValueError(f"{address!r} is no address of the form name@host")
        return value

    @field_validator("password_env")
    @classmethod
    def _name(cls, name: str) -> str:
        return _environment_name(name)

    @model_validator(mode="after")
    def _both(self) -> MailTarget:
        if bool(self.user) != bool(self.password_env):
            raise ValueError("give both `user` and `password_env`, or neither")
        return self


Target = Annotated[FolderTarget | WebhookTarget | MailTarget, Field(discriminator="kind")]


class RetryConfig(Config):
    """How often and how long is tried; every wait and every attempt is bounded."""

    attempts: int = Field(ge=1, le=10)
    first_wait_s: float = Field(ge=0)
    factor: float = Field(ge=1)
    longest_wait_s: float = Field(ge=0)
    timeout_s: float = Field(gt=0, le=120)
    attempt_s: float = Field(gt=0, le=600)
    deadline_s: float = Field(gt=0, le=3600)


class RoundsConfig(Config):
    """What happens to a delivery whose attempts were spent.

    Attributes:
        again_minutes: after which it is taken up again.
        most: how often it is taken up in all; then it has failed for good.
        within_hours: what went out longer ago is not delivered any more, to a new target neither.
    """

    again_minutes: int = Field(default=10, ge=1, le=1440)
    most: int = Field(default=12, ge=1, le=1000)
    within_hours: int = Field(default=72, ge=1, le=744)


class DeliveryConfig(Config):
    """All targets, and how they are tried."""

    targets: tuple[Target, ...]
    retry: RetryConfig
    rounds: RoundsConfig = RoundsConfig()
    largest_mib: float = Field(gt=0, le=512)

    @model_validator(mode="after")
    def _unique(self) -> DeliveryConfig:
        names = [target.name for target in self.targets]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two targets are called {twice[0]!r}")
        return self


@lru_cache(maxsize=1)
def _shipped() -> DeliveryConfig:
    return load_shipped(DeliveryConfig, "delivery.yaml")


def delivery_config(path: str | Path | None = None) -> DeliveryConfig:
    """Targets of a site's file; without one, the file that ships, which names none.

    Raises:
        ConfigurationError: when the file cannot be read or is not of this kind.
    """
    return _shipped() if path is None else load(DeliveryConfig, path)


def secret(name: str, target: str) -> str:
    """A secret from the environment.

    Raises:
        ConfigurationError: when it is not set or is empty.
    """
    value = os.environ.get(name, "")
    if not value:
        raise ConfigurationError(
            f"target {target!r}: the environment variable {name} is not set",
            remedy="Set it, and keep it out of files",
        )
    return value
