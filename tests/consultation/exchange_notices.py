"""Notices and settings for tests of the exchange."""

from __future__ import annotations

from typing import Any

import numpy as np

from consultation.bilingual import Bilingual
from consultation.exchange.configuration import ExchangeConfig, exchange_config
from consultation.exchange.notice import Notice, NoticeArea, Reference
from consultation.exchange.outlines import area_shape

SENT = np.datetime64("2026-12-09T08:00", "ns")
FIRST = Reference("aqi.example", "warning-7-1", SENT)


def site(**changes: Any) -> ExchangeConfig:
    """The settings of a site that has named itself."""
    named = {"sender": "aqi.example", "sender_name": Bilingual(chinese="某监测中心", english="A centre")}
    return exchange_config().model_copy(update={**named, **changes})


def notice(**changes: Any) -> Notice:
    """An orange warning for two places, issued."""
    members = ("urumqi", "changji")
    facts: dict[str, Any] = {
        "identifier": "warning-7-1", "sender": "aqi.example",
        "sender_name": Bilingual(chinese="某监测中心", english="A centre"), "sent": SENT, "state": "issued",
        "level": 2,
        "area": NoticeArea("乌昌", "Wu-Chang", area_shape(members, exchange_config())),
        "valid_from": SENT + np.timedelta64(30, "h"), "valid_to": SENT + np.timedelta64(102, "h"),
        "headline": Bilingual(chinese="重污染天气橙色预警", english="Orange warning"),
        "description": Bilingual(chinese="AQI>200 & <300", english="AQI > 200 & < 300"),
        "instructions": (Bilingual(chinese="健康防护提示：减少外出", english="Health advice: stay in"),),
        "probability": 0.8,
    }  # fmt: skip
    return Notice(**{**facts, **changes})
