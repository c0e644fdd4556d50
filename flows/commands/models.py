"""`bogda models list` and `bogda models card`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.output import print_json, print_line, progress_bar
from foundation.errors import RunError
from foundation.times import shown

if TYPE_CHECKING:
    from training.registry import Version
    from training.tracking import Tracking


def run_list(store: str, *, as_json: bool) -> None:
    """Print the registered models.

    Raises:
        BogdaError: when the registry cannot be read.
    """
    from training.registry import versions

    with progress_bar("bogda models list", 1) as progress:
        progress("registry")
        tracking = existing_tracking(store)
        found = [] if tracking is None else [_record(one) for one in versions(tracking)]
    if as_json:
        print_json({"models": found})
        return
    if not found:
        print_line(f"没有已登记的模型。 No model is registered in {store}")
    for one in found:
        _print_version(one)


def run_card(name: str, store: str, *, as_json: bool) -> None:
    """Print the card of a model, or its whole document.

    Raises:
        BogdaError: when there is no such model or its files are damaged.
    """
    from forecast.learned.release import CARD, read_release
    from training.registry import find, folder_of

    with progress_bar("bogda models card", 1) as progress:
        progress("registry")
        tracking = required_tracking(store)
        version = find(tracking, name)
        folder = folder_of(tracking, version)
        document, _ = read_release(folder)
    if as_json:
        print_json({**_record(version), "folder": str(folder), "document": document.model_dump(mode="json")})
        return
    named = " ".join((version.label, *(f"@{alias}" for alias in version.aliases)))
    print_line(f"{named}\n\n{(folder / CARD).read_text(encoding='utf-8').rstrip()}")


def existing_tracking(store: str) -> Tracking | None:
    """The registry of a store; None where there is none yet, which looking must not make.

    Raises:
        BogdaError: when it cannot be opened.
    """
    from forecast.learned.registry_address import DATABASE, models_folder, tracking_config
    from training.tracking import Tracking

    folder = models_folder(store)
    if tracking_config(store) is None and (folder is None or not (folder / DATABASE).is_file()):
        return None
    return Tracking(store)


def required_tracking(store: str) -> Tracking:
    """The registry of a store.

    Raises:
        BogdaError: when there is none, or it cannot be opened.
    """
    found = existing_tracking(store)
    if found is None:
        raise RunError(
            "no model is registered here", where=store, remedy="Name the --store, or train one first"
        )
    return found


def _record(version: Version) -> dict[str, Any]:
    told = {key: value for key, value in version.tags.items() if key not in ("scores", "folder")}
    return {
        "name": version.name, "version": version.number, "aliases": list(version.aliases), **told,
        "scores": version.scores, "run": version.run,
    }  # fmt: skip


def _print_version(one: dict[str, Any]) -> None:
    from forecast.learned import NAME

    own, floor = (one["scores"].get(name, {}) for name in (NAME, "persistence"))
    aliases = "".join(f" @{alias}" for alias in one["aliases"])
    errors = f"PM2.5 MAE {_figure(own.get('mae'))}（persistence {_figure(floor.get('mae'))}）"
    trained = " – ".join(_day(one.get(name)) for name in ("trained_from", "trained_until"))
    notes = [text for key, text in _NOTES.items() if one.get(key) == "true"]
    notes += [f"强制启用 forced: {one['forced']}"] if one.get("forced") else []
    print_line("  ".join((f"{one['name']}:{one['version']}{aliases}", errors, trained, *notes)))


_NOTES = {"synthetic": "人造数据 made-up data", "perfect_weather": "完美天气 perfect weather"}


def _day(instant: str | None) -> str:
    import numpy as np

    return shown(np.datetime64(instant.rstrip("Z"), "ns"), minutes=False) if instant else "–"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
