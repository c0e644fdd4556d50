"""`bogda bulletin`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flows.inventory_request import check_out
from flows.output import print_json, print_line
from foundation.errors import ConfigurationError


@dataclass(frozen=True)
class Request:
    """Which run to write, in what form, where to, and by whose settings."""

    folder: str
    out: str
    form: str = "html"
    kind: str = "daily"
    area: str | None = None
    settings: str | None = None
    warning: str | None = None
    model_only: bool = False


def run(request: Request, *, as_json: bool) -> None:
    """Write a run in one form: as people left it, where the record of its store says so.

    Raises:
        BogdaError: when the format is unknown, the run cannot be read, or does not hold what it needs.
    """
    from consultation.exchange.configuration import exchange_config_from
    from consultation.formats import ENDINGS, open_request, write_product
    from flows.commands.recorded_bulletin import recorded

    if request.form not in ENDINGS:
        raise ConfigurationError(
            f"--format: expected one of {', '.join(ENDINGS)}, got {request.form!r}",
            remedy="Choose one of them",
        )
    if request.kind not in {"daily", "consultation"}:
        raise ConfigurationError(f"--kind: expected daily or consultation, got {request.kind!r}")
    if request.area is not None and request.form != "cap":
        raise ConfigurationError(f"--area is for --format cap only, got --format {request.form}")
    if request.warning is not None and (request.form != "cap" or request.area or request.model_only):
        raise ConfigurationError("--warning stands with --format cap, without --area and --model")
    check_out(request.out)
    config = exchange_config_from(request.settings)
    what = recorded(request, config)
    if what is None:
        opened = open_request(request.folder, config, request.area, request.kind)
        write_product(opened, request.form, request.out)
        what = "draft" if request.form == "cap" else "model"
    if as_json:
        size = Path(request.out).stat().st_size
        print_json({
            "run": request.folder, "format": request.form, "out": request.out, "bytes": size, "product": what
        })  # fmt: skip
        return
    print_line(f"写出 wrote {request.out}（{what}）")
