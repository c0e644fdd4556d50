"""Which provider a file is from, and one door to all readers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType

from foundation.errors import InputError
from observations.readers import aqistudy, cnemc, openaq, pm25in, uci
from observations.readers.openaq import openaq_vocabulary
from observations.reading import Problem, Reading
from observations.text_files import read_records
from observations.vocabulary import vocabulary

Reader = Callable[[Sequence[Path], Sequence[str] | None], Reading]

PROVIDERS: MappingProxyType[str, Reader] = MappingProxyType(
    {
        "aqistudy": aqistudy.read,
        "pm25in": pm25in.read,
        "cnemc": cnemc.read,
        "uci": uci.read,
        "openaq": openaq.read,
    }
)
"""Name of a provider to its reader."""

_SUFFIXES = (".csv", ".csv.gz")


def read(path: str | Path, provider: str | None = None, places: Sequence[str] | None = None) -> Reading:
    """Read measurements from a file, or from all CSV files of a folder.

    Args:
        path: a file, or a folder of files of one provider.
        provider: name in `PROVIDERS`; recognised by the layout of the files when None.
        places: only these, by any name; all when None.

    Raises:
        InputError: when there is nothing to read, or nothing of it can be used.
    """
    if provider is not None and provider not in PROVIDERS:
        raise InputError(f"unknown provider {provider!r}", remedy=f"Known providers: {', '.join(PROVIDERS)}")
    files = files_of(Path(path))
    if provider is not None:
        return PROVIDERS[provider](files, places)
    recognised = {file: _recognised(file) for file in files}
    names = sorted({name for name in recognised.values() if isinstance(name, str)})
    failures = [failure for failure in recognised.values() if isinstance(failure, InputError)]
    if not names:
        raise failures[0]
    if len(names) > 1:
        raise InputError(
            f"files of several providers: {', '.join(names)}",
            where=str(path),
            remedy="Name one with --provider, or keep them in folders of their own",
        )
    reading = PROVIDERS[names[0]]([file for file, name in recognised.items() if name == names[0]], places)
    left_out = [Problem(f"file left out: {one.what}", one.where, remedy=one.remedy) for one in failures]
    return Reading(
        reading.dataset, (*reading.problems, *left_out), reading.files, reading.rows, reading.provider
    )


def files_of(path: Path) -> list[Path]:
    """The file itself, or the CSV files of a folder in the order of their names.

    Raises:
        InputError: when there is no such path, or no CSV file in the folder.
    """
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.name.endswith(_SUFFIXES) and file.is_file())
        if files:
            return files
        raise InputError(
            "no CSV file in this folder", where=str(path), remedy="Give another folder or a file"
        )
    if not path.exists():
        raise InputError("no such file or folder", where=str(path), remedy="Check the path")
    return [path]


def recognise(path: Path) -> str:
    """Name of the provider whose layout a file has.

    Raises:
        InputError: when the file cannot be read or has the layout of none.
    """
    rows, numbers, _ = read_records(path, most=20)
    header = set(rows[0])
    for name in ("pm25in", "cnemc", "uci"):
        words = vocabulary(name)
        if set(words.required) <= header:
            return name
    if openaq_vocabulary().layout(rows[0]) is not None:
        return "openaq"
    if any(len(row) == len(vocabulary("aqistudy").header) and row[1][:2] in ("19", "20") for row in rows):
        return "aqistudy"
    raise InputError(
        f"not the layout of any provider; the first row is {','.join(rows[0])[:120]!r}" + _nearest(header),
        where=f"{path}, row {numbers[0]}",
        remedy=f"Correct the file, or name its provider: {', '.join(PROVIDERS)}",
    )


def _nearest(header: set[str]) -> str:
    """What is missing for the provider whose columns the header resembles most."""
    required = {name: vocabulary(name).required for name in ("pm25in", "cnemc", "uci")}
    required["openaq"] = tuple(openaq_vocabulary().layouts[0].keys.values())
    name = max(required, key=lambda one: len(header & set(required[one])))
    lacking = [column for column in required[name] if column not in header]
    if len(lacking) > len(required[name]) / 2:
        return ""
    return f"; for {name} the column {lacking[0]!r} is missing"


def _recognised(file: Path) -> str | InputError:
    try:
        return recognise(file)
    except InputError as error:
        return error
