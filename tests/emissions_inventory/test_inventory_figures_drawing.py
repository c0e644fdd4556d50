"""Figures: that they are drawn, in any format, on machines with and without a Chinese font."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from atmosphere.meteorology.figures import lettering
from emissions_inventory.figures.difference_map import draw_difference
from emissions_inventory.figures.plumes import TYPICAL_STACKS, draw_plumes, idealised_weathers, layer_shares
from emissions_inventory.figures.sector_maps import draw_sector_maps
from emissions_inventory.inventory import Inventory
from emissions_inventory.scenarios.application import apply_cuts
from foundation.configuration import load_shipped
from foundation.errors import InputError
from foundation.grids import GridConfig
from tests.emissions_inventory.made_inventory import made_inventory

PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def made() -> Inventory:
    return made_inventory()


def drawn(path: Path) -> np.ndarray:
    """Pixels of a PNG, (row, column, 3)."""
    from matplotlib.image import imread

    assert path.read_bytes().startswith(PNG)
    return np.asarray(imread(path))[..., :3]


def test_a_map_for_each_sector_shows_where_it_emits(made: Inventory, tmp_path: Path) -> None:
    draw_sector_maps(made, tmp_path / "a.png", "pm25", "2026-01", ("scattered_coal", "power"))
    draw_sector_maps(made, tmp_path / "b.png", "pm25", "2026-01", ("scattered_coal", "solvents", "steel"))
    first, second = drawn(tmp_path / "a.png"), drawn(tmp_path / "b.png")
    assert first.shape == second.shape, "solvents emit no particles and have no map"
    red = ((first[..., 0] > 0.6) & (first[..., 2] < 0.3))[: int(0.7 * len(first))]
    assert red[:, : red.shape[1] // 3].sum() > red[:, red.shape[1] // 3 : 2 * red.shape[1] // 3].sum() > 0


def test_a_species_that_nobody_emits_is_refused(made: Inventory, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing of nh3 is emitted on the grid in 2026-01"):
        draw_sector_maps(made, tmp_path / "a.png", "nh3", "2026-01", ("solvents",))
    assert not (tmp_path / "a.png").exists()


def test_less_is_blue_and_more_is_red(made: Inventory, tmp_path: Path) -> None:
    after = apply_cuts(made, "*=0.5")
    draw_difference(made, after, tmp_path / "less.png")
    draw_difference(after, made, tmp_path / "more.png")
    left = (slice(60, 380), slice(100, 660))
    less, more = (drawn(tmp_path / name)[left] for name in ("less.png", "more.png"))
    assert (less[..., 2] - less[..., 0] > 0.3).sum() > 100
    assert (less[..., 0] - less[..., 2] > 0.3).sum() == 0
    assert (more[..., 0] - more[..., 2] > 0.3).sum() > 100


def test_inventories_that_are_alike_make_a_map_too(made: Inventory, tmp_path: Path) -> None:
    draw_difference(made, made_inventory(), tmp_path / "none.png")
    assert drawn(tmp_path / "none.png").size


def test_machines_without_a_chinese_font_draw_without_a_warning(
    made: Inventory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lettering.chinese_font.cache_clear()
    monkeypatch.setattr(lettering, "CHINESE_FONTS", ())
    try:
        draw_sector_maps(made, tmp_path / "a.svg", "so2")
        draw_difference(made, apply_cuts(made, "steel=0.5"), tmp_path / "b.svg")
        draw_plumes(tmp_path / "c.svg")
    finally:
        lettering.chinese_font.cache_clear()
    assert (
        "Power plants" in (tmp_path / "a.svg").read_text("utf-8")
        or (tmp_path / "a.svg").stat().st_size > 10_000
    )


def test_layers_of_the_figure_are_those_of_the_domains() -> None:
    from emissions_inventory.figures import plumes

    for name in ("demo", "tianshan"):
        assert load_shipped(GridConfig, f"domains/{name}.yaml").layer_tops_m == plumes._LAYER_TOPS


def test_plumes_share_their_emission_out_whole_and_the_inversion_holds_them() -> None:
    edges = np.array([0.0, *load_shipped(GridConfig, "domains/demo.yaml").layer_tops_m])
    winter, neutral = idealised_weathers(edges)
    held, held_shares = layer_shares(TYPICAL_STACKS, winter, edges)
    free, free_shares = layer_shares(TYPICAL_STACKS, neutral, edges)
    np.testing.assert_allclose(held_shares.sum(axis=1), 1.0)
    np.testing.assert_allclose(free_shares.sum(axis=1), 1.0)
    assert held[0] < free[0], "the tall stack ends in the inversion"
    assert held_shares[:, edges[:-1] >= 700].max() == 0, "nothing rises above the inversion"
    assert winter.temperature[5] - winter.temperature[0] > 5
    gradient = np.diff(neutral.temperature) / np.diff(0.5 * (edges[1:] + edges[:-1]))
    np.testing.assert_allclose(gradient[:6], -0.00976, rtol=1e-6)
