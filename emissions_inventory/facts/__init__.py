"""What is known of counties, neighbours, power plants and industrial plants, with its sources."""

from emissions_inventory.facts.assignment import NearestCounty, distance_km, nearest_county
from emissions_inventory.facts.clusters import coal_capacity_by_cluster, power_clusters
from emissions_inventory.facts.comparison import (
    compare_with_reference,
    comparison_faults,
    comparison_table,
    read_reference,
)
from emissions_inventory.facts.rows import TYPICAL_CEMENT_KT, County, IndustrialPlant, Neighbour, PowerPlant
from emissions_inventory.facts.shipped import (
    counties,
    county_of,
    industrial_plants,
    neighbours,
    power_plants,
)

__all__ = [
    "TYPICAL_CEMENT_KT",
    "County",
    "IndustrialPlant",
    "NearestCounty",
    "Neighbour",
    "PowerPlant",
    "coal_capacity_by_cluster",
    "compare_with_reference",
    "comparison_faults",
    "comparison_table",
    "counties",
    "county_of",
    "distance_km",
    "industrial_plants",
    "nearest_county",
    "neighbours",
    "power_clusters",
    "power_plants",
    "read_reference",
]
