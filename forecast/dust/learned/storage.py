"""Coefficients as a file of plain numbers, which is read without running anything."""

from __future__ import annotations

from pathlib import Path

import yaml

from forecast.dust.learned.configuration import Coefficients
from foundation.configuration import load
from foundation.errors import RunError
from foundation.store import written_beside

__all__ = ["read_coefficients", "write_coefficients"]

_HEAD = """\
# Coefficients of the learned dust forecast: fitted, not chosen; made by `bogda dust learn`.
# `source`, `fitted_from` and `fitted_until` say on what; docs/dust-verification.md what such a fit was
# worth on days that it had not seen.
#
# means, spreads  of the predictors, which are standardised by them
# laws            P(more than a cut) = 1 / (1 + exp(intercept - slopes . predictors));
#                 limits: a warning is given above that probability of more than the value
"""


def write_coefficients(coefficients: Coefficients, path: str | Path) -> None:
    """Write them as YAML.

    Raises:
        RunError: when the file cannot be written.
    """
    plain = coefficients.model_dump(mode="json")
    text = yaml.safe_dump(plain, sort_keys=False, width=116, default_flow_style=None, allow_unicode=True)
    try:
        with written_beside(path) as beside:
            beside.write_text(_HEAD + text, encoding="utf-8")
    except OSError as error:
        raise RunError(f"cannot write: {error}", where=str(path), remedy="Check the folder") from error


def read_coefficients(path: str | Path) -> Coefficients:
    """Read them.

    Raises:
        ConfigurationError: when the file is not of coefficients.
    """
    return load(Coefficients, path)
