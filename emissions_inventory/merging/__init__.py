"""One inventory over another: what the bureau knows replaces the prior, source by source."""

from emissions_inventory.merging.replacing import merged

__all__ = ["merged"]
