"""Where things go on the map: labels that do not cover each other, outlines round a group of places."""

from __future__ import annotations

import numpy as np

_ROUNDS = 400
_RETURN = 0.02


def spread(anchors: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Move boxes as little as needed so that none covers another.

    Args:
        anchors: where each box wants its centre, shape (n, 2).
        sizes: width and height of each box, in the unit of the anchors, shape (n, 2).

    Returns:
        Centres, shape (n, 2). The same anchors always give the same centres.
    """
    centres = anchors.astype(float).copy()
    for turn in range(_ROUNDS):
        centres += _RETURN * (anchors - centres) * (1 - turn / _ROUNDS)
        moved = False
        for first in range(len(centres)):
            for second in range(first + 1, len(centres)):
                moved |= _push_apart(centres, first, second, (sizes[first] + sizes[second]) / 2)
        if not moved and turn > _ROUNDS // 2:
            break
    return centres


def _push_apart(centres: np.ndarray, first: int, second: int, size: np.ndarray) -> bool:
    apart = centres[second] - centres[first]
    overlap = size - np.abs(apart)
    if (overlap <= 1e-9).any():
        return False
    axis = int(np.argmin(overlap / size))
    direction = 1.0 if apart[axis] >= 0 else -1.0
    step = direction * overlap[axis] / 2
    centres[first, axis] -= step
    centres[second, axis] += step
    return True


def outline(points: np.ndarray, margin: float) -> np.ndarray:
    """A rounded line round all points at a distance.

    Args:
        points: shape (n, 2), n >= 1.
        margin: distance kept from every point.

    Returns:
        Corners of a closed convex line, shape (m, 2).
    """
    angles = np.linspace(0.0, 2 * np.pi, 40, endpoint=False)
    circle = margin * np.column_stack([np.cos(angles), np.sin(angles)])
    cloud = (points[:, None, :] + circle[None, :, :]).reshape(-1, 2)
    return convex_hull(cloud)


def top_at(ring: np.ndarray, x: float) -> float:
    """Highest point of a closed line above an abscissa that it spans."""
    following = np.roll(ring, -1, axis=0)
    crossed = (np.minimum(ring[:, 0], following[:, 0]) <= x) & (x <= np.maximum(ring[:, 0], following[:, 0]))
    begins, ends = ring[crossed], following[crossed]
    run = ends[:, 0] - begins[:, 0]
    share = np.divide(x - begins[:, 0], run, out=np.zeros_like(run), where=run != 0)
    return float((begins[:, 1] + share * (ends[:, 1] - begins[:, 1])).max())


def rounded(ring: np.ndarray, turns: int = 2) -> np.ndarray:
    """A closed line with its corners cut (Chaikin 1974, doi:10.1016/0146-664X(74)90028-8).

    Args:
        ring: corners, shape (n, 2), the first not repeated at the end, or repeated.
        turns: how often to cut; each doubles the corners.

    Returns:
        Corners with the first repeated at the end.
    """
    corners = ring[:-1] if np.array_equal(ring[0], ring[-1]) else ring
    for _ in range(turns):
        following = np.roll(corners, -1, axis=0)
        cut = np.stack([0.75 * corners + 0.25 * following, 0.25 * corners + 0.75 * following], axis=1)
        corners = cut.reshape(-1, 2)
    return np.vstack([corners, corners[:1]])


def convex_hull(points: np.ndarray) -> np.ndarray:
    """Corners of the convex hull, counter-clockwise (Andrew 1979, doi:10.1016/0020-0190(79)90072-3)."""
    ordered = sorted({(float(x), float(y)) for x, y in points})
    if len(ordered) < 3:
        return np.array(ordered)
    lower, upper = _half_hull(ordered), _half_hull(ordered[::-1])
    return np.array(lower[:-1] + upper[:-1])


def _half_hull(ordered: list[tuple[float, float]]) -> list[tuple[float, float]]:
    hull: list[tuple[float, float]] = []
    for point in ordered:
        while len(hull) >= 2 and _turn(hull[-2], hull[-1], point) <= 0:
            hull.pop()
        hull.append(point)
    return hull


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
