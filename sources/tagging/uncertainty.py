"""How well contributions are known: tags drawn with the errors of emissions and transport, their sum kept.

Every draw multiplies each tag by a log-normal factor and then scales all tags so that they sum to the
published value again. What errs alike for all tags therefore cancels, and only what is known of shares is
left.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from emissions_inventory.labels import source_labels
from emissions_inventory.prior.configuration import prior_config
from sources.tagging.configuration import IntervalsConfig, tagging_config
from sources.tagging.correction import check_factors
from sources.tagging.groups import own_regions, sums_by
from sources.tagging.means import Means

__all__ = ["drawn_contributions", "group_deviation", "intervals_by"]

_OTHERS, _DUST = ("boundary", "initial", "unattributed"), "dust"
_TINY = 1e-30


def group_deviation(sectors: tuple[str, ...], species: str, config: IntervalsConfig | None = None) -> float:
    """Standard deviation of the logarithm of what several sectors emit together.

    Sectors err independently, so that the variances of their totals add (the sum's distribution is taken as
    log-normal with the same mean and variance: Fenton 1960, doi:10.1109/TCOM.1960.1097606).

    Args:
        sectors: ids of `source_labels.yaml`.
        species: of the inventory, such as `so2`.
        config: holds what each emits; the shipped one by default.
    """
    used, prior = config or tagging_config().intervals, prior_config()
    column = prior.species.index(species)
    sigma = np.array([prior.uncertainty[name][column] for name in sectors])
    emitted = np.array([used.january_kt[name].get(species, 0.0) for name in sectors])
    if emitted.sum() <= 0:
        return float(sigma.max())
    weights = emitted / emitted.sum()
    return float(np.sqrt(np.log1p((weights**2 * np.expm1(sigma**2)).sum())))


def drawn_contributions(
    means: Means, factors: dict[str, tuple[float, float]] | None = None, config: IntervalsConfig | None = None
) -> xr.DataArray:
    """Contributions as they may be, each draw with the published sum.

    Args:
        means: contributions of one pollutant.
        factors: of an inversion, where one was made: factor and standard deviation of its logarithm by
            source; it stands in the place of the emissions' error for the sources that it names.
        config: errors; the shipped ones by default.

    Returns:
        kg m-3, (draw, place, source).

    Raises:
        InputError: when `factors` names an unknown source or holds a factor that is not above 0.
    """
    used = config or tagging_config().intervals
    random = np.random.default_rng(used.seed)
    sources = [str(name) for name in means.dataset["source"].values]
    emission = _emission_factors(means, used, random)
    _put_in(emission, sources, factors or {}, random)
    carried = _transport_factors(means, used, random)
    tags = np.nan_to_num(means.dataset["contribution"].transpose("place", "source").values)
    drawn = tags * emission * carried
    total = means.dataset["published"].values[:, None]
    scaled = drawn / np.maximum(drawn.sum(axis=-1, keepdims=True), _TINY) * total
    return xr.DataArray(
        scaled, dims=("draw", "place", "source"), coords=dict(means.dataset["contribution"].coords)
    )


def _put_in(
    emission: np.ndarray,
    sources: list[str],
    factors: dict[str, tuple[float, float]],
    random: np.random.Generator,
) -> None:
    check_factors(factors, sources)
    for name, (factor, deviation) in sorted(factors.items()):
        normal = random.standard_normal(len(emission))
        emission[:, :, sources.index(name)] = (factor * np.exp(deviation * normal))[:, None]


def _emission_factors(means: Means, config: IntervalsConfig, random: np.random.Generator) -> np.ndarray:
    """Drawn errors of emissions, (draw, place, source): alike for all regions of a group of sectors."""
    data = means.dataset
    species = sorted({*config.species_of_component.values(), *config.species_of_pollutant.values()})
    labels = source_labels()
    members = {
        group.id: tuple(s.id for s in labels.sectors if s.tag == group.id) for group in labels.sector_groups
    }
    members[labels.whole.id] = labels.sector_ids()
    keys = [
        (str(sector), str(region))
        for sector, region in zip(data["sector"].values, data["region"].values, strict=True)
    ]
    by_group: dict[str, np.ndarray] = {}
    shape = (config.draws, len(species))
    drawn = np.ones((config.draws, data.sizes["source"], len(species)))
    for number, (sector, region) in enumerate(keys):
        key = f"{sector}.{region}" if sector == labels.whole.id else sector
        if key not in by_group:
            sigma = _deviations(sector, members, species, config)
            by_group[key] = np.exp(sigma * random.standard_normal(shape))
        drawn[:, number] = by_group[key]
    factors: np.ndarray = np.einsum("dsk,psk->dps", drawn, _species_shares(means, species, config))
    return factors


def _deviations(
    sector: str, members: dict[str, tuple[str, ...]], species: list[str], config: IntervalsConfig
) -> np.ndarray:
    """Of a group of sectors, by species; of what is of no sector, one draw serves all species."""
    if sector == _DUST:
        return np.full(len(species), config.dust)
    if sector in _OTHERS or sector not in members:
        return np.zeros(len(species))
    return np.array([group_deviation(members[sector], name, config) for name in species])


def _species_shares(means: Means, species: list[str], config: IntervalsConfig) -> np.ndarray:
    """Which part of each tag stems from which species of the inventory, (place, source, species)."""
    data, shape = means.dataset, (means.dataset.sizes["place"], means.dataset.sizes["source"], len(species))
    shares = np.zeros(shape)
    default = config.species_of_pollutant.get(means.pollutant, species[0])
    if "component_contribution" in data and means.pollutant in {"pm25", "pm10"}:
        parts = data["component_contribution"].fillna(0.0)
        if means.pollutant == "pm25" and "fine_share" in data:
            parts = parts * data["fine_share"]
        for name in map(str, parts["component"].values):
            column = species.index(config.species_of_component.get(name, default))
            shares[:, :, column] += parts.sel(component=name).transpose("place", "source").values
    empty = shares.sum(axis=-1) <= 0
    shares[empty, species.index(default)] = 1.0
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))


def _transport_factors(means: Means, config: IntervalsConfig, random: np.random.Generator) -> np.ndarray:
    """Drawn errors of transport, (draw, place, source): alike for all sectors of a group of regions."""
    data = means.dataset
    regions = [str(name) for name in data["region"].values]
    unlike = list(dict.fromkeys(regions))
    normal = random.standard_normal((config.draws, data.sizes["place"], len(unlike)))
    sigma = np.array(
        [[_deviation(region, str(place), config) for region in unlike] for place in data["place"].values]
    )
    return np.exp(sigma * normal)[:, :, [unlike.index(region) for region in regions]]


def _deviation(region: str, place: str, config: IntervalsConfig) -> float:
    if region in _OTHERS:
        return float(getattr(config, region))
    return config.transport.own if region in own_regions(place) else config.transport.other


def intervals_by(
    means: Means, drawn: xr.DataArray, by: str, config: IntervalsConfig | None = None
) -> xr.DataArray:
    """Intervals of contributions summed by sector, region, source or nearness.

    Returns:
        kg m-3, (bound, place, group), the bounds `lower` and `upper`.
    """
    used = config or tagging_config().intervals
    sums = sums_by(means.dataset.assign(contribution=drawn), by)
    found = np.quantile(sums.values, [used.lower, used.upper], axis=0)
    return xr.DataArray(
        found, dims=("bound", "place", "group"),
        coords={"bound": ["lower", "upper"], "place": sums["place"].values, "group": sums["group"].values},
    )  # fmt: skip
