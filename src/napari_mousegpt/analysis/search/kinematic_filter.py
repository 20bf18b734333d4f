"""Conditions on kinematics in words: ``speed > 5 cm/s and left turn > 90 deg``. No code runs.

Knows columns of `kinematics.window_features`; knows no recording.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_LENGTHS = {"px": ("px", 1.0), "bl": ("bl", 1.0), "mm": ("mm", 1.0), "cm": ("mm", 10.0)}
_LENGTHS["m"] = ("mm", 1000.0)
_SPEEDS = {f"{unit}/s": (f"{column}_per_s", scale) for unit, (column, scale) in _LENGTHS.items()}
_ANGLES = {"deg": ("deg", 1.0), "degrees": ("deg", 1.0), "": ("deg", 1.0)}
_TIMES = {"s": ("s", 1.0), "min": ("s", 60.0), "": ("s", 1.0)}

QUANTITIES: dict[str, tuple[str, dict[str, tuple[str, float]]]] = {
    "speed": ("speed_mean_{}", _SPEEDS),
    "top speed": ("speed_high_{}", {u: c for u, c in _SPEEDS.items() if u != "px/s"}),
    "path": ("path_{}", _LENGTHS),
    "displacement": ("displacement_{}", _LENGTHS),
    "turn": ("net_turn_{}", _ANGLES),
    "left turn": ("left_turn_{}", _ANGLES),
    "right turn": ("right_turn_{}", _ANGLES),
    "bend": ("bend_mean_{}", _ANGLES),
    "head angle": ("head_angle_mean_{}", _ANGLES),
    "wall distance": ("wall_distance_median_{}", {u: _LENGTHS[u] for u in ("bl", "mm", "cm")}),
    "neighbour distance": ("neighbour_distance_median_{}", {"bl": ("bl", 1.0)}),
    "duration": ("duration_{}", _TIMES),
}
"""Name to column and units; a turn, bend or head angle counts without its sign."""

_SIGNLESS = ("turn", "bend", "head angle")
_COMPARISONS: dict[str, Callable[[NDArray, float], NDArray]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_CONDITION = re.compile(
    r"\s*(?P<name>[a-z ]+?)\s*(?P<op>[<>]=?)\s*(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>[a-z/]*)\s*"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a column of `kinematics.window_features` with a number."""

    text: str
    quantity: str
    column: str
    comparison: str
    value: float


def parse_conditions(text: str) -> tuple[Condition, ...]:
    """Read conditions joined by ``and`` or commas.

    Raises
    ------
    ValueError
        If one of them is no comparison of a known quantity with a number and a fitting unit.
    """
    return tuple(_parse(part) for part in re.split(r",|\band\b", text.lower()))


def fulfilled(
    features: pd.DataFrame, conditions: tuple[Condition, ...], *, pixel_size_mm: float | None
) -> NDArray[np.bool_]:
    """Which windows fulfil all conditions; a window whose value is not known does not.

    Raises
    ------
    ValueError
        If a condition is in cm and the size of a pixel is not known.
    """
    good = np.ones(len(features), bool)
    for condition in conditions:
        if "_mm" in condition.column and pixel_size_mm is None:
            raise ValueError(
                f"{condition.text!r} needs the size of a pixel, which this recording does not "
                f"know. Say it in {_instead(condition)}."
            )
        values = features[condition.column].to_numpy(float)
        if condition.quantity in _SIGNLESS:
            values = np.abs(values)
        with np.errstate(invalid="ignore"):
            good &= _COMPARISONS[condition.comparison](values, condition.value)
    return good


def _parse(part: str) -> Condition:
    match = _CONDITION.fullmatch(part)
    if match is None or match["name"] not in QUANTITIES:
        raise ValueError(
            f"expected a condition such as 'speed > 5 cm/s', found {part.strip()!r}; known are "
            f"{', '.join(QUANTITIES)}"
        )
    pattern, units = QUANTITIES[match["name"]]
    if match["unit"] not in units:
        known = ", ".join(unit for unit in units if unit)
        raise ValueError(
            f"{part.strip()!r}: expected a unit among {known}, found {match['unit'] or 'none'}"
        )
    suffix, scale = units[match["unit"]]
    return Condition(
        text=part.strip(),
        quantity=match["name"],
        column=pattern.format(suffix),
        comparison=match["op"],
        value=float(match["value"]) * scale,
    )


def _instead(condition: Condition) -> str:
    _, units = QUANTITIES[condition.quantity]
    others = [unit for unit, (column, _) in units.items() if not column.startswith("mm")]
    named = {"bl": "body lengths (bl)", "bl/s": "body lengths a second (bl/s)"}
    return " or ".join(named.get(unit, unit) for unit in reversed(others))
