"""Prefect's settings for a schedule: its data beside the store, nothing sent outside."""

from __future__ import annotations

from pathlib import Path


def settings_of(home: Path) -> dict[str, str]:
    """Environment of Prefect's server and of the process that serves.

    Args:
        home: folder of its data base.
    """
    return {
        "PREFECT_HOME": str(home), "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_SERVER_UI_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING", "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_TO_API_ENABLED": "false", "PREFECT_CLI_COLORS": "false", "NO_PROXY": "127.0.0.1",
        "PREFECT_RUNNER_POLL_FREQUENCY": "5",
    }  # fmt: skip
