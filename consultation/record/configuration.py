"""Choices of the consultation (`configs/consultation.yaml`): data base, rights, sessions, limits, login."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, field_validator, model_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from foundation.configuration import Config, load, load_shipped
from foundation.errors import ConfigurationError

Role = Literal["viewer", "forecaster", "meteorologist", "approver", "administrator"]
ROLES: tuple[str, ...] = get_args(Role)
Right = Literal[
    "read", "change", "note", "agree_monitoring", "agree_meteorology", "sign", "propose", "edit", "approve",
    "issue", "update", "downgrade", "lift", "cancel", "accounts", "deliveries",
]  # fmt: skip
"""What a role may do. `agree_...` is the agreement of one of the two offices."""
Colour = Literal["yellow", "orange", "red"]
COLOURS: tuple[Colour, ...] = get_args(Colour)


class Office(Config):
    """One of the two offices that agree on a forecast."""

    chinese: str
    english: str


class SessionConfig(Config):
    """How long a session lasts: unused, and at most."""

    idle_minutes: int = Field(ge=1, le=1440)
    longest_hours: int = Field(ge=1, le=168)


class PasswordConfig(Config):
    """What a password must be; `weak_words` and sequences do not count towards its length."""

    shortest: int = Field(ge=12, le=64)
    longest: int = Field(ge=64, le=1024)
    weak_words: tuple[str, ...]


class LoginConfig(Config):
    """Failed logins after which one must wait, within a span of time."""

    minutes: int = Field(ge=1, le=1440)
    failures_of_name_at_address: int = Field(ge=1, le=100)
    failures_of_name: int = Field(ge=1, le=10_000)
    failures_of_address: int = Field(ge=1, le=10_000)


class LimitConfig(Config):
    """Bounds on requests, held in each process of the server."""

    body_bytes: int = Field(ge=1024, le=10_000_000)
    reads_per_minute: int = Field(ge=60)
    acts_per_minute: int = Field(ge=1)
    measures_per_minute: int = Field(ge=1)
    logins_per_minute: int = Field(ge=1)


class OpenIDConfig(Config):
    """Login by OpenID Connect.

    Attributes:
        issuer: address under which `/.well-known/openid-configuration` lies.
        secret_variable: name of the environment variable that holds the client's secret.
        role_claim: claim with the groups of a person.
        roles: role by group; a person in none of them is refused.
    """

    enabled: bool
    title: Office
    issuer: str
    client_id: str
    secret_variable: str
    scopes: tuple[str, ...]
    name_claim: str
    role_claim: str
    roles: dict[str, Role]

    @model_validator(mode="after")
    def _complete(self) -> OpenIDConfig:
        if self.enabled and not (self.issuer and self.client_id and self.roles):
            raise ValueError("when enabled, give issuer, client_id and roles")
        if self.enabled and not self.issuer.startswith("https://"):
            raise ValueError("the issuer must begin with https://")
        return self


class ConsultationConfig(Config):
    """All choices.

    Attributes:
        database: its address; `{store}` is the folder of runs.
        database_variable: name of the environment variable whose value, where it is set, is the address.
        public_address: how browsers reach the page, such as `https://bogda.example`; None to take each
            request's own host.
        anonymous_may_read: whether one may look without logging in.
        two_persons: levels that nobody approves whose words he wrote; the data base enforces orange and red.
        delivery_retry_minutes: after which a delivery that was begun and never ended is tried again.
        exchange_settings: the site's `exchange.yaml` beside this file; likewise `delivery_settings`.
        content_security: directives of the Content-Security-Policy.
    """

    database: str
    database_variable: str
    public_address: str | None
    anonymous_may_read: bool
    offices: dict[Literal["monitoring", "meteorology"], Office]
    rights: dict[Role, tuple[Right, ...]]
    two_persons: tuple[Colour, ...]
    delivery_retry_minutes: int = Field(ge=1, le=1440)
    exchange_settings: Path | None = None
    delivery_settings: Path | None = None
    session: SessionConfig
    passwords: PasswordConfig
    login: LoginConfig
    limits: LimitConfig
    openid: OpenIDConfig
    content_security: dict[str, tuple[str, ...]]

    @field_validator("two_persons")
    @classmethod
    def _never_fewer(cls, given: tuple[Colour, ...]) -> tuple[Colour, ...]:
        if not {"orange", "red"} <= set(given):
            raise ValueError("must hold orange and red, which the data base enforces")
        return given

    @field_validator("database")
    @classmethod
    def _without_password(cls, given: str) -> str:
        try:
            password = make_url(given.replace("{store}", "store")).password
        except ArgumentError as error:
            raise ValueError("not the address of a data base") from error
        if password:
            raise ValueError("holds a password; put the address in the environment variable instead")
        return given

    @model_validator(mode="after")
    def _all_named(self) -> ConsultationConfig:
        if set(self.offices) != {"monitoring", "meteorology"} or set(self.rights) != set(ROLES):
            raise ValueError("name both offices, and the rights of every role")
        return self

    def may(self, role: str, right: Right) -> bool:
        """Whether a role has a right."""
        return right in self.rights.get(role, ())  # type: ignore[call-overload]

    def needs_two_persons(self, level: int) -> bool:
        """Whether nobody may approve his own words at a level of warning, 1 to 3."""
        return COLOURS[level - 1] in self.two_persons

    def address(self, store: Path) -> str:
        """The address of the data base of a store."""
        return os.environ.get(self.database_variable) or self.database.replace(
            "{store}", str(store.resolve())
        )


@lru_cache(maxsize=1)
def shipped() -> ConsultationConfig:
    """The choices that ship with the program."""
    return load_shipped(ConsultationConfig, "consultation.yaml")


def consultation_config(path: str | Path | None = None) -> ConsultationConfig:
    """The choices of a file, or those that ship with the program.

    Raises:
        ConfigurationError: when the file cannot be used.
    """
    if path is None:
        return shipped()
    config = load(ConsultationConfig, path)
    beside = Path(path).resolve().parent
    given = {"exchange_settings": config.exchange_settings, "delivery_settings": config.delivery_settings}
    return config.model_copy(update={name: beside / file for name, file in given.items() if file})


def local_store(store: str) -> Path:
    """The folder of a store.

    Raises:
        ConfigurationError: when it is an address elsewhere.
    """
    if "://" in store:
        raise ConfigurationError(
            f"expected a folder, got {store!r}", where="--store", remedy="Mount or mirror it as a folder"
        )
    return Path(store)
