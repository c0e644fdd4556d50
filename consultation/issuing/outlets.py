"""Who sends and whereto: the site's settings as the desk names them."""

from __future__ import annotations

from dataclasses import dataclass

from consultation.delivery.configuration import DeliveryConfig, delivery_config
from consultation.delivery.retry import longest_seconds
from consultation.exchange.configuration import ExchangeConfig, exchange_config_from
from consultation.record.deliveries import Deliveries
from consultation.record.desk import Desk
from foundation.errors import ConfigurationError


@dataclass(frozen=True)
class Outlets:
    """How products leave the house.

    Attributes:
        exchange: who sends.
        delivery: targets; no other address is called.
        ledger: what went where.
    """

    exchange: ExchangeConfig
    delivery: DeliveryConfig
    ledger: Deliveries


def outlets_of(desk: Desk) -> Outlets:
    """The settings of a desk, held against each other.

    Raises:
        ConfigurationError: when a file cannot be used, or a claim would be given anew while its delivery may
            still be under way.
    """
    config = desk.config
    exchange = exchange_config_from(config.exchange_settings)
    delivery = delivery_config(config.delivery_settings)
    longest, patience = longest_seconds(delivery.retry), config.delivery_retry_minutes * 60
    if patience <= longest:
        raise ConfigurationError(
            f"delivery_retry_minutes: expected more than the {longest:g} s that a delivery can take, got "
            f"{config.delivery_retry_minutes} min: it could be begun twice",
            where="consultation.yaml and delivery.yaml",
            remedy="Raise delivery_retry_minutes, or lower retry.deadline_s and retry.timeout_s",
        )
    return Outlets(exchange, delivery, Deliveries(desk.record, config.delivery_retry_minutes))
