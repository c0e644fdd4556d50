"""CAP alerts and the Atom feed."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from lxml import etree

from consultation.bilingual import Bilingual
from consultation.exchange.atom import FeedEntry, atom_feed, notice_entry
from consultation.exchange.cap import cap_alert, cap_draft, cap_time
from consultation.exchange.configuration import ExchangeConfig, exchange_config, exchange_config_from
from consultation.exchange.outlines import area_shape
from consultation.exchange.proposals import draft_identifier, draft_notices
from consultation.formats import open_request, write_product
from foundation.errors import ConfigurationError, ContractError, InputError
from tests.consultation.exchange_notices import FIRST, SENT, notice, site

CAP = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def said(document: bytes, path: str) -> list[str]:
    """Texts of elements of an alert."""
    return [element.text or "" for element in ET.fromstring(document).findall(path, CAP)]  # noqa: S314 - our own


def test_an_issued_warning_is_an_actual_alert_in_two_languages() -> None:
    alert = cap_alert(notice(), site())
    assert said(alert, "c:status") == ["Actual"]
    assert said(alert, "c:msgType") == ["Alert"]
    assert said(alert, "c:scope") == ["Public"]
    assert said(alert, "c:references") == []
    assert said(alert, "c:info/c:language") == ["zh-CN", "en-US"]
    assert said(alert, "c:info/c:event") == ["重污染天气橙色预警", "Heavy air pollution orange warning"]
    assert said(alert, "c:info/c:description") == ["AQI>200 & <300", "AQI > 200 & < 300"]
    assert said(alert, "c:info/c:onset") == ["2026-12-10T22:00:00+08:00"] * 2
    assert said(alert, "c:info/c:area/c:polygon") == []


@pytest.mark.parametrize(("level", "severity"), [(1, "Moderate"), (2, "Severe"), (3, "Extreme")])
def test_the_level_gives_the_severity(level: int, severity: str) -> None:
    assert said(cap_alert(notice(level=level), site()), "c:info/c:severity") == [severity] * 2


@pytest.mark.parametrize("state", ["updated", "upgraded", "downgraded"])
def test_a_change_references_what_it_changes(state: str) -> None:
    alert = cap_alert(notice(state=state, identifier="warning-7-2", references=(FIRST,)), site())
    assert said(alert, "c:msgType") == ["Update"]
    assert said(alert, "c:references") == ["aqi.example,warning-7-1,2026-12-09T16:00:00+08:00"]


def test_a_lift_is_a_cancel_with_the_all_clear() -> None:
    lifted = cap_alert(notice(state="lifted", identifier="warning-7-3", references=(FIRST,)), site())
    assert said(lifted, "c:msgType") == ["Cancel"]
    assert said(lifted, "c:info/c:responseType") == ["AllClear", "AllClear"]
    assert said(lifted, "c:info/c:onset") == []
    assert said(lifted, "c:references")


def test_changes_without_a_reference_are_refused() -> None:
    with pytest.raises(ContractError, match="names none"):
        notice(state="lifted")
    with pytest.raises(ContractError, match="names another"):
        notice(references=(FIRST,))
    with pytest.raises(ContractError, match="level 1, 2 or 3"):
        notice(level=0)
    with pytest.raises(ContractError, match="ends before"):
        notice(valid_to=SENT)


def test_nothing_actual_leaves_under_the_sender_that_ships() -> None:
    with pytest.raises(ConfigurationError, match="placeholder"):
        cap_alert(notice(), exchange_config())
    assert said(cap_alert(notice(synthetic=True), exchange_config()), "c:status") == ["Exercise"]


def test_made_up_data_never_make_an_actual_alert() -> None:
    exercise = cap_alert(notice(synthetic=True), site())
    assert said(exercise, "c:status") == ["Exercise"]
    assert all("SYNTHETIC" in note for note in said(exercise, "c:note"))
    assert ["合成数据" in line or "SYNTHETIC" in line for line in said(exercise, "c:info/c:headline")] == [
        True
    ] * 2
    draft = cap_draft([notice(state="proposed", synthetic=True)], "draft-1", site())
    assert said(draft, "c:status") == ["Test"]
    assert said(cap_draft([notice(state="proposed")], "draft-1", site()), "c:status") == ["Draft"]


@pytest.mark.parametrize(
    ("ahead_min", "urgency"), [(-5, "Immediate"), (0, "Immediate"), (60, "Expected"), (61, "Future")]
)
def test_urgency_is_how_soon_it_begins(ahead_min: int, urgency: str) -> None:
    begins = SENT + np.timedelta64(ahead_min, "m")
    assert said(cap_alert(notice(valid_from=begins), site()), "c:info/c:urgency") == [urgency] * 2


@pytest.mark.parametrize(("chance", "word"), [(None, "Unknown"), (0.5, "Possible"), (0.51, "Likely")])
def test_certainty_is_the_probability(chance: float | None, word: str) -> None:
    assert said(cap_alert(notice(probability=chance), site()), "c:info/c:certainty") == [word] * 2


def test_a_city_stands_for_its_counties_less_those_on_their_own() -> None:
    assert area_shape(("urumqi",), exchange_config()).codes[0] == "650102"
    assert "650202" not in area_shape(("karamay",), exchange_config()).codes, "Dushanzi has its own forecast"
    assert area_shape(("changji", "nowhere"), exchange_config()).codes == ("652301",)


def outlines(tmp_path: Path, codes: tuple[str, ...]) -> ExchangeConfig:
    """Settings with square outlines, drawn clockwise, each with a hole."""
    square = [[87.0, 44.0], [87.0, 45.0], [88.0, 45.0], [88.0, 44.0], [87.0, 44.0]]
    hole = [[87.4, 44.4], [87.6, 44.4], [87.6, 44.6], [87.4, 44.6], [87.4, 44.4]]
    features = [
        {"type": "Feature", "properties": {"adcode": int(code)},
         "geometry": {"type": "Polygon", "coordinates": [square, hole]}}
        for code in codes
    ]  # fmt: skip
    file = tmp_path / "outlines.json"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return site(outlines=file)


def test_real_outlines_become_polygons(tmp_path: Path) -> None:
    config = outlines(tmp_path, ("652301",))
    (polygon,) = area_shape(("changji",), config).polygons
    outer, inner = (np.array(ring) for ring in polygon)
    doubled = [float(np.sum(r[:-1, 0] * r[1:, 1] - r[1:, 0] * r[:-1, 1])) for r in (outer, inner)]
    assert doubled[0] > 0 > doubled[1], "outer ring counterclockwise, hole clockwise"
    area = notice().area
    alert = cap_alert(notice(area=type(area)("昌吉", "Changji", area_shape(("changji",), config))), config)
    first, *_, last = said(alert, "c:info/c:area/c:polygon")[0].split()
    assert first == last == "44.0000,87.0000"
    assert said(alert, "c:info/c:area/c:circle") == []


def test_a_part_of_an_outline_is_no_outline(tmp_path: Path) -> None:
    assert area_shape(("changji", "fukang"), outlines(tmp_path, ("652301",))).polygons == ()


@pytest.mark.parametrize("text", ["{", "[]", '{"features": [{"properties": {}}]}', '{"features": [1]}'])
def test_a_file_that_holds_no_outlines_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "outlines.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="outlines"):
        area_shape(("changji",), site(outlines=file))


def test_control_characters_do_not_break_the_alert() -> None:
    words = Bilingual(chinese="一\x00二\x0b<script>&", english="\ud800x")
    assert said(cap_alert(notice(description=words), site()), "c:info/c:description") == [
        "一�二�<script>&",
        "�x",
    ]


@pytest.mark.parametrize("sender", ["a b", "a,b", "a<b", "a&b", ""])
def test_a_sender_that_cap_forbids_is_refused(sender: str, tmp_path: Path) -> None:
    file = tmp_path / "exchange.yaml"
    text = Path("configs/exchange.yaml").read_text(encoding="utf-8")
    file.write_text(
        text.replace("sender: bogda.invalid ", f"sender: {json.dumps(sender)} "), encoding="utf-8"
    )
    with pytest.raises(ConfigurationError, match="sender"):
        exchange_config_from(file)


def test_the_draft_of_a_run(make_run, tmp_path: Path) -> None:
    request = open_request(make_run(tmp_path / "demo" / "20261209T160000Z", hourly=False), exchange_config())
    notices = draft_notices(request.warnings, request.config)
    again = draft_notices(request.warnings, request.config)
    assert draft_identifier(notices) == draft_identifier(again)
    assert len({one.identifier for one in notices}) == len(notices) > 3
    one = draft_notices(request.warnings, request.config, "urumqi")
    assert [draft_identifier(one)] == [found.identifier for found in one]
    with pytest.raises(InputError, match="no warning for 'karamay'"):
        draft_notices(request.warnings, request.config, "karamay")
    out = tmp_path / "draft.xml"
    write_product(request, "cap", out)
    draft = out.read_bytes()
    assert len(said(draft, "c:info")) == 2 * len(notices)
    assert said(draft, "c:sent") == [cap_time(np.datetime64("2026-12-09T16:00"))]


@pytest.mark.parametrize("state", ["issued", "updated", "lifted", "cancelled"])
def test_alerts_validate_against_the_schema(real_data: Path, state: str, tmp_path: Path) -> None:
    schema = etree.XMLSchema(etree.parse(real_data / "exchange" / "CAP-v1.2.xsd"))
    references = () if state == "issued" else (FIRST,)
    for config in (site(contact="某处"), outlines(tmp_path, area_shape(("changji",), site()).codes)):
        area = type(notice().area)("昌吉", "Changji", area_shape(("changji",), config))
        for synthetic in (False, True):
            made = notice(
                state=state, references=references, area=area, synthetic=synthetic, url="https://a.b/c"
            )
            schema.assertValid(etree.fromstring(cap_alert(made, config)))


def test_the_draft_validates_against_the_schema(real_data: Path, make_run, tmp_path: Path) -> None:
    schema = etree.XMLSchema(etree.parse(real_data / "exchange" / "CAP-v1.2.xsd"))
    for synthetic in (False, True):
        folder = make_run(tmp_path / str(synthetic) / "20261209T160000Z", hourly=False, synthetic=synthetic)
        write_product(open_request(folder, exchange_config()), "cap", tmp_path / "draft.xml")
        schema.assertValid(etree.parse(tmp_path / "draft.xml"))


def test_the_feed_holds_bulletins_and_issued_warnings(make_run, tmp_path: Path) -> None:
    for name in ("20261208T160000Z", "20261209T160000Z", "20261210T160000Z"):
        make_run(tmp_path / "demo" / name, hourly=False)
    (tmp_path / "demo" / "20261207T160000Z").mkdir()
    (tmp_path / "demo" / "20261207T160000Z" / "manifest.json").write_text("{}", encoding="utf-8")
    out = tmp_path / "feed.xml"
    write_product(open_request(tmp_path / "demo" / "20261209T160000Z", site()), "atom", out)
    feed = ET.parse(out).getroot()  # noqa: S314 - our own
    ids = [element.text for element in feed.findall("a:entry/a:id", ATOM)]
    assert len(ids) == len(set(ids)) == 2, "this run and the readable one before it"
    assert all(text and text.startswith("urn:uuid:") for text in ids)
    assert all("合成数据" in (one.text or "") for one in feed.findall("a:entry/a:title", ATOM))
    entry = notice_entry(notice(state="lifted", references=(FIRST,)))
    linked = ET.fromstring(atom_feed([entry], site(public_url="https://aqi.example/")))  # noqa: S314 - our own
    assert "解除" in (linked.findtext("a:entry/a:title", "", ATOM))
    link = linked.find("a:entry/a:link", ATOM)
    assert link is not None
    assert link.get("href") == "https://aqi.example/warnings/warning-7-1.xml"


def test_the_feed_keeps_the_latest_and_names_stay_the_same() -> None:
    entries = [
        FeedEntry(f"run/{n}", str(n), SENT + np.timedelta64(n, "h"), "", "bulletin") for n in range(40)
    ]
    feed = ET.fromstring(atom_feed(entries, site()))  # noqa: S314 - our own
    titles = [one.text for one in feed.findall("a:entry/a:title", ATOM)]
    assert titles == [str(n) for n in range(39, 9, -1)]
    again = ET.fromstring(atom_feed(entries[30:], site()))  # noqa: S314 - our own
    assert again.findtext("a:entry/a:id", "", ATOM) == feed.findtext("a:entry/a:id", "", ATOM)
