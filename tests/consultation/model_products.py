"""Products of a transport model, made for tests: a plume over the basin, split among sources."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from foundation.places import gazetteer

SOURCES = (
    ("heating.wu-chang-shi", "乌昌石供热", 0.4), ("industry.wu-chang-shi", "乌昌石工业", 0.25),
    ("heating.kui-du-wu", "奎独乌供热", 0.1), ("industry.kui-du-wu", "奎独乌工业", 0.05),
    ("boundary", "区域外输入", 0.05), ("initial", "初始场", 0.15),
)  # fmt: skip
PLACES = ("urumqi", "changji", "shihezi", "kuitun", "karamay")
POLLUTANTS = ("pm25", "pm10")
UNITS = {"units": "kg m-3"}


def fields(reference: np.datetime64, hours: int, synthetic: bool) -> xr.Dataset:
    """A blob round Urumqi that grows and then goes, µg/m³ turned to kg m-3."""
    lon, lat = np.arange(82.05, 91.0, 0.1), np.arange(42.65, 46.2, 0.1)
    near = np.exp(-(((lon[None, :] - 87.0) / 1.4) ** 2) - ((lat[:, None] - 44.2) / 0.5) ** 2)
    growth = np.sin(np.pi * np.arange(1, hours + 1) / (hours + 1))
    pm25 = 8.0 + 220.0 * growth[:, None, None] * near
    values = np.stack([pm25, 1.4 * pm25], axis=1).astype(np.float32) * np.float32(1e-9)
    return xr.Dataset(
        {"concentration": (("lead_time", "species", "y", "x"), values, UNITS)},
        {
            "reference_time": reference,
            "lead_time": np.arange(1, hours + 1) * np.timedelta64(3_600_000_000_000, "ns"),
            "species": list(POLLUTANTS),
            "y": ("y", lat, {"units": "degrees_north"}),
            "x": ("x", lon, {"units": "degrees_east"}),
        },
        {"averaging": "hour", "source": "made for a test", "synthetic": int(synthetic)},
    )


def contributions(made: xr.Dataset) -> xr.Dataset:
    """The field at places, split among the sources."""
    known = gazetteer()
    series = np.stack(
        [
            made["concentration"].sel(x=known.place(p).lon, y=known.place(p).lat, method="nearest").values
            for p in PLACES
        ],
        axis=1,
    ).astype(float)
    values = series[None, ..., None] * np.array([share for *_, share in SOURCES])
    names = [name for name, *_ in SOURCES]
    parts = [name.partition(".") for name in names]
    return xr.Dataset(
        {
            "contribution": (
                ("reference_time", "lead_time", "place", "pollutant", "source"), values, UNITS
            )
        },
        {
            "reference_time": [made["reference_time"].values],
            "lead_time": made["lead_time"].values,
            "place": list(PLACES),
            "pollutant": list(POLLUTANTS),
            "source": names,
            "sector": ("source", [sector for sector, *_ in parts]),
            "region": ("source", [region or sector for sector, _, region in parts]),
            "source_chinese": ("source", [chinese for _, chinese, _ in SOURCES]),
            "source_english": ("source", names),
        },
        {"averaging": "hour", "synthetic": made.attrs["synthetic"]},
    )  # fmt: skip


def published_contributions(folder: Path) -> xr.Dataset:
    """The medians of a run's daily forecast, a tenth unattributed and the rest split among the sources."""
    forecast = xr.load_dataset(folder / "forecast.nc", decode_timedelta=True)
    median = forecast["concentration"].sel(quantile=0.5, method="nearest", drop=True)
    sources = [(name, chinese, 0.9 * share) for name, chinese, share in SOURCES]
    sources.append(("unattributed", "未解析", 0.1))
    parts = [name.partition(".") for name, *_ in sources]
    split = xr.DataArray([share for *_, share in sources], dims="source")
    values = (median * split).transpose(*median.dims, "source").assign_attrs(UNITS)
    return (
        values.drop_vars("valid_time").to_dataset(name="contribution").assign_coords(
            source=[name for name, *_ in sources],
            sector=("source", [sector for sector, *_ in parts]),
            region=("source", [region or sector for sector, _, region in parts]),
            source_chinese=("source", [chinese for _, chinese, _ in sources]),
            source_english=("source", [name for name, *_ in sources]),
        )
        .assign_attrs(averaging="day", synthetic=forecast.attrs["synthetic"]).drop_encoding()
    )  # fmt: skip


def write_model_products(
    folder: Path, reference: np.datetime64, hours: int = 120, *, synthetic: bool = True
) -> None:
    """Write fields, tags, series and contributions to the forecast there as a run does."""
    made = fields(reference, hours, synthetic)
    by_source = contributions(made)
    total = by_source[["contribution"]].sum("source").rename(contribution="concentration")
    total["concentration"].attrs = UNITS
    made.assign_coords(species=made["species"].astype(np.str_)).to_zarr(
        folder / "fields.zarr", mode="w", zarr_format=2, consolidated=True
    )
    by_source.to_netcdf(folder / "tags.nc")
    published_contributions(folder).to_netcdf(folder / "contributions.nc")
    total.assign_attrs(synthetic=int(synthetic)).to_netcdf(folder / "physical.nc")
