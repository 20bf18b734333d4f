"""The mouse is made of bones, stands on its paws, and does what the script says."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_mousegpt.sample import arena
from napari_mousegpt.sample.gait import PAWS
from napari_mousegpt.sample.motion import Motion, move
from napari_mousegpt.sample.script import DEFAULT_SCRIPT, Bout, Script
from napari_mousegpt.sample.skeleton import KEYPOINTS

FPS = arena.FPS


@pytest.fixture(scope="module")
def motion() -> Motion:
    return move(DEFAULT_SCRIPT)


def alone(behaviour: str, **parameters: object) -> Motion:
    """A mouse in the middle that does one thing for 3 s."""
    return move(Script((Bout(behaviour, 3.0, **parameters),)))  # type: ignore[arg-type]


def top_view_length(motion: Motion) -> NDArray[np.floating]:
    return np.linalg.norm((motion["Snout"] - motion["Tail(base)"])[:, :2], axis=-1)


def strongest_per_s(track: NDArray[np.floating]) -> float:
    """Frequency with the most power, slow drift left out."""
    power = np.abs(np.fft.rfft((track - track.mean()) * np.hanning(len(track))))
    frequency = np.fft.rfftfreq(len(track), 1 / FPS)
    return float(frequency[np.where(frequency >= 1, power, 0).argmax()])


def test_every_keypoint_is_there(motion: Motion) -> None:
    assert motion.keypoints_cm.shape == (600, 24, 3)
    assert np.isfinite(motion.keypoints_cm).all()
    assert len(set(KEYPOINTS)) == 24


@pytest.mark.parametrize(
    ("one", "other", "length_cm"),
    [
        *[(f"Forepaw{s}", f"Wrist{s}", 0.5) for s in "LR"],
        *[(f"Wrist{s}", f"Elbow{s}", 1.25) for s in "LR"],
        *[(f"Elbow{s}", f"Shoulder{s}", 1.1) for s in "LR"],
        *[(f"Hindpaw{s}", f"Ankle{s}", 1.4) for s in "LR"],
        *[(f"Ankle{s}", f"Knee{s}", 1.6) for s in "LR"],
        ("Tail(base)", "Hip", 1.1),
    ],
)
def test_bones_keep_their_length(motion: Motion, one: str, other: str, length_cm: float) -> None:
    lengths = np.linalg.norm(motion[one] - motion[other], axis=-1)
    np.testing.assert_allclose(lengths, length_cm, atol=1e-6)


def test_the_trunk_stretches_only_a_little(motion: Motion) -> None:
    lengths = np.linalg.norm(motion["SpineF"] - motion["SpineG"], axis=-1)
    assert np.ptp(lengths) / lengths.mean() < 0.2


def test_everything_stays_above_the_floor_and_within_the_walls(motion: Motion) -> None:
    assert (motion.keypoints_cm[..., 2] > -0.05).all()
    assert arena.is_inside(motion.keypoints_cm[..., :2], margin_cm=0.1).all()


def test_planted_paws_do_not_slip(motion: Motion) -> None:
    for index, paw in enumerate(PAWS):
        standing = motion.planted[1:, index] & motion.planted[:-1, index]
        steps = np.linalg.norm(np.diff(motion[paw][:, :2], axis=0), axis=-1)
        assert standing.sum() > 100
        assert steps[standing].max() < 1e-6


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("ForepawL", "HindpawR", True),
        ("ForepawR", "HindpawL", True),
        ("ForepawL", "ForepawR", False),
        ("HindpawL", "HindpawR", False),
        ("ForepawL", "HindpawL", False),
    ],
)
def test_walking_steps_with_diagonal_paws(one: str, other: str, together: bool) -> None:
    script = Script((Bout("walking", 2.0, speed_cm_per_s=12),), start_cm=(8, 20))
    planted = move(script).planted[6:-6].T.astype(float)
    agreement = np.corrcoef(planted[PAWS.index(one)], planted[PAWS.index(other)])[0, 1]
    assert agreement > 0.5 if together else agreement < -0.3


@pytest.mark.parametrize(
    ("behaviour", "speed_cm_per_s", "duration_s"), [("walking", 12, 2.0), ("running", 30, 0.8)]
)
def test_speed_is_as_scripted(behaviour: str, speed_cm_per_s: float, duration_s: float) -> None:
    bout = Bout(behaviour, duration_s, speed_cm_per_s=speed_cm_per_s)
    hip = move(Script((bout,), start_cm=(6, 20)))["Hip"][:, :2]
    speed = np.linalg.norm(np.diff(hip, axis=0), axis=-1) * FPS
    assert speed.mean() == pytest.approx(speed_cm_per_s, rel=0.05)


@pytest.mark.parametrize(("side", "sign"), [("left", -1), ("right", 1)])
def test_turns_lead_with_the_head(side: str, sign: int) -> None:
    bouts = (Bout("still", 0.5), Bout(f"turning {side}", 1.0, left_turn_deg=-120 * sign))
    motion = move(Script(bouts))
    trunk = (motion["SpineF"] - motion["Hip"])[:, :2]
    angle = np.unwrap(np.arctan2(trunk[:, 1], trunk[:, 0]))
    assert np.rad2deg(sign * (angle[-1] - angle[0])) == pytest.approx(120, abs=35)
    head = (motion["Snout"] - motion["SpineF"])[:, :2]
    ahead = np.unwrap(np.arctan2(head[:, 1], head[:, 0]))
    assert (sign * (ahead - angle)[25:40] > 0.2).all()


@pytest.mark.parametrize("against_wall", [False, True])
def test_rearing_shortens_the_body_over_the_hind_feet(against_wall: bool) -> None:
    rear = Bout("rearing", 2.0, against_wall=against_wall)
    motion = move(Script((Bout("still", 1.0), rear), start_cm=(32.4, 20)))
    standing, upright = slice(5, 20), slice(45, 75)
    share = top_view_length(motion)[upright].mean() / top_view_length(motion)[standing].mean()
    assert 0.5 < share < 0.68
    assert (motion["ForepawL"][upright, 2] > 3).all()
    assert (motion["HindpawL"][upright, 2] < 0.1).all()
    if against_wall:
        assert (motion["ForepawL"][upright, 0] > arena.SIDE_CM - 0.5).all()
    else:
        assert np.linalg.norm(motion["ForepawL"] - motion["ShoulderL"], axis=-1)[upright].max() < 2


def test_face_grooming_strokes_the_snout() -> None:
    motion = alone("face grooming")
    strokes = np.linalg.norm((motion["ForepawL"] - motion["Snout"])[:, :2], axis=-1)
    assert strokes.max() < 2.5
    assert 4 <= strongest_per_s(strokes) <= 7
    assert top_view_length(motion).max() < 6.2
    assert np.ptp(motion["Hip"], axis=0).max() < 0.01


@pytest.mark.parametrize(("side", "ear_cm"), [("left", "L"), ("right", "R")])
def test_body_grooming_brings_the_snout_to_the_flank(side: str, ear_cm: str) -> None:
    motion = alone("body grooming", side=side)
    from_hip = np.linalg.norm((motion["Snout"] - motion["Hip"])[:, :2], axis=-1)
    assert from_hip.max() < 2.6
    ahead = np.array([1.0, 0.0])
    left = -(motion["Snout"] - motion["Hip"])[:, 1]
    assert ((left > 0) == (side == "left")).all()
    assert ((motion["Snout"] - motion["SpineF"])[:, :2] @ ahead < 0).all()


def test_sniffing_scans_with_the_head_alone() -> None:
    motion = alone("sniffing")
    head = (motion["Snout"] - motion["SpineF"])[:, :2]
    assert 1 <= strongest_per_s(np.arctan2(head[:, 1], head[:, 0])) <= 3
    assert np.ptp(motion["SpineG"][:, :2], axis=0).max() < 0.2
    assert motion.planted.mean() > 0.95


def test_still_moves_nothing() -> None:
    motion = alone("still")
    assert np.ptp(motion.keypoints_cm[10:], axis=0).max() < 0.05
    assert np.ptp(motion.roundness) > 0.01  # but it breathes


def test_scratching_lifts_one_hind_paw_to_the_neck() -> None:
    motion = alone("scratching", side="right")
    assert (motion["HindpawR"][5:-5, 2] > 1).all()
    assert (motion["HindpawL"][5:-5, 2] < 0.1).all()
    assert np.linalg.norm(motion["HindpawR"] - motion["EarR"], axis=-1).mean() < 1.6


def test_stretch_attend_lengthens_the_body() -> None:
    assert (
        top_view_length(alone("stretch attend")).mean()
        > 1.08 * top_view_length(alone("sniffing")).mean()
    )


def test_a_script_through_a_wall_is_refused() -> None:
    bouts = (Bout("still", 1.0), Bout("running", 2.0, speed_cm_per_s=30))
    with pytest.raises(ValueError, match=r"found Snout in a wall .* in bout 1 \(running\)"):
        move(Script(bouts))


@pytest.mark.parametrize(
    ("point_cm", "pixel"),
    [((20, 20, 0), (240, 240)), ((0, 40, 0), (30, 450)), ((20, 20, 9), (240, 240))],
    ids=["middle", "corner", "height in the middle"],
)
def test_camera(point_cm: tuple[float, ...], pixel: tuple[float, ...]) -> None:
    assert arena.to_pixels(np.array(point_cm, dtype=float)) == pytest.approx(pixel)


def test_what_is_higher_is_seen_further_out() -> None:
    low, high = arena.to_pixels(np.array([[38.0, 20.0, 0.0], [38.0, 20.0, 8.0]]))
    assert high[0] > low[0] + 10
