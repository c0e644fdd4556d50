"""`bogda verify`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.output import print_json, print_line, progress_bar
from foundation.errors import BogdaError, ConfigurationError, InputError

if TYPE_CHECKING:
    import xarray as xr

_STEPS = 4


def run(path: str, out: str | None, baseline: str, *, as_json: bool) -> None:
    """Judge a hindcast: print what was found, write the page.

    Args:
        path: a file that `bogda hindcast` wrote.
        out: HTML page to write; None for none.
        baseline: model against which skill is shown first.
        as_json: print the whole document.

    Raises:
        BogdaError: when the file is not a hindcast, lacks the baseline, or the page cannot be written.
    """
    from consultation.verification_page import findings_of, write_verification_page
    from forecast.verification.configuration import verification_config
    from forecast.verification.document import verification_document

    begun = time.monotonic()
    if out is not None and not out.endswith(".html"):
        raise ConfigurationError(f"--out {out!r}: expected a name that ends with .html", remedy="Name a page")
    hindcast = read_hindcast(path)
    with progress_bar("检验 verify", _STEPS) as progress:
        document = verification_document(hindcast, verification_config(), baseline, progress)
        document["findings"] = findings_of(document)
        if out is not None:
            progress("page")
            write_verification_page(document, out, reliability_picture(hindcast, document))
    if as_json:
        print_json(document | {"page": out})
        return
    for finding in document["findings"]:
        print_line(f"- {finding['chinese']}\n  {finding['english']}")
    if out is not None:
        print_line(f"写出 wrote {out}")
    print_line(f"用时 took  {time.monotonic() - begun:.0f} s")


def read_hindcast(path: str) -> xr.Dataset:
    """A hindcast from its file.

    Raises:
        InputError: when it is not there or cannot be read.
        ContractError: when it is not a hindcast.
    """
    import xarray as xr

    from forecast.verification.hindcast import checked

    if not Path(path).is_file():
        raise InputError("no such file", where=path, remedy="Name a file that bogda hindcast wrote")
    try:
        held = xr.load_dataset(path, engine="netcdf4")
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(
            "not a hindcast: cannot be read as NetCDF",
            where=path,
            remedy="Name a file that bogda hindcast wrote",
        ) from error
    try:
        return checked(held)
    except BogdaError as error:
        raise type(error)(error.what, where=path, remedy="Name a file that bogda hindcast wrote") from error


def reliability_picture(hindcast: xr.Dataset, document: dict[str, Any]) -> bytes | None:
    """The reliability diagram of the models that the page speaks of, as PNG; None where nothing can be drawn.

    Args:
        hindcast: what was judged.
        document: of its verification.
    """
    import io

    from forecast.calibration.figures import reliability_figure

    if "aqi" not in hindcast:
        return None
    stream = io.BytesIO()
    try:
        reliability_figure(hindcast, list(dict.fromkeys([document["subject"], document["baseline"]])), stream)
    except BogdaError:
        return None
    return stream.getvalue()
