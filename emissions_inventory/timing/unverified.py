"""What of the timing was not read in a source, for people to be told."""

from __future__ import annotations

from emissions_inventory.timing.configuration import timing_config
from emissions_inventory.timing.heating_configuration import heating_config, normals_config

__all__ = ["unverified_timing"]


def unverified_timing() -> tuple[str, ...]:
    """One line for each profile, rule, season and normal whose figures were not read in a source."""
    config, heating = timing_config(), heating_config()
    lines = []
    for kind, profiles in (("months", config.months), ("weekdays", config.weekdays), ("hours", config.hours)):
        for name, profile in profiles.items():
            source = config.sources[profile.source]
            if not source.verified:
                lines.append(f"{kind}.{name}: {source.citation}")
    if not heating.rule_source.verified:
        lines.append(f"heating rule: {heating.rule_source.citation}")
    for season in heating.seasons:
        unread = [
            region
            for region in season.regions
            if not season.source.verified or region not in season.verified_for
        ]
        if unread:
            lines.append(f"legal season {season.start} to {season.end}: taken over for {', '.join(unread)}")
    lines += [
        f"temperature normals of {place.id}: {place.source.citation}"
        for place in normals_config().places
        if not place.source.verified
    ]
    return tuple(lines)
