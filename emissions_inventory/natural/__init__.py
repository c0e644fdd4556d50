"""What nature emits: dust that the wind takes from deserts and dry lake beds."""

from emissions_inventory.natural.configuration import DustEmissionConfig, dust_config
from emissions_inventory.natural.emissions import DustEmissions, dust_emissions

__all__ = ["DustEmissionConfig", "DustEmissions", "dust_config", "dust_emissions"]
