"""What `bogda inventory import meic` prints for people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from flows.commands.inventory_maps import Request, run


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "bogda"


def write_ascii(path: Path, tonnes: float) -> None:
    values = np.zeros((200, 320))
    values[64, 70] = tonnes
    header = "ncols 320\nnrows 200\nxllcorner 70\nyllcorner 10\ncellsize 0.25\nNODATA_value -9999\n"
    path.write_text(header + "\n".join(" ".join(f"{one:g}" for one in row) for row in values))


def test_the_text_is_an_aligned_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "meic"
    folder.mkdir()
    for name, tonnes in (
        ("power_SO2", 1200),
        ("industry_SO2", 34.5),
        ("power_PM2.5", 7),
        ("industry_PM2.5", 0.5),
    ):
        write_ascii(folder / f"2020_1_{name}.asc", tonnes)
    write_ascii(folder / "2020_1_power_CO2.asc", 1)
    out = tmp_path / "made.nc"
    run(Request("meic", str(folder), str(out), "2026-01", "demo", 2020, None), as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert "文件 files  4；忽略 ignored  1" in lines
    head = lines.index("合计 Totals, t") + 1
    assert lines[head].split() == ["物种", "species", "读入", "read", "区域外", "outside", "保留", "kept"]
    so2 = next(line.split() for line in lines[head:] if line.startswith("SO2 "))
    assert so2[1] == "1,234"
    power = next(line.split() for line in lines if line.startswith("电力"))
    assert power[-2:] == ["1,200", "7.00"]
    assert any(line.startswith("- emissions of 2020 stand for 2026-01") for line in lines)
    assert not any("{" in line or "[" in line for line in lines)
    assert lines[-1] == f"写入 written {out}"


def test_the_weights_are_kept_for_the_next_import(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from emissions_inventory.gridding import weights

    write_ascii(tmp_path / "2020_1_power_SO2.asc", 12)
    file = str(tmp_path / "2020_1_power_SO2.asc")
    run(Request("meic", file, str(tmp_path / "a.nc"), "2020-01", "demo", None, None), as_json=True)
    assert len(list(cache.glob("area-weights-*.npz"))) == 1
    monkeypatch.setattr(weights, "make_weights", lambda *_: pytest.fail("made again"))
    run(Request("meic", file, str(tmp_path / "b.nc"), "2020-01", "demo", None, None), as_json=True)
    assert '"version"' in capsys.readouterr().out
