"""Which learned model a store's forecasts are made with, told before anything of it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.errors import BogdaError

KINDS = ("day", "hour")

REGION = "region"
"""Forecasts of regions are means over the places of the daily one."""


@dataclass(frozen=True)
class Champion:
    """The release that a store's registry calls champion, or what is wrong with it.

    Attributes:
        kind: `day` or `hour`.
        folder: of the release; None where the registry cannot say.
        name: name and time of release.
        sha256: of all that its forecasts depend on; empty where it cannot be read.
        fault: why it cannot be used; empty where it can.
        uses_tags: whether it looks at the transport model's tags.
    """

    kind: str
    folder: Path | None
    name: str
    sha256: str
    fault: str = ""
    uses_tags: bool = False

    @property
    def label(self) -> str:
        """Name and hash, as a manifest tells them."""
        return f"{self.name} sha256:{self.sha256[:16]}"

    @property
    def document(self) -> dict[str, Any]:
        """As JSON, for a manifest."""
        return {"name": self.name, "sha256": self.sha256, "folder": str(self.folder), "fault": self.fault}


def champion_of(store: str, kind: str) -> Champion | None:
    """The champion of a kind; None where the store has no registry, or no champion of that kind.

    Args:
        store: folder or URL of the store.
        kind: `day` or `hour`.
    """
    from forecast.learned.champion import champion

    folder = None
    try:
        folder = champion(store, kind)
        if folder is None:
            return None
        return _read(folder, kind)
    except (BogdaError, OSError) as error:
        name = "" if folder is None else folder.name
        return Champion(kind, folder, name, "", str(error))


def _read(folder: Path, kind: str) -> Champion:
    from forecast.learned.release import read_document, release_fingerprint

    document = read_document(folder)
    uses_tags = document.network.sources is not None
    fault = "" if document.kind == kind else f"expected a model for {kind} means, got {document.kind}"
    return Champion(kind, folder, document.identifier, release_fingerprint(folder), fault, uses_tags)
