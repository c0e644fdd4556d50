"""The data base: SQLite by default, PostgreSQL by configuration; one writer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from foundation.errors import ConfigurationError, RunError

_WRITES = "bogda_writes"
_LOCK = 0x_B06DA_0008
"""Number of the advisory lock that PostgreSQL's writers of the record take in turn."""
_WAIT_MILLISECONDS = 20_000
_SCHEMES = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


class Database:
    """Connections for readers, who wait for nobody, and for one writer at a time.

    Args:
        address: `sqlite:///folder/file.db` or `postgresql://user@host/name`.

    Raises:
        ConfigurationError: when it is no such address, or the driver is not installed.
    """

    def __init__(self, address: str) -> None:
        """Open nothing yet; connections are made when they are asked for."""
        self.url = _url(address)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _engine(self.url, is_sqlite=self.is_sqlite)

    @property
    def shown(self) -> str:
        """The address without its password."""
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with, in one snapshot."""
        with self._told(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection that holds the writers' lock until the block ends, and then commits."""
        with self._told(), self.engine.execution_options(**{_WRITES: True}).begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
            yield connection

    def migrate(self) -> None:
        """Bring the tables to this version; a data base that is there already stays as it is.

        Raises:
            RunError: when the data base cannot be reached, or is of a later version.
        """
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        config = AlembicConfig()
        config.set_main_option("script_location", str(resources.files("consultation.record") / "migrations"))
        with self.writing() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise RunError(
                    str(error), where=self.shown, remedy="Use the version that made it, or a later one"
                ) from error

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if error.connection_invalidated or "OperationalError" in type(error).__name__:
                raise RunError(
                    f"the data base cannot be used: {str(error.orig).splitlines()[0]}", where=self.shown,
                    remedy="Check that it is there, may be written and is not held by another program",
                ) from error  # fmt: skip
            raise


def _url(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise ConfigurationError(
            "not the address of a data base", where="database", remedy="Write sqlite:///folder/file.db"
        ) from error
    if url.drivername not in _SCHEMES:
        raise ConfigurationError(
            f"data base {url.drivername!r} is not known", where="database",
            remedy="Use sqlite:///... or postgresql://...",
        )  # fmt: skip
    return url.set(drivername=_SCHEMES[url.drivername])


def _engine(url: URL, *, is_sqlite: bool) -> Engine:
    try:
        engine = create_engine(url, pool_pre_ping=not is_sqlite)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise ConfigurationError(
            f"the driver of {url.get_backend_name()} is not installed", where="database",
            remedy="pip install 'bogda[postgresql]'",
        ) from error  # fmt: skip
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(raw: Any, _: Any) -> None:
    raw.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in (
        f"busy_timeout = {_WAIT_MILLISECONDS}", "journal_mode = WAL", "synchronous = FULL",
        "foreign_keys = ON", "recursive_triggers = ON",
    ):  # fmt: skip
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
