"""Networks built from their shape, empty or with weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from forecast.learned.configuration import NetworkConfig
from forecast.learned.network import Network
from forecast.learned.normalisation import Normalisation
from foundation.errors import ContractError


def new_network(config: NetworkConfig, scales: Normalisation, seed: int) -> Network:
    """A network with random weights that the seed decides."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return _empty(config, scales)


def network_of(
    config: NetworkConfig, scales: Normalisation, weights: Mapping[str, Any], device: str = "cpu"
) -> Network:
    """A network with given weights, ready to be asked.

    Raises:
        ContractError: when the weights are not of that shape.
    """
    network = _empty(config, scales)
    try:
        network.load_state_dict(dict(weights))
    except RuntimeError as error:
        first = str(error).strip().splitlines()[-1].strip()
        raise ContractError(f"weights do not fit the network they came with: {first}") from error
    return network.to(device).eval()


def _empty(config: NetworkConfig, scales: Normalisation) -> Network:
    of_pollutants = torch.tensor([scales.mean, scales.deviation])
    return Network(config, len(scales.pollutants), len(scales.weather_names), of_pollutants)
