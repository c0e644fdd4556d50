"""A run is whole or absent: killed writers, replaced runs, object stores, stores that refuse."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from foundation.errors import RunError
from foundation.store import MANIFEST, RunStore, write_text_atomically

TIME = np.datetime64("2016-01-09T16:00", "ns")
NAME = "20160109T160000Z"


def write_run(store: RunStore, text: str = "{}", *extra: str) -> None:
    with store.writing("north", TIME) as folder:
        (folder / "fields").mkdir()
        (folder / "fields" / "pm25").write_text(text, encoding="utf-8")
        for name in extra:
            (folder / name).write_text(text, encoding="utf-8")
        (folder / MANIFEST).write_text(text, encoding="utf-8")


def files(store: RunStore) -> dict[str, str]:
    root = f"{store.root}/runs"
    found = store.filesystem.find(root) if store.filesystem.exists(root) else []
    return {str(path).split("/runs/", 1)[1]: store.filesystem.cat_file(path).decode() for path in found}


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> RunStore:
    url = str(tmp_path / "store") if request.param == "folder" else f"memory://{uuid.uuid4().hex}"
    return RunStore(url)


def test_a_run_is_put_in_its_place(store: RunStore) -> None:
    assert not store.exists("north", TIME)
    assert store.runs("north") == []
    write_run(store)
    assert store.exists("north", TIME)
    assert store.runs("north") == [NAME]
    assert store.runs("south") == []
    assert files(store) == {f"north/{NAME}/fields/pm25": "{}", f"north/{NAME}/{MANIFEST}": "{}"}


def test_the_same_run_again_changes_nothing(store: RunStore) -> None:
    write_run(store)
    before = files(store)
    write_run(store)
    assert files(store) == before


def test_a_replaced_run_leaves_nothing_of_the_old_one(store: RunStore) -> None:
    write_run(store, "old", "only-in-the-old-run")
    write_run(store, "new")
    assert set(files(store).values()) == {"new"}
    assert f"north/{NAME}/only-in-the-old-run" not in files(store)


def test_a_failed_run_leaves_the_old_one(store: RunStore) -> None:
    write_run(store, "old")
    with pytest.raises(ZeroDivisionError), store.writing("north", TIME) as folder:
        (folder / MANIFEST).write_text("new", encoding="utf-8")
        raise ZeroDivisionError
    assert set(files(store).values()) == {"old"}


def test_a_run_without_manifest_is_not_published(store: RunStore) -> None:
    with (
        pytest.raises(RunError, match="without its manifest is not published"),
        store.writing("north", TIME) as folder,
    ):
        (folder / "forecast.nc").write_bytes(b"half")
    assert files(store) == {}
    assert store.runs("north") == []


def test_an_object_store_killed_while_replacing_lists_no_mixture(monkeypatch: pytest.MonkeyPatch) -> None:
    store = RunStore(f"memory://{uuid.uuid4().hex}")
    write_run(store, "old")
    put = store.filesystem.put_file

    def fail_at_the_manifest(source: str, target: str) -> None:
        if target.endswith(MANIFEST):
            raise KeyboardInterrupt
        put(source, target)

    monkeypatch.setattr(store.filesystem, "put_file", fail_at_the_manifest)
    with pytest.raises(KeyboardInterrupt):
        write_run(store, "new")
    assert not store.exists("north", TIME)
    assert store.runs("north") == []


HALF_A_RUN = """
import sys, time
import numpy as np
from foundation.store import RunStore
with RunStore(sys.argv[1]).writing("north", np.datetime64("2016-01-09T16:00", "ns")) as folder:
    (folder / "manifest.json").write_text("half")
    print("written", flush=True)
    time.sleep(60)
"""

BETWEEN_TWO_RENAMES = """
import os, signal, sys
import numpy as np
from pathlib import Path
from foundation.store import RunStore
rename = Path.rename
def rename_and_die(source, target):
    rename(source, target)
    os.kill(os.getpid(), signal.SIGKILL)
with RunStore(sys.argv[1]).writing("north", np.datetime64("2016-01-09T16:00", "ns")) as folder:
    (folder / "manifest.json").write_text("new")
    Path.rename = rename_and_die
"""


def hidden(store: RunStore) -> list[str]:
    return sorted(path.name for path in Path(store.root, "runs", "north").glob(".*"))


def test_a_writer_killed_half_way_leaves_no_half_run(tmp_path: Path) -> None:
    store = RunStore(str(tmp_path))
    write_run(store, "old")
    command = [sys.executable, "-c", HALF_A_RUN, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        assert len(hidden(store)) == 1
        write_run(store, "other")
        assert len(hidden(store)) == 1, "a living writer's folder was swept"
        writer.send_signal(signal.SIGKILL)
        writer.wait(timeout=30)
    assert store.runs("north") == [NAME]
    assert len(hidden(store)) == 1
    write_run(store, "next")
    assert hidden(store) == []
    assert set(files(store).values()) == {"next"}


def test_a_writer_killed_between_two_renames_loses_no_good_run(tmp_path: Path) -> None:
    store = RunStore(str(tmp_path))
    write_run(store, "old")
    done = subprocess.run([sys.executable, "-c", BETWEEN_TWO_RENAMES, str(tmp_path)], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    with pytest.raises(ZeroDivisionError), store.writing("north", TIME):
        raise ZeroDivisionError
    assert set(files(store).values()) == {"old"}
    assert hidden(store) == []


def test_a_later_process_with_the_same_number_is_not_the_writer(tmp_path: Path) -> None:
    store = RunStore(str(tmp_path))
    left = Path(store.path("north", TIME)).parent / f".writing-{os.getpid()}-1-00000000"
    left.mkdir(parents=True)
    write_run(store)
    assert hidden(store) == []


@pytest.mark.parametrize("url", ["nonsense://bucket/bogda", "no such protocol://x"])
def test_an_unknown_protocol(url: str) -> None:
    with pytest.raises(RunError, match="Use a folder or an installed protocol"):
        RunStore(url)


def test_a_store_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("not a folder", encoding="utf-8")
    with pytest.raises(RunError, match="cannot write") as caught:
        write_run(RunStore(str(tmp_path / "store")))
    assert "Check that the store exists" in str(caught.value)


@contextmanager
def unprivileged() -> Iterator[None]:
    """For root, whom no permission stops: another user's rights while the block runs."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_store_that_may_not_be_written() -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        with unprivileged(), pytest.raises(RunError, match="cannot write: Permission denied"):
            write_run(RunStore(f"{name}/store"))
        Path(name).chmod(0o755)


def test_a_text_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "warnings.json"
    write_text_atomically(target, "旧")
    with pytest.raises(UnicodeEncodeError):
        write_text_atomically(target, "half \udcff")
    assert target.read_text(encoding="utf-8") == "旧"
    write_text_atomically(target, "新")
    assert target.read_text(encoding="utf-8") == "新"
    assert list(tmp_path.iterdir()) == [target]
