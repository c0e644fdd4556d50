"""Clusters of trajectories by k-means, and how many of them there are.

Positions are compared on the sphere: k-means works on unit vectors, where the squared straight line between
two places stands for their great-circle distance (it grows with it; 1.6 % shorter at 4,000 km), and the
mean of a cluster is the vectors' mean brought back to the sphere. The total spatial variance is then given
in true great-circle distances. `angle` compares the bearings under which the receptor sees the points, as
in Sirois and Bottenheim 1995, J. Geophys. Res. 100, 2867, doi:10.1029/94JD02951, and so sorts by direction
whatever the speed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from foundation.errors import InputError
from sources.trajectory_statistics.arrivals import BackwardTrajectories
from sources.trajectory_statistics.configuration import ClusterConfig
from sources.trajectory_statistics.sphere import arc_m, bearing_vectors, place_of, unit_vectors

__all__ = ["Clusters", "clusters"]

Distance = Literal["path", "end_point", "angle"]


@dataclass(frozen=True)
class Clusters:
    """Trajectories sorted into clusters, the largest first.

    Attributes:
        label: number of the cluster of each trajectory, from 0, shape (trajectory,).
        mean_lon: degrees east, shape (cluster, age).
        mean_lat: degrees north.
        mean_height_m: above ground.
        age_h: hours before arrival of the means' points.
        variance: total spatial variance with 1, 2, ... clusters, m2 (angle: 1), the least found.
        change_percent: its rise, %, when 2, 3, ... clusters become one fewer.
        chosen_by: `change` or `number asked for`.
        distance: what was compared.
        left_out: truncated trajectories, plain data; they are in no cluster (label -1).
    """

    label: np.ndarray
    mean_lon: np.ndarray
    mean_lat: np.ndarray
    mean_height_m: np.ndarray
    age_h: np.ndarray
    variance: np.ndarray
    change_percent: np.ndarray
    chosen_by: str
    distance: Distance
    left_out: list[dict[str, Any]]

    @property
    def number(self) -> int:
        """How many clusters."""
        return len(self.mean_lon)

    @property
    def share(self) -> np.ndarray:
        """Share of the clustered trajectories in each cluster, shape (cluster,)."""
        held = self.label[self.label >= 0]
        return np.asarray(np.bincount(held, minlength=self.number) / len(held))

    def document(self, concentration: np.ndarray | None = None) -> dict[str, Any]:
        """Plain data: each cluster's share, mean trajectory and mean concentration on arrival, if given."""
        described = []
        for number in range(self.number):
            members = self.label == number
            one: dict[str, Any] = {
                "trajectories": int(members.sum()), "share": float(self.share[number]),
                "lon": self.mean_lon[number].tolist(), "lat": self.mean_lat[number].tolist(),
                "height_m": self.mean_height_m[number].tolist(),
            }  # fmt: skip
            if concentration is not None:
                one["mean_concentration"] = float(concentration[members].mean())
            described.append(one)
        return {
            "clusters": described, "age_h": self.age_h.tolist(), "distance": self.distance,
            "chosen_by": self.chosen_by, "total_spatial_variance": self.variance.tolist(),
            "change_percent": self.change_percent.tolist(), "left_out": self.left_out,
        }  # fmt: skip


