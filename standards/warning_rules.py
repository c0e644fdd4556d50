"""Heavy-pollution warnings: the rules, the level met, the evidence, lifting and regions, in one place."""

from standards.warning_episodes import Episode, episodes, join_episodes, lifting_time, regional_aqi
from standards.warning_evidence import Finding, explain
from standards.warning_runs import warning_level
from standards.warning_tables import (
    Clause,
    Condition,
    WarningLevel,
    WarningRules,
    rule_set_on,
    warning_book,
    warning_level_named,
)

__all__ = [
    "Clause",
    "Condition",
    "Episode",
    "Finding",
    "WarningLevel",
    "WarningRules",
    "episodes",
    "explain",
    "join_episodes",
    "lifting_time",
    "regional_aqi",
    "rule_set_on",
    "warning_book",
    "warning_level",
    "warning_level_named",
]
