"""When particles move: the stretches between the weather's times and the times wanted, and their steps."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from atmosphere.trajectories.particles import Course

__all__ = ["Schedule", "schedule"]

_ROUNDING_S = 1e-6


@dataclass(frozen=True)
class Schedule:
    """A run's stretches.

    Attributes:
        outputs_s: times wanted, seconds since the weather's first time, the start first.
        stretches: for each stretch its course and the number of the output at its end, or None.
        reached: how many of the outputs lie within the weather's times.
    """

    outputs_s: np.ndarray
    stretches: tuple[tuple[Course, int | None], ...]
    reached: int

    def second_of_step(self, step: int) -> float:
        """Seconds since the weather's first time at the beginning of a step."""
        moment = self.outputs_s[0]
        for course, _ in self.stretches:
            if step <= course.first_step + course.steps:
                return float(moment + (step - course.first_step) * course.step_s)
            moment = moment + course.steps * course.step_s
        return float(moment)


def schedule(
    weather_s: np.ndarray, start_s: float, hours: float, output_s: float, step_s: float, scheme: str
) -> Schedule:
    """Plan a run.

    Args:
        weather_s: the weather's times in seconds, growing.
        start_s: when the run starts, within them.
        hours: its length; negative goes back in time.
        output_s: time from output to output, s; the end is an output too.
        step_s: longest step, s.
        scheme: of `TrajectoryConfig`.
    """
    way, length = math.copysign(1.0, hours), abs(hours) * 3600.0
    since = np.append(np.arange(0.0, length - _ROUNDING_S, output_s), length)
    outputs = start_s + way * since
    limit = weather_s[-1] if way > 0 else weather_s[0]
    reached = outputs[way * (limit - outputs) >= -_ROUNDING_S]
    marks = np.concatenate([reached, weather_s, [limit]])
    marks = marks[(way * (marks - start_s) >= 0) & (way * (outputs[-1] - marks) >= -_ROUNDING_S)]
    marks = way * np.unique(way * marks)
    marks = marks[np.append(True, np.abs(np.diff(marks)) > _ROUNDING_S)]
    stretches, steps = [], 0
    for begin, end in itertools.pairwise(marks):
        course = _course(weather_s, begin, end, step_s, steps, scheme)
        found = np.flatnonzero(np.abs(reached - end) <= _ROUNDING_S)
        stretches.append((course, int(found[0]) if len(found) else None))
        steps += course.steps
    return Schedule(outputs, tuple(stretches), len(reached))


def _course(
    weather_s: np.ndarray, begin: float, end: float, step_s: float, first_step: int, scheme: str
) -> Course:
    interval = int(np.searchsorted(weather_s, 0.5 * (begin + end))) - 1
    span = weather_s[interval + 1] - weather_s[interval]
    steps = max(1, math.ceil(abs(end - begin) / step_s - 1e-9))
    step = (end - begin) / steps
    return Course(
        interval, float(step), float((begin - weather_s[interval]) / span), float(step / span), steps,
        first_step, scheme,
    )  # fmt: skip
