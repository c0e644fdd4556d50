"""`bogda serve`: the consultation page over the runs of a store."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from consultation.page.settings import PageConfig, page_config
from flows.output import print_line
from foundation.configuration import validate
from foundation.errors import ConfigurationError

if TYPE_CHECKING:
    import uvicorn

_LISTENS_TO_ALL = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
_IDLE_SECONDS = 30


def run(port: int | None, host: str | None, store: str | None, choices: str | None = None) -> None:
    """Serve until told to stop.

    Args:
        port: that of `configs/page.yaml` when None.
        host: likewise.
        store: likewise.
        choices: the site's copy of `consultation.yaml`; the file that ships when None.

    Raises:
        ConfigurationError: when nobody can listen there.
        RunError: when the protocol of the store is unknown or its client is not installed.
    """
    server, sockets, address = prepared(settings_of(port, host, store), choices)
    print_line(address)
    server.run(sockets=sockets)


def prepared(settings: PageConfig, choices: str | None = None) -> tuple[uvicorn.Server, list[Any], str]:
    """A server that listens already, its sockets, and the line that says where.

    Raises:
        ConfigurationError: when nobody can listen there.
    """
    import uvicorn

    from consultation.issuing.outlets import outlets_of
    from consultation.page.application import create_app
    from consultation.record.desk import open_desk

    desk = None if "://" in settings.store else open_desk(settings.store, choices)
    if desk is not None:
        outlets_of(desk)  # what cannot be used is told before anybody is served
    config = uvicorn.Config(
        create_app(settings, desk), host=settings.host, port=settings.port, log_level="warning",
        server_header=False, access_log=False, timeout_keep_alive=_IDLE_SECONDS,
    )  # fmt: skip
    log = logging.getLogger("uvicorn.error")
    log.disabled = True
    try:
        bound = config.bind_socket()
    except SystemExit as error:
        raise ConfigurationError(
            "cannot listen there: it is taken, or it is no address of this machine",
            where=f"{settings.host}:{settings.port}", remedy="Give another --port or --host",
        ) from error  # fmt: skip
    finally:
        log.disabled = False
    shown = "127.0.0.1" if settings.host in _LISTENS_TO_ALL else settings.host
    address = f"http://{shown}:{bound.getsockname()[1]}/  ({settings.store})"
    return uvicorn.Server(config), [bound], address


def settings_of(port: int | None, host: str | None, store: str | None) -> PageConfig:
    """The shipped choices, with what the command line says in their place."""
    given = {
        name: value for name, value in (("port", port), ("host", host), ("store", store)) if value is not None
    }
    return validate(PageConfig, page_config().model_dump() | given, "bogda serve")
