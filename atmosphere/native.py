"""Kernels in C++, compiled at first use by the machine's compiler and kept for the next time.

Everything a kernel does is also there in plain PyTorch; without a compiler the model still runs, slower.
A kernel is a C function that is given pointers and numbers and works on a range of its items, so that
several Python threads can share the work (`ctypes` releases the interpreter while a kernel runs).
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from foundation.caches import user_cache
from foundation.errors import ConfigurationError, RunError

CACHE = "BOGDA_KERNEL_CACHE"
"""Environment variable: where compiled kernels are kept; by default in the user's cache folder."""

COMPILER = "BOGDA_COMPILER"
"""Environment variable: the C++ compiler; `none` runs without one; by default `CXX`, c++, g++ or clang++."""

_FLAGS = ("-std=c++17", "-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math",
          "-Wno-psabi", "-shared", "-fPIC")  # fmt: skip
_LIMIT_S = 240


def compiler() -> str | None:
    """Path of the C++ compiler; None when there is none or it is switched off.

    Raises:
        ConfigurationError: when the compiler named by `BOGDA_COMPILER` is not there.
    """
    wanted = os.environ.get(COMPILER)
    if wanted == "none":
        return None
    if wanted is not None and shutil.which(wanted) is None:
        raise ConfigurationError(
            f"no compiler {wanted!r}", where=COMPILER, remedy="Name one that is there, or none"
        )
    names = [wanted or os.environ.get("CXX", ""), "c++", "g++", "clang++"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


@lru_cache(maxsize=8)
def library(source: Path, *headers: Path, real: str = "float") -> ctypes.CDLL | None:
    """The compiled library of one source file; None where there is no compiler.

    Args:
        source: the C++ file.
        headers: files it includes; a change in any of them compiles it again.
        real: what the macro REAL stands for, `float` or `double`.

    Raises:
        RunError: when the compiler refuses it; the message carries the compiler's first complaint.
    """
    command = compiler()
    if command is None:
        return None
    built = _cache_folder() / f"{source.stem}-{real}-{_key(command, source, *headers)}.so"
    if not built.exists():
        _compile(command, source, built, real)
    try:
        return ctypes.CDLL(str(built))
    except OSError as error:
        remedy = f"Set {CACHE} to a folder from which programs may run, or {COMPILER}=none"
        raise RunError(f"the compiled kernels cannot be loaded: {error}", remedy=remedy) from error


def _cache_folder() -> Path:
    """A folder of the user's own, where nobody else can put a library that would then be run."""
    folder = Path(os.environ.get(CACHE) or user_cache())
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if _is_private(folder):
            return folder
    except OSError:
        pass  # a temporary folder serves as well: the kernels are compiled once more
    return Path(_temporary_folder())


def _is_private(folder: Path) -> bool:
    """Whether a folder is ours, writable, and closed to the writing of others."""
    found = folder.stat()
    return found.st_uid == os.getuid() and not found.st_mode & 0o022 and os.access(folder, os.W_OK)


@lru_cache(maxsize=1)
def _temporary_folder() -> str:
    return tempfile.mkdtemp(prefix="bogda-kernels-")


def _key(command: str, *files: Path) -> str:
    """Changes with the sources, the flags, the compiler and the processor."""
    digest = hashlib.sha256()
    version = subprocess.run([command, "--version"], capture_output=True, timeout=30, check=False).stdout  # noqa: S603
    for part in (version, " ".join(_FLAGS).encode(), _processor().encode(), *(f.read_bytes() for f in files)):
        digest.update(part)
    return digest.hexdigest()[:20]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return "".join(sorted({line for line in lines if line.startswith(("flags", "Features", "model name"))}))


def _compile(command: str, source: Path, built: Path, real: str) -> None:
    handle, beside = tempfile.mkstemp(suffix=".so", dir=built.parent)
    os.close(handle)
    remedy = f"Set {COMPILER}=none to run without kernels, slower"
    try:
        done = subprocess.run(  # noqa: S603 - a compiler found on the machine, or named by its owner
            [command, *_FLAGS, f"-DREAL={real}", str(source), "-o", beside],
            capture_output=True, text=True, timeout=_LIMIT_S, check=False,
        )  # fmt: skip
        if done.returncode:
            said = done.stderr
            complaint = next((line for line in said.splitlines() if "error" in line), said[:200])
            raise RunError(f"the compiler refused a kernel: {complaint}", where=source.name, remedy=remedy)
        Path(beside).replace(built)
    except subprocess.TimeoutExpired as error:
        raise RunError(
            f"the compiler took more than {_LIMIT_S} s", where=source.name, remedy=remedy
        ) from error
    finally:
        Path(beside).unlink(missing_ok=True)
