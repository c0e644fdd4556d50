"""The problem: measured values, the model with its exact gradient, errors and prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sources.inversion.arrays import Array
from sources.inversion.configuration import InversionConfig
from sources.inversion.errors import RowErrors
from sources.inversion.samples import Samples
from sources.inversion.states import States, states_of

__all__ = ["Problem", "problem_of"]


@dataclass(frozen=True)
class Problem:
    """Everything that decides the states: values, model, errors, prior."""

    samples: Samples
    states: States
    row_errors: RowErrors

    @property
    def measured(self) -> Array:
        """Logarithms of measured values, (row,)."""
        return np.asarray(np.log(self.samples.measured + self.row_errors.offset))

    def values(self, x: Array) -> Array:
        """What the model gives, kg m-3, (row,)."""
        return np.asarray(self._parts(x).sum(1))

    def predicted(self, x: Array) -> Array:
        """Logarithms of what the model gives, (row,)."""
        return np.asarray(np.log(self.values(x) + self.row_errors.offset))

    def predicted_with_gradient(self, x: Array) -> tuple[Array, Array]:
        """Logarithms of what the model gives, and their exact gradient, (row, state)."""
        parts = self._parts(x)
        total = parts.sum(1)
        gradient = parts @ self.states.of_columns + total[:, None] * self.states.of_rows
        whole = total + self.row_errors.offset
        return np.asarray(np.log(whole)), np.asarray(gradient / whole[:, None])

    def bending(self, x: Array, weight: Array) -> Array:
        """Second derivative by the states of the weighted sum of the predicted logarithms, (state, state).

        With v_k the gradient of the logarithm of a row's part k, p_k that part and W the row's value + c, a
        row's is sum over k of p_k / W v_k v_k' less g g', g its gradient.
        """
        parts = self._parts(x)
        whole = parts.sum(1) + self.row_errors.offset
        shares = parts * (weight / whole)[:, None]
        of_columns, of_rows = self.states.of_columns, self.states.of_rows
        across = of_columns.T @ (shares.T @ of_rows)
        gradient = (parts @ of_columns + parts.sum(1)[:, None] * of_rows) / whole[:, None]
        return np.asarray(
            (of_columns * shares.sum(0)[:, None]).T @ of_columns + across + across.T
            + (of_rows * shares.sum(1)[:, None]).T @ of_rows - (gradient * weight[:, None]).T @ gradient
        )  # fmt: skip

    def _parts(self, x: Array) -> Array:
        lasting = np.exp(self.states.of_rows @ x)
        return np.asarray(self.states.columns * np.exp(self.states.of_columns @ x) * lasting[:, None])


def problem_of(samples: Samples, config: InversionConfig) -> Problem:
    """The problem of samples under the choices.

    Raises:
        InputError: as `states_of`.
    """
    return Problem(samples, states_of(samples, config), RowErrors.of(samples, config))
