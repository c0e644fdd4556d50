"""A mapping file of one's own over what ships."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from pydantic import ConfigDict

from foundation.configuration import Config, parse_yaml, read_text, validate
from foundation.errors import ConfigurationError

__all__ = ["merge_mapping"]

_GROUPS = ("fields", "of_species", "of_month", "of_species_and_month")


class _Mapping(Config):
    """Any top keys; they are checked once merged."""

    model_config = ConfigDict(frozen=True, extra="allow")

    @property
    def keys(self) -> dict[str, Any]:
        """What was given."""
        return dict(self.__pydantic_extra__ or {})


def merge_mapping(base: dict[str, Any], mapping: str | Path) -> dict[str, Any]:
    """What ships with the keys of a mapping file put over it; within its tables, key by key.

    Raises:
        ConfigurationError: when the file is absent, is no table of keys, or names a field unknown.
    """
    own = validate(_Mapping, parse_yaml(read_text(mapping), str(mapping)), str(mapping)).keys
    merged = dict(base)
    for key, value in own.items():
        both = isinstance(merged.get(key), dict) and isinstance(value, dict)
        if both and key in _GROUPS:
            _check_fields(key, value, base[key], str(mapping))
        merged[key] = merged[key] | value if both else value
    return merged


def _check_fields(group: str, own: dict[str, Any], known: dict[str, Any], where: str) -> None:
    for name in own:
        if name not in known:
            near = _nearest(str(name), known)
            raise ConfigurationError(
                f"{group}: unknown field {str(name)!r}" + (f" ({near}?)" if near else ""),
                where=where,
                remedy=f"Use one of: {', '.join(known) or 'none'}",
            )


def _nearest(name: str, known: dict[str, Any]) -> str:
    """The known field whose key or header is most like a name; empty when there is none."""
    spelt = {header: key for key, one in known.items() for header in (*one["headers"], one["chinese"], key)}
    plain = {header.lower().replace(" ", "_"): key for header, key in reversed(spelt.items())}
    near = difflib.get_close_matches(name.lower().replace(" ", "_"), plain, n=1, cutoff=0.5)
    return plain[near[0]] if near else ""
