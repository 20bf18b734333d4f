"""Scripts: bouts cover all frames, and scripts made by chance can be acted."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from napari_mousegpt.datamodel.description import BEHAVIOURS
from napari_mousegpt.sample.motion import move
from napari_mousegpt.sample.random_script import random_script
from napari_mousegpt.sample.script import DEFAULT_SCRIPT, Bout, Script, bout_table, script_path

WANTED = set(BEHAVIOURS) - {"scratching", "stretch attend", "digging"}


def test_default_script_is_twenty_seconds_of_many_behaviours() -> None:
    assert DEFAULT_SCRIPT.n_frames == 600
    assert len(DEFAULT_SCRIPT.bouts) >= 12
    assert {bout.behaviour for bout in DEFAULT_SCRIPT.bouts} == WANTED
    assert any(bout.against_wall for bout in DEFAULT_SCRIPT.bouts)
    assert any(b.behaviour == "rearing" and not b.against_wall for b in DEFAULT_SCRIPT.bouts)
    assert all(stop % 60 for stop in DEFAULT_SCRIPT.stops[:-1])


def test_bouts_cover_every_frame_once() -> None:
    table = bout_table(DEFAULT_SCRIPT, video="cam0", individual="individual_0")
    covered = np.concatenate([np.arange(*row) for row in table[["start", "stop"]].to_numpy()])
    assert covered.tolist() == list(range(600))
    assert table.columns.tolist() == ["video", "individual", "start", "stop", "behaviour"]


@pytest.mark.parametrize(
    ("durations_s", "stops"),
    [((1.0,), (30,)), ((0.5, 0.25), (15, 22)), ((1 / 3, 1 / 3, 1 / 3), (10, 20, 30))],
    ids=["one", "rounded", "no drift"],
)
def test_stops(durations_s: tuple[float, ...], stops: tuple[int, ...]) -> None:
    assert Script(tuple(Bout("still", duration_s) for duration_s in durations_s)).stops == stops


@pytest.mark.parametrize(
    ("behaviour", "duration_s", "message"),
    [("flying", 1.0, "found 'flying'"), ("still", 0.01, "found 0.01 s")],
)
def test_bouts_that_cannot_be(behaviour: str, duration_s: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Bout(behaviour, duration_s)


def test_a_script_needs_bouts() -> None:
    with pytest.raises(ValueError, match="found none"):
        Script(())


@pytest.mark.parametrize(
    ("behaviour", "left_turn_deg", "change_deg"),
    [("turning left", 90, -90), ("turning right", -120, 120), ("walking", 0, 0)],
)
def test_turns_as_the_picture_shows_them(
    behaviour: str, left_turn_deg: float, change_deg: float
) -> None:
    bouts = (Bout("still", 0.5), Bout(behaviour, 1.0, left_turn_deg=left_turn_deg))
    angle = np.rad2deg(script_path(Script((*bouts, Bout("still", 0.5)))).angle_rad)
    assert angle[-1] - angle[0] == pytest.approx(change_deg, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_random_scripts_can_be_acted(seed: int) -> None:
    script = random_script(12.0, seed)
    assert script == random_script(12.0, seed)
    assert script.n_frames == 360
    behaviours = [bout.behaviour for bout in script.bouts]
    assert all(one != other for one, other in itertools.pairwise(behaviours))
    move(script)  # raises where the mouse would go through a wall


def test_seeds_give_different_scripts() -> None:
    assert random_script(12.0, 0) != random_script(12.0, 1)


def test_a_random_script_cannot_be_too_short() -> None:
    with pytest.raises(ValueError, match=r"found 0\.5 s"):
        random_script(0.5, 0)
