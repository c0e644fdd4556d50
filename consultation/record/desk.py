"""The desk at which people consult: the choices, the record, and the folder of runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from consultation.record.chain import Actor, Clock, Record, utc_now
from consultation.record.configuration import ConsultationConfig, Right, consultation_config, local_store
from consultation.record.database import Database
from consultation.record.refusals import NotPermitted

_IN_A_FILE = "sqlite:///"


@dataclass(frozen=True)
class Desk:
    """All that an act needs.

    Attributes:
        config: choices.
        record: what is recorded.
        store: folder that holds `runs/`.
    """

    config: ConsultationConfig
    record: Record
    store: Path

    def permit(self, actor: Actor, right: Right) -> None:
        """Let an act pass, or refuse it.

        Raises:
            NotPermitted: when the role lacks the right.
        """
        if not self.config.may(actor.role, right):
            raise NotPermitted(
                f"role {actor.role!r} may not {right.replace('_', ' for ')}",
                f"角色“{actor.role}”无权进行该操作（{right}）",
                remedy="Ask a person with that right",
            )

    def close(self) -> None:
        """Give the connections to the data base back."""
        self.record.database.close()


def has_record(store: str | Path, settings: str | Path | None = None) -> bool:
    """Whether a store has a record; one that a server keeps counts as had. None is made by looking.

    Args:
        store: folder that holds `runs/`.
        settings: a file like `configs/consultation.yaml`; the shipped one when None.

    Raises:
        ConfigurationError: when the choices cannot be used.
    """
    address = consultation_config(settings).address(local_store(str(store)))
    return not address.startswith(_IN_A_FILE) or Path(address.removeprefix(_IN_A_FILE)).is_file()


def open_desk(store: str | Path, settings: str | Path | None = None, clock: Clock = utc_now) -> Desk:
    """Open the consultation of a store; its data base is made or brought to this version.

    Args:
        store: folder that holds `runs/`.
        settings: a file like `configs/consultation.yaml`; the shipped one when None.
        clock: gives this instant.

    Raises:
        ConfigurationError: when the choices cannot be used.
        RunError: when the data base cannot be reached.
    """
    config, folder = consultation_config(settings), local_store(str(store))
    database = Database(config.address(folder))
    database.migrate()
    return Desk(config, Record(database, clock), folder)
