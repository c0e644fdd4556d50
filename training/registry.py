"""Released models by name and version, and which of them is the champion."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forecast.learned import champion, registry_address
from forecast.learned.registry_address import ALIAS
from foundation.errors import ConfigurationError
from foundation.store import write_text_atomically
from foundation.times import now, stamp
from training.tracking import Tracking

KINDS = ("day", "hour")
TAG = "bogda."
"""Before the names of our tags."""
_PAGE = 200


@dataclass(frozen=True)
class Version:
    """A registered release.

    Attributes:
        name: `bogda-day` or `bogda-hour`.
        number: its version.
        aliases: such as `champion`.
        tags: what the registry keeps of it, without prefix: `release`, `fingerprint`, `trained_from`,
            `trained_until`, `created`, `synthetic`, `scores` (JSON), `folder`, and of a promotion
            `promoted`, `promoted_by`, `forced`.
        source: where its files were when it was registered.
        run: run of training that made it.
    """

    name: str
    number: int
    aliases: tuple[str, ...]
    tags: dict[str, str]
    source: str
    run: str

    @property
    def label(self) -> str:
        """Name and version: `bogda-day:3`."""
        return f"{self.name}:{self.number}"

    @property
    def scores(self) -> dict[str, Any]:
        """Mean over the leads of the PM2.5 scores, by model, as the release says."""
        found = json.loads(self.tags.get("scores", "{}"))
        return found if isinstance(found, dict) else {}


def versions(tracking: Tracking) -> list[Version]:
    """All registered releases, the newest of each kind first."""
    with champion.one_line_errors(tracking.uri):
        return [
            one for kind in KINDS for one in _versions_of(tracking, registry_address.registered_name(kind))
        ]


def _versions_of(tracking: Tracking, name: str) -> list[Version]:
    if not tracking.client.search_registered_models(f"name='{name}'"):
        return []
    aliases = tracking.client.get_registered_model(name).aliases
    found: list[Version] = []
    token: str | None = ""
    while token is not None:
        page = tracking.client.search_model_versions(
            f"name='{name}'", max_results=_PAGE, page_token=token or None
        )
        found += [version_of(one, aliases) for one in page]
        token = page.token or None
    return sorted(found, key=lambda one: -one.number)


def version_of(found: Any, aliases: Mapping[str, Any]) -> Version:
    """A version as MLflow gives it; `aliases` are those of its model, by name."""
    number = int(found.version)
    names = tuple(sorted(alias for alias, points in aliases.items() if int(points) == number))
    tags = {key.removeprefix(TAG): value for key, value in found.tags.items()}
    return Version(found.name, number, names, tags, str(found.source), str(found.run_id))


def find(tracking: Tracking, reference: str) -> Version:
    """The version that a reference names.

    Args:
        tracking: runs and registry.
        reference: `bogda-day:3`, `bogda-day@champion`, or `bogda-day` for its champion, without one for its
            newest version; `day` and `hour` stand for the full names.

    Raises:
        ConfigurationError: when it is no reference or nothing has that name; says what there is.
    """
    matched = re.fullmatch(r"(?:bogda-)?(day|hour)(?::(\d{1,9})|@([A-Za-z0-9_.-]+))?", reference.strip())
    if matched is None:
        raise ConfigurationError(
            f"{reference!r} names no model", remedy="Write bogda-day, bogda-day:3 or bogda-day@champion"
        )
    kind, number, alias = matched.groups()
    there = [one for one in versions(tracking) if one.name == registry_address.registered_name(kind)]
    if number or alias:
        chosen = [one for one in there if str(one.number) == str(int(number or 0)) or alias in one.aliases]
    else:
        chosen = [one for one in there if ALIAS in one.aliases] or there
    if not chosen:
        held = ", ".join("@".join((one.label, *one.aliases)) for one in there[:10]) or "none"
        raise ConfigurationError(f"no model {reference}", remedy=f"Registered: {held}")
    return chosen[0]


def champion_of(tracking: Tracking, kind: str) -> Version | None:
    """The champion of a kind; None when there is none."""
    name = registry_address.registered_name(kind)
    return next(
        (one for one in versions(tracking) if one.name == name and ALIAS in one.aliases),
        None,
    )


def folder_of(tracking: Tracking, version: Version) -> Path:
    """Folder of the files of a version, fetched first where a server keeps them.

    Raises:
        RunError: when they are missing.
    """
    if tracking.is_local and tracking.models is not None:
        return registry_address.release_folder(tracking.models, version.source, version.tags.get("folder"))
    with champion.one_line_errors(tracking.uri):
        label = f"{version.name}-{version.number}"
        return champion.downloaded(tracking.client, tracking.uri, label, version.run)


def set_champion(
    tracking: Tracking, version: Version, record: Mapping[str, Any], told: Mapping[str, str]
) -> None:
    """Make a version the champion, and keep why.

    Args:
        tracking: runs and registry; hold `tracking.alone()` from the judgement on.
        version: the new champion.
        record: the whole judgement, kept beside the release as `promotion-<time>.json`.
        told: tags for the version, such as `promoted_by`.

    Raises:
        BogdaError: when it cannot be written.
    """
    name = f"promotion-{stamp(now())}.json"
    with champion.one_line_errors(tracking.uri):
        if tracking.is_local:
            text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
            write_text_atomically(folder_of(tracking, version).parent / name, text)
        else:
            tracking.client.log_dict(version.run, dict(record), name)
        for key, value in told.items():
            tracking.client.set_model_version_tag(version.name, str(version.number), f"{TAG}{key}", value)
        tracking.client.set_registered_model_alias(version.name, ALIAS, str(version.number))
