"""When is it emitted? Shares of months, factors of hours, heating by degree days."""

from emissions_inventory.timing.benchmark import timing_benchmark
from emissions_inventory.timing.clock import hours_of_month, month_of
from emissions_inventory.timing.daily_means import covers
from emissions_inventory.timing.factors import hour_factors, week_factors
from emissions_inventory.timing.figure import profile_figure
from emissions_inventory.timing.months import month_shares
from emissions_inventory.timing.points import HourlyBlock, PointTiming, hourly_points
from emissions_inventory.timing.temperature import DailyTemperature
from emissions_inventory.timing.unverified import unverified_timing

__all__ = [
    "DailyTemperature", "HourlyBlock", "PointTiming", "covers", "hour_factors", "hourly_points",
    "hours_of_month", "month_of", "month_shares", "profile_figure", "timing_benchmark", "unverified_timing",
    "week_factors",
]  # fmt: skip
