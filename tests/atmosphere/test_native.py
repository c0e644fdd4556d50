"""Kernels compiled at first use: what is kept, what is refused, and two processes at once."""

from __future__ import annotations

import ctypes
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from atmosphere import native
from foundation.errors import ConfigurationError, RunError

REAL_COMPILER = native.compiler()

needs_compiler = pytest.mark.skipif(REAL_COMPILER is None, reason="no C++ compiler here")

SOURCE = """#include "factor.h"
extern "C" int size_of_real() { return int(sizeof(REAL)); }
extern "C" void scale(REAL* values, int first, int last) {
    for (int i = first; i < last; ++i) values[i] *= FACTOR;
}
"""

SCALE_THREE = """
import ctypes, sys
from pathlib import Path
from atmosphere import native
kernels = native.library(Path(sys.argv[1]), Path(sys.argv[2]))
values = (ctypes.c_float * 3)(1, 2, 4)
kernels.scale(values, 0, 3)
print(*values)
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of kernels, and no library remembered from or for other tests."""
    folder = tmp_path / "cache" / "kernels"
    monkeypatch.setenv(native.CACHE, str(folder))
    native.library.cache_clear()
    yield folder
    native.library.cache_clear()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A source and the header it includes."""
    source, header = tmp_path / "scaling.cpp", tmp_path / "factor.h"
    source.write_text(SOURCE)
    header.write_text("#define FACTOR 3\n")
    return source, header


def recording_compiler(folder: Path, meeting: int = 0) -> tuple[Path, Path]:
    """A compiler that writes down each compilation, and waits until `meeting` of them have begun."""
    script, record = folder / "recording-compiler", folder / "compilations"
    record.touch()
    script.write_text(f"""#!/bin/sh
if [ "$1" != --version ]; then
    echo begun >> '{record}'
    tries=0
    while [ "$(wc -l < '{record}')" -lt {meeting} ] && [ $tries -lt 600 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
fi
exec '{REAL_COMPILER}' "$@"
""")
    script.chmod(0o755)
    return script, record


def scaled(kernels: ctypes.CDLL | None, real: type[ctypes.c_float | ctypes.c_double]) -> list[float]:
    assert kernels is not None
    values = (real * 4)(1.0, 2.0, 4.0, 8.0)
    kernels.scale(values, 1, 3)
    return list(values)


@needs_compiler
@pytest.mark.parametrize(("name", "real"), [("float", ctypes.c_float), ("double", ctypes.c_double)])
def test_a_source_compiles_and_runs(
    files: tuple[Path, Path], name: str, real: type[ctypes.c_float | ctypes.c_double]
) -> None:
    kernels = native.library(*files, real=name)
    assert kernels is not None
    assert kernels.size_of_real() == ctypes.sizeof(real)
    assert scaled(kernels, real) == [1.0, 6.0, 12.0, 8.0]


@pytest.mark.parametrize("cxx", ["g++", None])
def test_without_a_compiler_there_is_no_library(
    files: tuple[Path, Path], cache: Path, monkeypatch: pytest.MonkeyPatch, cxx: str | None
) -> None:
    monkeypatch.setenv("CXX", cxx) if cxx else monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setenv(native.COMPILER, "none")
    assert native.compiler() is None
    assert native.library(*files) is None
    assert not cache.exists()


def test_a_compiler_named_that_is_not_there_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(native.COMPILER, str(tmp_path / "absent-compiler"))
    with pytest.raises(ConfigurationError, match=r"BOGDA_COMPILER: no compiler .*absent-compiler"):
        native.compiler()


def test_another_compiler_serves_where_that_of_the_environment_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(native.COMPILER, raising=False)
    monkeypatch.delenv("CXX", raising=False)
    usual = native.compiler()
    monkeypatch.setenv("CXX", str(tmp_path / "absent-compiler"))
    assert native.compiler() == usual


@needs_compiler
def test_a_broken_source_is_refused_in_one_line(files: tuple[Path, Path], cache: Path) -> None:
    source, header = files
    source.write_text(SOURCE.replace("values[i] *= FACTOR", "values[i] *= unheard_of"))
    with pytest.raises(RunError) as refused:
        native.library(source, header)
    line = str(refused.value)
    assert "\n" not in line
    assert line.startswith("scaling.cpp: the compiler refused a kernel: ")
    assert "unheard_of" in line
    assert f"{native.COMPILER}=none" in line
    assert list(cache.iterdir()) == []


@needs_compiler
def test_what_was_compiled_is_kept_until_a_file_changes(
    files: tuple[Path, Path], cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, record = recording_compiler(tmp_path)
    monkeypatch.setenv(native.COMPILER, str(script))
    first = native.library(*files)
    assert native.library(*files) is first
    native.library.cache_clear()
    assert scaled(native.library(*files), ctypes.c_float) == [1.0, 6.0, 12.0, 8.0]
    assert record.read_text().count("begun") == 1
    files[1].write_text("#define FACTOR 5\n")
    native.library.cache_clear()
    assert scaled(native.library(*files), ctypes.c_float) == [1.0, 10.0, 20.0, 8.0]
    assert record.read_text().count("begun") == 2
    assert len(list(cache.iterdir())) == 2


@needs_compiler
def test_two_processes_at_once_do_not_disturb_each_other(
    files: tuple[Path, Path], cache: Path, tmp_path: Path
) -> None:
    script, record = recording_compiler(tmp_path, meeting=2)
    surroundings = {**os.environ, native.CACHE: str(cache), native.COMPILER: str(script)}
    command = [sys.executable, "-c", SCALE_THREE, *map(str, files)]
    both = [
        subprocess.Popen(
            command, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=Path(native.__file__).parents[1],
        )
        for _ in range(2)
    ]  # fmt: skip
    for process in both:
        said, complaints = process.communicate(timeout=100)
        assert (process.returncode, complaints) == (0, "")
        assert said.split() == ["3.0", "6.0", "12.0"]
    assert record.read_text().count("begun") == 2
    assert len(list(cache.iterdir())) == 1


@needs_compiler
def test_the_cache_folder_is_private(files: tuple[Path, Path], cache: Path) -> None:
    before = os.umask(0)
    try:
        assert native.library(*files) is not None
    finally:
        os.umask(before)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    (kept,) = cache.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) & 0o022 == 0


@needs_compiler
def test_where_no_folder_can_be_made_a_private_temporary_one_serves(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a-file").touch()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv(native.CACHE, str(tmp_path / "a-file" / "kernels"))
    assert scaled(native.library(*files), ctypes.c_float) == [1.0, 6.0, 12.0, 8.0]
    (folder,) = (path for path in temporary.iterdir() if path.name.startswith("bogda-kernels-"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(list(folder.iterdir())) == 1
