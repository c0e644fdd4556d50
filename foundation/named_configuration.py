"""Configurations that ship under a name, beside those of a user's own files."""

from __future__ import annotations

from pathlib import Path

from foundation.configuration import ConfigType, load, load_shipped, shipped_names
from foundation.errors import ConfigurationError

__all__ = ["load_named"]


def load_named(
    kind: type[ConfigType], folder: str, what: str, name_or_file: str
) -> tuple[ConfigType, Path | None]:
    """What ships under a name in a folder under `configs/`, or a file of one's own.

    Args:
        kind: of the object.
        folder: such as `cases`.
        what: it is, for messages, such as `case`.
        name_or_file: as the user gives it.

    Returns:
        The object and, for a file, the folder it lies in.

    Raises:
        ConfigurationError: when there is neither, or the file is not of this kind.
    """
    if name_or_file in shipped_names(folder):
        return load_shipped(kind, f"{folder}/{name_or_file}.yaml"), None
    if name_or_file.endswith((".yaml", ".yml")) or Path(name_or_file).is_file():
        return load(kind, name_or_file), Path(name_or_file).resolve().parent
    known = ", ".join(shipped_names(folder))
    raise ConfigurationError(
        f"no {what} {name_or_file!r}", remedy=f"Shipped {folder}: {known}; or give the path of a YAML file"
    )
