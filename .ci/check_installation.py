"""Check an installed wheel against the checkout: all files are there, modules import, YAML parses."""

from __future__ import annotations

import importlib
import sys
import sysconfig
import tomllib
from pathlib import Path, PurePosixPath


def shipped_files(checkout: Path) -> list[PurePosixPath]:
    """Files of the rooms in the checkout, all of which a wheel must hold."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    rooms, left_out = wheel["packages"], [PurePosixPath(name) for name in wheel["exclude"]]
    found = (path.relative_to(checkout) for room in rooms for path in (checkout / room).rglob("*"))
    files = (path for path in found if (checkout / path).is_file() and "__pycache__" not in path.parts)
    named = (PurePosixPath(path.as_posix()) for path in files)
    return sorted(path for path in named if not any(path.is_relative_to(one) for one in left_out))


def check_module(file: PurePosixPath, installed: Path) -> None:
    """Import one module; leave with one line when it comes from elsewhere."""
    name = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
    origin = importlib.import_module(name).__file__
    if origin is None or Path(origin) != installed / file:
        sys.exit(f"{name} was imported from {origin}, not from {installed}")


def main(checkout: Path) -> None:
    """Check every file; leave with status 1 and one line at the first thing missing."""
    installed = Path(sysconfig.get_path("purelib"))
    files = shipped_files(checkout)
    for file in files:
        if not (installed / file).is_file():
            sys.exit(f"{file} is not in the wheel")
        if file.suffix == ".py":
            check_module(file, installed)

    from foundation.configuration import parse_yaml

    for file in (file for file in files if file.suffix == ".yaml"):
        parse_yaml((installed / file).read_text(encoding="utf-8"), str(file))
    counts = {suffix: sum(file.suffix == suffix for file in files) for suffix in (".py", ".yaml")}
    if not all(counts.values()):
        sys.exit(f"too little was found in {checkout}: {counts}")
    print(f"{counts['.py']} modules imported, {counts['.yaml']} configurations parsed, {len(files)} files")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
