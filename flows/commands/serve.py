"""`bogda serve`: the consultation page over the runs of a store."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from consultation.page.settings import PageConfig, page_config
from flows.output import print_line
from flows.stores import check_store
from foundation.configuration import validate
from foundation.errors import ConfigurationError

if TYPE_CHECKING:
    import uvicorn

    from consultation.record.desk import Desk

_LISTENS_TO_ALL = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
_IDLE_SECONDS = 30


def run(
    port: int | None, host: str | None, store: str | None, choices: str | None = None, *, new: bool = False
) -> None:
    """Serve until told to stop.

    Args:
        port: that of `configs/page.yaml` when None.
        host: likewise.
        store: likewise.
        choices: the site's copy of `consultation.yaml`; the file that ships when None.
        new: whether a store is begun where there is none.

    Raises:
        ConfigurationError: when nobody can listen there.
        RunError: when there is no such store, its protocol is unknown or its client is not installed.
    """
    from flows.commands.serve_greeting import greeting

    settings = settings_of(port, host, store)
    check_store(settings.store, new=new)
    desk = _desk(settings, choices)
    server, sockets, address = prepared(settings, desk)
    for line in (address, *greeting(settings.store, desk)):
        print_line(line)
    for caution in cautions(settings, choices):
        print_line(f"! {caution}")
    sys.stdout.flush()  # a journal shall have them while the server stands
    server.run(sockets=sockets)


def _desk(settings: PageConfig, choices: str | None) -> Desk | None:
    """The desk of the store, whose outlets can be used; None over a store that is no folder."""
    from consultation.issuing.outlets import outlets_of
    from consultation.record.desk import open_desk

    if "://" in settings.store:
        return None
    desk = open_desk(settings.store, choices)
    outlets_of(desk)  # what cannot be used is told before anybody is served
    return desk


def prepared(settings: PageConfig, desk: Desk | None) -> tuple[uvicorn.Server, list[Any], str]:
    """A server that listens already, its sockets, and the line that says where.

    Raises:
        ConfigurationError: when nobody can listen there.
    """
    import uvicorn

    from consultation.page.application import create_app

    config = uvicorn.Config(
        create_app(settings, desk), host=settings.host, port=settings.port, log_level="warning",
        server_header=False, access_log=False, timeout_keep_alive=_IDLE_SECONDS,
    )  # fmt: skip
    log = logging.getLogger("uvicorn.error")
    log.disabled = True
    try:
        bound = config.bind_socket()
        bound.listen(config.backlog)  # who comes before the first views are made waits for them
    except SystemExit as error:
        raise ConfigurationError(
            "cannot listen there: it is taken, or it is no address of this machine",
            where=f"{settings.host}:{settings.port}", remedy="Give another --port or --host",
        ) from error  # fmt: skip
    finally:
        log.disabled = False
    shown = "127.0.0.1" if settings.host in _LISTENS_TO_ALL else settings.host
    address = f"http://{shown}:{bound.getsockname()[1]}/"
    return uvicorn.Server(config), [bound], address


def cautions(settings: PageConfig, choices: str | None = None) -> list[str]:
    """What whoever serves others than this machine should know, a line each.

    Args:
        settings: where it listens.
        choices: the site's copy of `consultation.yaml`; the file that ships when None.
    """
    from consultation.record.configuration import consultation_config

    if settings.host in _THIS_MACHINE:
        return []
    config, found = consultation_config(choices), []
    if config.anonymous_may_read:
        found.append(
            "网络上任何人不登录即可查看，包括来源贡献；如需登录，设 anonymous_may_read: false · "
            "Anyone who reaches this address may look, at contributions too, unless anonymous_may_read: false"
        )
    if not (config.public_address or "").startswith("https://"):
        found.append(
            "未经 https，口令在网络上明文传送；请置于 https 之后并设 public_address · "
            "Without https passwords cross the network readable; put it behind https and set public_address"
        )
    return found


def settings_of(port: int | None, host: str | None, store: str | None) -> PageConfig:
    """The shipped choices, with what the command line says in their place."""
    given = {
        name: value for name, value in (("port", port), ("host", host), ("store", store)) if value is not None
    }
    return validate(PageConfig, page_config().model_dump() | given, "bogda serve")
