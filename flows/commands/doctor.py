"""`bogda doctor`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from atmosphere.native import compiler
from flows.case import REAL_DATA
from flows.output import print_json, print_line
from foundation.configuration import shipped_names
from foundation.errors import BogdaError
from foundation.store import RunStore
from foundation.times import now, shown

_LIBRARIES = (
    "prefect", "xarray", "netcdf4", "zarr", "eccodes", "metpy", "pyproj", "pandas", "scikit-learn", "scores",
    "torch", "mlflow-skinny", "safetensors",
)  # fmt: skip
_LITTLE_SPACE = 2 * 2**30


def run(store: str, *, as_json: bool) -> None:
    """Print what is installed, reachable and fresh, and on which device models would run.

    Exits with 1 when something needed is missing.
    """
    document = examine(store)
    if as_json:
        print_json(document)
    else:
        for item in document["checks"]:
            print_line(f"{'✓' if item['ok'] else '✗'} {item['what']:22} {item['found']}")
    if not document["ok"]:
        sys.exit(1)


def examine(store: str) -> dict[str, Any]:
    """All checks: what, whether it is as needed, and what was found."""
    libraries = [_library(name) for name in _LIBRARIES]
    checks = [_python(), *libraries, _compiler(), _device(), *_store(store), _real_data(), _cases()]
    return {"ok": all(item["ok"] for item in checks), "checks": checks}


def _item(what: str, found: str, *, ok: bool = True) -> dict[str, Any]:
    return {"what": what, "ok": ok, "found": found}


def _python() -> dict[str, Any]:
    return _item("python", sys.version.split()[0], ok=sys.version_info >= (3, 11))


def _library(name: str) -> dict[str, Any]:
    try:
        return _item(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        return _item(name, "not installed", ok=False)


def _compiler() -> dict[str, Any]:
    """Whether the transport model's kernels can be compiled here."""
    found = compiler()
    return _item("compiler", found or "none: the transport model runs several times slower")


def _device() -> dict[str, Any]:
    """The accelerator as the driver sees it."""
    cores = f"CPU, {os.cpu_count()} cores"
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return _item("device", cores)
    query = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    answer = subprocess.run(query, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    gpu = answer.stdout.strip().splitlines()[0] if answer.returncode == 0 and answer.stdout.strip() else ""
    return _item("device", f"{gpu or 'no GPU answers'}; {cores}")


def _store(url: str) -> list[dict[str, Any]]:
    try:
        store = RunStore(url)
        items = [_item("store", store.root)]
        if store.is_local:
            items.append(_space(Path(store.root)))
        return items + [_latest(store, domain) for domain in _domains(store)]
    except (BogdaError, OSError) as error:
        return [_item("store", str(error), ok=False)]


def _space(root: Path) -> dict[str, Any]:
    there = next(folder for folder in (root, *root.absolute().parents) if folder.exists())
    writable = os.access(there, os.W_OK)
    free = shutil.disk_usage(there).free
    found = f"{free / 2**30:.1f} GiB free" + ("" if writable else ", not writable")
    return _item("disk", found, ok=writable and free > _LITTLE_SPACE)


def _domains(store: RunStore) -> list[str]:
    runs = f"{store.root}/runs"
    if not store.filesystem.exists(runs):
        return []
    return sorted(str(path).rsplit("/", 1)[-1] for path in store.filesystem.ls(runs, detail=False))


def _latest(store: RunStore, domain: str) -> dict[str, Any]:
    runs = store.runs(domain)
    if not runs:
        return _item(f"runs of {domain}", "none")
    name = runs[-1]
    issued = np.datetime64(f"{name[:4]}-{name[4:6]}-{name[6:8]}T{name[9:11]}:{name[11:13]}", "ns")
    age = (now() - issued) / np.timedelta64(1, "D")
    return _item(f"runs of {domain}", f"{len(runs)}; latest issued {shown(issued)}, {age:.0f} days ago")


def _real_data() -> dict[str, Any]:
    folder = Path(os.environ.get(REAL_DATA, str(Path("..") / "shared" / "data")))
    there = (folder / "observations").is_dir()
    return _item(
        "real files", str(folder) if there else f"none at {folder} (set {REAL_DATA}); demo needs none"
    )


def _cases() -> dict[str, Any]:
    return _item("cases", ", ".join(shipped_names("cases")))
