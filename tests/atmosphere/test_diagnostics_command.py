"""`bogda weather diagnose`: JSON, text, figure and one line for what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.commands.weather_diagnose import run
from foundation.errors import BogdaError, ConfigurationError, InputError

GFS = "gfs_2p5deg_20110110T12_f120.grib2"
TEMP = "surface/temp_20081208T12.bufr"
pytestmark = pytest.mark.real_data


def answer(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


def test_urumqi_in_the_gfs_state(real_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(real_data / "meteorology" / GFS)
    run(path, 87.6, 43.8, "2011-01-15T20:00", str(tmp_path / "air.png"), as_json=True)
    found = answer(capsys)
    assert (found["kind"], found["time_utc"]) == ("grid", "2011-01-15T12:00:00Z")
    assert found["inversion"]["type"] == "surface-based"
    assert 800.0 <= found["inversion"]["top_pressure_hpa"] <= 850.0
    assert found["inversion"]["strength_k"] == pytest.approx(12.0, abs=2.0)
    assert found["dispersion"]["grade"] in (5, 6)
    assert found["mixing_height"]["method"] == "model"
    assert (tmp_path / "air.png").stat().st_size > 20000
    assert found["figure"].endswith("air.png")


def test_a_sounding_near_the_point_as_text(real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(str(real_data / "meteorology" / TEMP), 92.2, 49.9, as_json=False)
    text = capsys.readouterr().out
    assert "44212，14.1 km" in text
    assert "2008-12-08 20:00 北京时" in text
    assert "悬浮 lifted，+8.2 K" in text
    assert "扩散条件" in text
    assert "stability.obukhov_length_m: the file gives no friction velocity" in text


@pytest.mark.parametrize(
    ("name", "lon", "lat", "time", "message"),
    [
        (GFS, 43.8, 87.6, None, "look swapped"),
        (GFS, 87.6, 143.8, None, "no point on the earth"),
        (GFS, 87.6, 43.8, "2011-01-15T12:00", "no weather at 2011-01-15T04:00Z"),
        (TEMP, 87.6, 43.8, None, "no sounding within 50 km"),
        (TEMP, 92.1, 49.8, "2008-12-08T12:00", "no sounding there at 2008-12-08T04:00Z"),
        ("surface/synop_20140112T12.bufr", 87.6, 43.8, None, "no soundings in the file; it holds surface"),
        ("surface/micaps1_20020402.000", 87.6, 43.8, None, "not a BUFR file"),
        ("wrf_tibet_2times.nc", 87.6, 43.8, None, "not in the file"),
    ],
)
def test_what_cannot_be_is_one_line(
    real_data: Path, name: str, lon: float, lat: float, time: str | None, message: str
) -> None:
    with pytest.raises(BogdaError, match=message) as refusal:
        run(str(real_data / "meteorology" / name), lon, lat, time, as_json=True)
    assert "\n" not in str(refusal.value)


def test_a_figure_of_an_unknown_kind_is_refused_before_anything_is_read() -> None:
    with pytest.raises(ConfigurationError, match="End it with png, svg, pdf"):
        run("absent.grib2", 87.6, 43.8, None, "air.docx", as_json=True)


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises((InputError, OSError)):
        run(str(tmp_path / "absent.grib2"), 87.6, 43.8, as_json=True)
