"""Cases: shipped ones, one's own, and what is wrong with a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.case import load_case, measurements_path
from foundation.configuration import shipped_names
from foundation.errors import BogdaError, ConfigurationError

GOOD = """
name: mine
chinese: 我的案例
english: My case
domain: mine
observations: {provider: aqistudy, path: data}
"""


@pytest.mark.parametrize("name", shipped_names("cases"))
def test_shipped_cases_load(name: str) -> None:
    case, folder = load_case(name)
    assert case.name == name
    assert folder is None


def test_a_case_of_ones_own_finds_data_beside_it(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "data").mkdir()
    case, folder = load_case(str(tmp_path / "mine.yaml"))
    assert measurements_path(case, folder) == tmp_path / "data"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("domain: mine", "domain: ../mine"), "letters, digits"),
        (("chinese:", "chinise:"), "Did you mean 'chinese'"),
        (("path: data", "pfad: data"), "unknown key 'observations.pfad'"),
        (("english: My case", "english: My case\nplaces: [Atlantis]"), "unknown place 'Atlantis'"),
        (("english: My case", "english: My case\nreference_time: '2016-13-01'"), "not a reference time"),
        (("provider: aqistudy, path: data", "provider: idealised"), "synthetic: true"),
        (("provider: aqistudy, path: data", "provider: aqistudy"), "give a path"),
        (("name: mine", "name: mine\nname: yours"), "given twice"),
    ],
)
def test_a_bad_case_is_one_clear_line(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(BogdaError, match=message) as caught:
        load_case(str(file))
    assert "\n" not in str(caught.value)


def test_unknown_cases_and_absent_data_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Shipped cases: demo"):
        load_case("nonsense")
    (tmp_path / "mine.yaml").write_text(GOOD, encoding="utf-8")
    case, folder = load_case(str(tmp_path / "mine.yaml"))
    with pytest.raises(ConfigurationError, match="BOGDA_REAL_DATA"):
        measurements_path(case, folder)


MODEL = (
    "\nsynthetic: true\nweather: {provider: idealised}\nemissions: {provider: idealised}\nphysical: demo\n"
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("{provider: idealised}\nemissions", "{}\nemissions"), "give a path for weather files"),
        (("{provider: idealised}\nemissions", "{path: x, kind: GRIB}\nemissions"), "weather.kind"),
        (("{provider: idealised}\nemissions", "{provider: gfs}\nemissions"), "weather.provider"),
        (("weather: {provider", "weather: {kind: GFS, provider"), "'kind' is of files"),
        (("emissions: {provider: idealised}\n", ""), "go together; emissions not given"),
        (("physical: demo\n", ""), "go together; physical not given"),
        (("physical: demo", "physical: atlantis"), "unknown domain 'atlantis'.*demo, dust, tianshan"),
        (("emissions: {provider: idealised}", "emissions: {provider: meic}"), "emissions.provider"),
        (("synthetic: true", "synthetic: false"), "idealised weather must say synthetic: true"),
    ],
)
def test_a_bad_model_section_is_one_clear_line(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.rstrip() + MODEL.replace(*change), encoding="utf-8")
    with pytest.raises(BogdaError, match=message) as caught:
        load_case(str(file))
    assert "\n" not in str(caught.value)


def test_a_case_with_a_model_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.rstrip() + MODEL, encoding="utf-8")
    case, _ = load_case(str(file))
    assert (case.physical, case.weather is not None, case.emissions is not None) == ("demo", True, True)
    assert load_case("demo")[0].physical == "demo"
