"""Configuration: frozen, strict, validated when built; YAML never names Python objects."""

from __future__ import annotations

import difflib
import re
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from foundation.errors import ConfigurationError


class Config(BaseModel):
    """Base of every configuration class: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, arbitrary_types_allowed=False)


ConfigType = TypeVar("ConfigType", bound=BaseModel)


class _Strict(yaml.constructor.SafeConstructor):
    """Safe YAML in which a key may be given only once and a value that is no value names its line."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Build one value; an impossible date or number is an error of the YAML."""
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, AttributeError, TypeError, LookupError) as error:
            raise yaml.constructor.ConstructorError(
                None, None, f"{str(node.value)[:40]!r} is not a value of its kind", node.start_mark
            ) from error


def _unique_mapping(loader: _Strict, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(
                None, None, "a key must be plain text or a number", key_node.start_mark
            )
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"key {key!r} is given twice", key_node.start_mark
            )
        seen[key] = loader.construct_object(value_node, deep=True)
    return seen


_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)  # type: ignore[type-var]


class _StrictLoader(_Strict, yaml.SafeLoader):
    """For text of any origin."""


class _ShippedLoader(_Strict, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """For text that ships with the program: libyaml is fast, but has no bound on how deep it nests."""


def parse_yaml(text: str, where: str, *, shipped: bool = False) -> Any:
    """Parse YAML text.

    Args:
        text: the YAML.
        where: its file, for messages.
        shipped: whether it ships with the program.

    Raises:
        ConfigurationError: with file and line when the text is not YAML or repeats a key.
    """
    try:
        return yaml.load(text, Loader=_ShippedLoader if shipped else _StrictLoader)  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{where}, line {mark.line + 1}" if mark else where
        problem = getattr(error, "problem", None) or "not YAML"
        raise ConfigurationError(str(problem), where=place, remedy="Correct the YAML there") from error
    except RecursionError as error:
        raise ConfigurationError("nested too deeply", where=where, remedy="Correct the YAML there") from error


def validate(kind: type[ConfigType], data: Any, where: str) -> ConfigType:
    """Build a configuration object from parsed data.

    Raises:
        ConfigurationError: naming the key, what was expected and, for a misspelt key, the nearest one.
    """
    try:
        return kind.model_validate(data if data is not None else {})
    except ValidationError as error:
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        loc = [str(part) for part in first["loc"] if not _UNION_TAG.fullmatch(str(part))]
        key = ".".join(loc) or "top level"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        if first["type"] == "extra_forbidden":
            raise ConfigurationError(
                f"unknown key {key!r}{more}", where=where, remedy=_near(kind, loc)
            ) from error
        problem = _WORDS.get(first["type"], first["msg"].removeprefix("Value error, "))
        told = first["type"] == "missing" or (
            isinstance(first["input"], dict) and first["type"] == "value_error"
        )
        got = "" if told else f", got {str(first['input'])[:80]!r}"
        raise ConfigurationError(
            f"key {key!r}: {problem}{got}{more}", where=where, remedy="Correct or add that key"
        ) from error


_UNION_TAG = re.compile(r"(constrained-)?(int|float|str|bool)|.*\[.*")
"""What pydantic puts behind a key to say which kind of several it tried."""

_WORDS = {
    "missing": "is required and missing",
    "model_type": "expected keys with values",
    "tuple_type": "expected a list, such as [urumqi]",
    "list_type": "expected a list",
    "string_type": "expected text",
}
"""Plain words for the commonest faults, by pydantic's name for them."""


def _near(kind: type[BaseModel], loc: list[str]) -> str:
    known = sorted(_known_keys(kind, set()))
    close = difflib.get_close_matches(loc[-1], known, n=1)
    for part in loc[:-1]:
        inner = _classes(kind.model_fields[part].annotation) if part in kind.model_fields else []
        kind = inner[0] if len(inner) == 1 else kind
    return f"Did you mean {close[0]!r}?" if close else f"Known keys: {', '.join(kind.model_fields)}"


def _known_keys(kind: type[BaseModel], visited: set[type]) -> set[str]:
    visited.add(kind)
    keys = set(kind.model_fields)
    for field in kind.model_fields.values():
        for part in _classes(field.annotation):
            if part not in visited:
                keys |= _known_keys(part, visited)
    return keys


def _classes(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and not get_args(annotation):
        return [annotation] if issubclass(annotation, BaseModel) else []
    return [part for inner in get_args(annotation) for part in _classes(inner)]


def load(kind: type[ConfigType], path: str | Path) -> ConfigType:
    """Read a YAML file into a configuration object.

    Raises:
        ConfigurationError: when the file is absent, not UTF-8, not YAML or not of this kind.
    """
    return validate(kind, parse_yaml(read_text(path), str(path)), str(path))


def read_text(path: str | Path) -> str:
    """Text of a configuration file, with one clear line when it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            "no such file, or it cannot be read", where=str(path), remedy="Check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("not UTF-8", where=str(path), remedy="Save the file as UTF-8") from error


def shipped_text(name: str) -> str:
    """Text of a file under `configs/` that ships with the program, such as `places.yaml`."""
    return resources.files("configs").joinpath(name).read_text(encoding="utf-8")


def load_shipped(kind: type[ConfigType], name: str) -> ConfigType:
    """Read a file under `configs/` that ships with the program into a configuration object."""
    where = f"configs/{name}"
    return validate(kind, parse_yaml(shipped_text(name), where, shipped=True), where)


def shipped_names(folder: str) -> list[str]:
    """Names, without `.yaml`, of what ships in a folder under `configs/`."""
    entries = resources.files("configs").joinpath(folder).iterdir()
    return sorted(entry.name.removesuffix(".yaml") for entry in entries if entry.name.endswith(".yaml"))
