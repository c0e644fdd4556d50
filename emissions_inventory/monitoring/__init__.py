"""Continuous monitoring of stacks: reading, alarms, and what the inventory learns from it."""

from emissions_inventory.monitoring.alarms import KINDS, Alarm, raise_alarms
from emissions_inventory.monitoring.reader import read_monitoring
from emissions_inventory.monitoring.table import Problem, Reading, StackTable
from emissions_inventory.monitoring.update import MonitoringOptions, apply_monitoring, check_monitoring

__all__ = [
    "KINDS",
    "Alarm",
    "MonitoringOptions",
    "Problem",
    "Reading",
    "StackTable",
    "apply_monitoring",
    "check_monitoring",
    "raise_alarms",
    "read_monitoring",
]
