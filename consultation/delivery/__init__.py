"""Products carried to the targets that configuration names, each once and recorded."""

from consultation.delivery.configuration import DeliveryConfig, delivery_config
from consultation.delivery.dispatch import Outcome, deliver
from consultation.delivery.ledger import DeliveryKey, Ledger
from consultation.delivery.parcel import Parcel

__all__ = ["DeliveryConfig", "DeliveryKey", "Ledger", "Outcome", "Parcel", "deliver", "delivery_config"]
