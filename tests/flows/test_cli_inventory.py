"""`bogda inventory` from the command line: build, summary, compare, scenario, merge, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.inventory_request import months_of
from foundation.errors import ConfigurationError
from tests.flows.command import bogda


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("inventory") / "january.nc"
    made = bogda("inventory", "build", "--month", "2026-01", "--domain", "demo", "--out", str(file))
    assert made.exit_code == 0, made.stderr
    return file


def test_what_was_built_is_summed_up(january: Path) -> None:
    made = bogda("inventory", "summary", str(january), "--json")
    document = json.loads(made.stdout)
    assert [one["month"] for one in document["months"]] == ["2026-01"]
    species = {one["species"]: one for one in document["species"]}
    assert set(species) == {"so2", "nox", "pm25", "pm10", "bc", "oc", "co", "voc", "nh3"}
    assert 0 < species["so2"]["point_percent"] < 100
    assert document["mass_budget"]


def test_the_same_again_changes_nothing_and_another_is_refused(january: Path) -> None:
    before = january.read_bytes()
    again = bogda("inventory", "build", "--month", "2026-01", "--domain", "demo", "--out", str(january))
    other = bogda("inventory", "build", "--month", "2026-02", "--domain", "demo", "--out", str(january))
    assert again.exit_code == 0
    assert other.exit_code == 5
    assert "no inventory is overwritten" in other.stderr
    assert january.read_bytes() == before


def test_a_cut_is_judged_and_compared(january: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.nc"
    made = bogda(
        "inventory", "scenario", str(january), "--cut", "industry=0.3@urumqi", "--out", str(cut), "--json"
    )
    document = json.loads(made.stdout)
    assert {level["level"] for level in document["response"]["levels"]} == {"yellow", "orange", "red"}
    figure = tmp_path / "difference.png"
    compared = bogda("inventory", "compare", str(january), str(cut), "--figure", str(figure), "--json")
    changes = {one["species"]: one["change_t"] for one in json.loads(compared.stdout)["species"]}
    assert changes["so2"] < 0
    assert figure.stat().st_size > 10_000


def test_a_control_file_of_meic_is_a_scenario(january: Path, tmp_path: Path) -> None:
    control = tmp_path / "control.csv"
    control.write_text("sector,adcode,year,month,species,factor\npower,65,2026,1,SO2,0.5\n", encoding="utf-8")
    out = tmp_path / "out.nc"
    made = bogda(
        "inventory", "scenario", str(january), "--control", str(control), "--out", str(out), "--json"
    )
    assert made.exit_code == 0, made.stderr
    sums = json.loads(bogda("inventory", "compare", str(january), str(out), "--json").stdout)["sectors"]
    power = next(one for one in sums if one["sector"] == "power" and one["species"] == "so2")
    assert power["change_percent"] == pytest.approx(-50.0, abs=1e-6)


def test_an_enterprise_table_over_the_prior(january: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(
        "企业名称,排污许可证编号,区县代码,经度,纬度,一级源分类,二级源分类,排气筒编号,排气筒高度(m),排气筒内径(m),"
        "烟气温度(℃),烟气流速(m/s),SO2排放量(t/a),NOx排放量(t/a),PM2.5排放量(t/a),PM10排放量(t/a),BC排放量(t/a),"
        "OC排放量(t/a),CO排放量(t/a),VOCs排放量(t/a),NH3排放量(t/a)\n"
        "某电厂,91650100MA7ABCDE1X001P,650109,87.66,43.95,化石燃料固定燃烧,电力,DA001,210,7,50,18,"
        "120,240,30,40,0.2,0.2,800,30,10\n",
        encoding="utf-8",
    )
    plants, both = tmp_path / "plants.nc", tmp_path / "both.nc"
    made = bogda("inventory", "import", "enterprise", str(table), "--month", "2026-01", "--domain", "demo",
                 "--out", str(plants), "--json")  # fmt: skip
    assert made.exit_code == 0, made.stderr
    assert json.loads(made.stdout)["rows_imported"] == 1
    over = bogda("inventory", "merge", str(january), str(plants), "--out", str(both), "--json")
    assert over.exit_code == 0, over.stderr
    regions = json.loads(over.stdout)["regions"]
    urumqi = next(one for one in regions if one["region"] == "urumqi" and one["species"] == "so2")
    assert urumqi["change_t"] != 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [(["build", "--month", "2026-13", "--out", "x.nc"], 2, "'2026-13' is no month"),
     (["build", "--domain", "moon", "--out", "x.nc"], 2, "no domain 'moon'"),
     (["build", "--out", "no/such/folder/x.nc"], 5, "does not exist"),
     (["summary", "no.nc"], 3, "no such file"),
     (["import", "enterprise", "no.csv", "--out", "x.nc"], 3, "no.csv"),
     (["import", "meic", "no", "--out", "x.nc"], 3, "no"),
     (["build", "--month", "2014-01", "--out", "x.nc"], 3, "no prior for 2014")],
)  # fmt: skip
def test_nonsense_is_one_line_and_leaves_nothing(
    arguments: list[str], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = bogda("inventory", *arguments)
    assert made.exit_code == code, made.stderr
    assert said in made.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_scenario_without_a_cut_is_refused(january: Path, tmp_path: Path) -> None:
    made = bogda("inventory", "scenario", str(january), "--out", str(tmp_path / "x.nc"))
    assert made.exit_code == 2
    assert "nothing to cut" in made.stderr


def test_months_of_a_text() -> None:
    assert months_of("2026-02,2026-01") == ("2026-01", "2026-02")
    assert len(months_of("2025")) == 12
    assert len(months_of(None)) == 12
    with pytest.raises(ConfigurationError, match="no month"):
        months_of("January")