def clusters(
    trajectories: BackwardTrajectories, config: ClusterConfig, distance: Distance = "path",
    number: int | None = None,
) -> Clusters:  # fmt: skip
    """Sort the trajectories to one receptor into clusters.

    The number is the largest for which joining two clusters raises the total spatial variance by more than
    `change_percent` (the criterion of HYSPLIT's User's Guide, section S255, on k-means instead of joining).

    Args:
        trajectories: to one receptor; truncated ones cannot be compared and are left out, by name.
        config: of the clusters.
        distance: `path` (all points), `end_point` (the last) or `angle` (bearings).
        number: of clusters; None to let the variance decide.

    Raises:
        InputError: when there are several receptors, fewer than three complete trajectories, or fewer
            different trajectories than clusters asked for.
    """
    if len(trajectories.receptors) > 1:
        raise InputError(
            f"clusters: expected one receptor, got {', '.join(trajectories.receptors)}",
            remedy="Cluster the trajectories of each receptor by themselves",
        )
    complete = trajectories.complete
    if complete.sum() < 3:
        raise InputError(f"clusters: expected 3 complete trajectories or more, got {complete.sum()}")
    whole = trajectories.select(complete)
    features, places = _features(whole, config.every_h, distance)
    different = len(np.unique(np.round(features, 9), axis=0))
    if number is not None and not 1 <= number <= different:
        raise InputError(f"clusters: expected 1 to {different} different trajectories, asked for {number}")
    most = max(number or 1, min(config.most, different, len(whole) - 1))
    found = [_k_means(features, count, config) for count in range(1, most + 1)]
    variance = np.array([_variance(features, places, label, distance) for label in found])
    change = _changes(variance)
    chosen = number or _chosen(change, config.change_percent)
    return _result(trajectories, whole, found[chosen - 1], (variance, change), distance, number is not None)


def _features(
    whole: BackwardTrajectories, every_h: float, distance: Distance
) -> tuple[np.ndarray, np.ndarray]:
    """What k-means compares, (trajectory, number), and the unit vectors of the places it stands for."""
    stride = max(1, round(every_h / whole.step_h))
    ages = np.arange(len(whole.age_h))[stride::stride] if len(whole.age_h) > stride else np.array([-1])
    if distance == "end_point":
        ages = np.array([-1])
    places = unit_vectors(whole.lon[:, ages], whole.lat[:, ages])
    shown = places
    if distance == "angle":
        shown = bearing_vectors(whole.lon[:, :1], whole.lat[:, :1], whole.lon[:, ages], whole.lat[:, ages])
    return shown.reshape(len(whole), -1), places


def _k_means(features: np.ndarray, count: int, config: ClusterConfig) -> np.ndarray:
    from sklearn.cluster import KMeans

    if count == 1:
        return np.zeros(len(features), dtype=np.int64)
    model = KMeans(n_clusters=count, n_init=config.starts, random_state=config.seed, algorithm="lloyd")
    label = model.fit(features).labels_
    order = np.argsort(-np.bincount(label, minlength=count), kind="stable")
    return np.asarray(np.argsort(order)[label])


def _variance(features: np.ndarray, places: np.ndarray, label: np.ndarray, distance: Distance) -> float:
    """Sum over trajectories and points of the squared distance to the mean of the cluster."""
    total = 0.0
    for number in range(label.max() + 1):
        members = label == number
        if distance == "angle":
            total += float(((features[members] - features[members].mean(axis=0)) ** 2).sum())
        else:
            own = places[members]
            total += float((arc_m(own, own.mean(axis=0)) ** 2).sum())
    return total


def _changes(variance: np.ndarray) -> np.ndarray:
    """Rise in percent from k + 1 clusters to k; what is next to nothing beside one cluster counts as that."""
    floor = max(1e-12 * float(variance[0]), np.finfo(float).tiny)
    return np.asarray(100.0 * (np.maximum(variance[:-1], floor) / np.maximum(variance[1:], floor) - 1.0))


def _chosen(change: np.ndarray, limit: float) -> int:
    above = np.flatnonzero(change > limit)
    return int(above[-1]) + 2 if len(above) else 1


def _result(
    trajectories: BackwardTrajectories, whole: BackwardTrajectories, label: np.ndarray,
    course: tuple[np.ndarray, np.ndarray], distance: Distance, asked: bool,
) -> Clusters:  # fmt: skip
    vectors = unit_vectors(whole.lon, whole.lat)
    count = int(label.max()) + 1
    means = np.stack([vectors[label == number].mean(axis=0) for number in range(count)])
    lon, lat = place_of(means)
    height = np.stack([whole.height_m[label == number].mean(axis=0) for number in range(count)])
    everyone = np.full(len(trajectories), -1)
    everyone[trajectories.complete] = label
    return Clusters(
        everyone, lon, lat, height, whole.age_h, course[0], course[1],
        "number asked for" if asked else "change", distance, trajectories.truncated_list(),
    )  # fmt: skip
