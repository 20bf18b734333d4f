"""What the mouse of the sample does, bout after bout. Knows no body and no picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.sample.arena import FPS
from napari_mousegpt.sample.path import HipPath, blend_weights, follow

Side = Literal["left", "right"]

STEP_UP_CM, STEP_UP_S = 2.2, 0.35
"""How far the hind feet step up to a wall to rear against it, and how quickly."""


@dataclass(frozen=True, slots=True)
class Bout:
    """One behaviour for some time.

    Attributes
    ----------
    behaviour
        One of `napari_mousegpt.datamodel.description.BEHAVIOURS`.
    speed_cm_per_s
        Of the hip, forwards.
    left_turn_deg
        Whole change of direction over the bout; to the animal's right is negative.
    side
        The animal's own, for body grooming and scratching.
    against_wall
        Rear with the forepaws on the wall ahead, which must be about 7 cm from the hip.
    called
        What the truth calls it, where that is none of `BEHAVIOURS`, such as walking backwards.
    """

    behaviour: str
    duration_s: float
    speed_cm_per_s: float = 0.0
    left_turn_deg: float = 0.0
    side: Side = "left"
    against_wall: bool = False
    called: str = ""

    @property
    def name(self) -> str:
        """What the truth calls it."""
        return self.called or self.behaviour

    def __post_init__(self) -> None:
        if self.behaviour not in BEHAVIOURS:
            raise ValueError(
                f"expected a behaviour among {', '.join(BEHAVIOURS)}, found {self.behaviour!r}"
            )
        if self.duration_s * FPS < 1:
            raise ValueError(
                f"expected {self.behaviour} to last a frame ({1 / FPS:.3f} s) or more, "
                f"found {self.duration_s} s"
            )


@dataclass(frozen=True, slots=True)
class Script:
    """Bouts, and where the hip is at the start: cm from the top left corner of the floor.

    ``heading_deg`` counts counter-clockwise as seen in the picture; 0 looks to its right.
    """

    bouts: tuple[Bout, ...]
    start_cm: tuple[float, float] = (20.0, 20.0)
    heading_deg: float = 0.0
    stops: tuple[int, ...] = field(init=False)
    """Frame at which each bout ends, itself not included."""

    def __post_init__(self) -> None:
        if not self.bouts:
            raise ValueError("expected a script of at least one bout, found none")
        stops_s = np.cumsum([bout.duration_s for bout in self.bouts])
        object.__setattr__(self, "stops", tuple(np.round(stops_s * FPS).astype(int).tolist()))

    @property
    def n_frames(self) -> int:
        return self.stops[-1]

    @property
    def starts(self) -> tuple[int, ...]:
        return (0, *self.stops[:-1])


DEFAULT_SCRIPT = Script(
    (
        Bout("walking", 1.9, speed_cm_per_s=11),
        Bout("sniffing", 1.6),
        Bout("turning left", 1.1, speed_cm_per_s=1, left_turn_deg=150),
        Bout("running", 1.1, speed_cm_per_s=28, left_turn_deg=10),
        Bout("still", 1.6),
        Bout("turning right", 1.1, speed_cm_per_s=1, left_turn_deg=-140),
        Bout("walking", 1.7, speed_cm_per_s=13.5),
        Bout("rearing", 1.8, against_wall=True),
        Bout("turning right", 1.1, speed_cm_per_s=1, left_turn_deg=-150),
        Bout("walking", 1.2, speed_cm_per_s=10),
        Bout("rearing", 1.5),
        Bout("face grooming", 2.4),
        Bout("body grooming", 1.9, side="right"),
    ),
    start_cm=(15.0, 11.0),
    heading_deg=250.0,
)
"""The sample: 20 s at 30 frames per second, with no border on that of a window of 2 s."""


def script_path(script: Script) -> HipPath:
    """Follow the hip through a script."""
    weights = blend_weights(script.stops)
    starts = np.array(script.starts)
    times_s = (np.arange(script.n_frames) - starts[:, None] + 0.5) / FPS
    speed = np.stack([_speed(bout, row) for bout, row in zip(script.bouts, times_s, strict=True)])
    frames = np.diff(script.stops, prepend=0)
    turn = np.deg2rad([bout.left_turn_deg for bout in script.bouts]) * FPS / frames
    return follow(
        script.start_cm, script.heading_deg, (weights * speed).sum(axis=0), turn @ weights
    )


def _speed(bout: Bout, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    if not bout.against_wall:
        pulse = 0.1 * np.sin(2 * np.pi * times_s / 0.8)  # nobody walks at a constant speed
        return bout.speed_cm_per_s * (1 + pulse)
    left_s = bout.duration_s - times_s
    step = STEP_UP_CM / STEP_UP_S
    up = step * ((times_s > 0) & (times_s < STEP_UP_S))
    return up - step * ((left_s > 0) & (left_s < STEP_UP_S))


def bout_table(script: Script, *, video: str, individual: str) -> pd.DataFrame:
    """The true bouts, with columns video, individual, start, stop, behaviour."""
    return pd.DataFrame(
        {
            "video": video,
            "individual": individual,
            "start": np.array(script.starts, dtype=np.int64),
            "stop": np.array(script.stops, dtype=np.int64),
            "behaviour": [bout.name for bout in script.bouts],
        }
    )
