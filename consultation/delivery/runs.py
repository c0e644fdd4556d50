"""The products of a run as parcels."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path

from consultation.delivery.parcel import Parcel
from consultation.exchange.configuration import ExchangeConfig
from consultation.formats import ENDINGS, MEDIA_TYPES, open_request, write_product
from consultation.products import FORECAST_FILE, MANIFEST_FILE, is_synthetic
from foundation.times import shown


def run_parcels(folder: str | Path, forms: Iterable[str], exchange: ExchangeConfig) -> tuple[Parcel, ...]:
    """A run in several formats; a run that is made again is another version.

    Args:
        folder: the run, `…/runs/CASE/TIME`.
        forms: formats, of `consultation.formats.ENDINGS`.
        exchange: who sends.

    Raises:
        BogdaError: when the run cannot be read, or does not hold what a format needs.
    """
    home = Path(folder).resolve()
    request = open_request(home, exchange)
    forecast = request.run.forecast.day
    day = shown(forecast["reference_time"].values[0])
    mark = "【合成数据·演练】" if is_synthetic(forecast) else ""
    parcels = []
    with tempfile.TemporaryDirectory(prefix="bogda-parcel-") as beside:
        for form in forms:
            name = f"bogda-{home.parent.name}-{home.name}-{form}{ENDINGS[form]}"
            write_product(request, form, Path(beside) / name)
            parcels.append(
                Parcel(
                    product=f"run/{home.parent.name}/{home.name}",
                    version=_version(home),
                    form=form,
                    file_name=name,
                    media_type=MEDIA_TYPES[form],
                    content=(Path(beside) / name).read_bytes(),
                    subject=f"{mark}空气质量预报 {day} Air quality",
                    text=f"{mark}起报 {day} 北京时，附件 {name}。\n"
                    f"Issued {day} Beijing time; attached: {name}.\n",
                )
            )
    return tuple(parcels)


def _version(home: Path) -> str:
    """What tells one making of a run from another: the hash of its manifest, or of its forecast."""
    manifest = home / MANIFEST_FILE
    held = manifest if manifest.is_file() else home / FORECAST_FILE
    return hashlib.sha256(held.read_bytes()).hexdigest()[:16]
