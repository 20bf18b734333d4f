"""Rendered mice do what their facts say."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from training.rendering.body import KEYPOINTS, pose_bodies
from training.rendering.camera import Camera
from training.rendering.chance import Chance
from training.rendering.clips import RenderedClips, Renderer
from training.rendering.course import draw_course, turn_word
from training.rendering.floor import leaned_on, read_backgrounds
from training.rendering.looks import VIEWS, draw_looks
from training.rendering.sensor import compressed

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def clips() -> RenderedClips:
    return Renderer(32, CPU, seed=5, mixed=0.2, absent=0.1).draw(240)


def directions(clips: RenderedClips) -> np.ndarray:
    """Angle of the line from tail base to neck, degrees, positive to the animal's left."""
    places = clips.keypoints.numpy()
    line = places[:, :, KEYPOINTS.index("neck")] - places[:, :, KEYPOINTS.index("tail base")]
    angles = np.unwrap(np.arctan2(-line[..., 1], line[..., 0]), axis=1)
    mirrored = (clips.view == VIEWS.index("bottom")).numpy()
    return np.degrees(np.where(mirrored[:, None], -angles, angles))


def test_a_sharp_turn_is_seen_to_its_side(clips: RenderedClips) -> None:
    angles = directions(clips)
    sharp = [
        (angles[i, -1] - angles[i, 0], one.turn)
        for i, one in enumerate(clips.facts)
        if one is not None and one.turn.startswith("sharp")
    ]
    assert len(sharp) > 20
    assert all((turned > 0) == (turn == "sharp left") for turned, turn in sharp)


def test_only_what_walks_gets_ahead(clips: RenderedClips) -> None:
    middle = clips.keypoints[:, :, KEYPOINTS.index("middle")].numpy()
    body = np.linalg.norm(
        clips.keypoints[:, 0, KEYPOINTS.index("nose")].numpy()
        - clips.keypoints[:, 0, KEYPOINTS.index("tail base")].numpy(),
        axis=1,
    )
    way = np.linalg.norm(np.diff(middle, axis=1), axis=2).sum(axis=1) / body
    of = {
        speed: [
            way[i] for i, one in enumerate(clips.facts) if one is not None and one.speed == speed
        ]
        for speed in ("not moving", "slow", "fast")
    }
    assert np.median(of["not moving"]) < 0.3 < np.median(of["slow"]) < np.median(of["fast"])


def test_every_behaviour_a_change_and_an_empty_floor_are_drawn(clips: RenderedClips) -> None:
    known = [one for one in clips.facts if one is not None]
    assert len({one.behaviour for one in known}) == 12
    empty = np.array([one is None for one in clips.facts])
    assert 10 < empty.sum() < 45
    assert np.isnan(clips.keypoints.numpy()[empty]).all()
    assert np.isfinite(clips.keypoints.numpy()[~empty]).all()
    for facts, change in zip(clips.facts, clips.changes, strict=True):
        assert change is None or (facts is not None and facts.behaviour in change)
    assert sum(change is not None for change in clips.changes) > 20


def test_the_mouse_is_where_its_keypoints_are() -> None:
    """The grey at the middle of the body is not that of the empty floor."""
    told = Renderer(64, CPU, seed=8, mixed=0, absent=0).draw(60)
    told_empty = Renderer(64, CPU, seed=8, mixed=0, absent=1).draw(60)
    differs = []
    for i in range(60):
        x, y = ((told.keypoints[i, 4, 4] + 1) * 32).long().clamp(2, 61).tolist()
        square = (i, 4, slice(y - 2, y + 3), slice(x - 2, x + 3))
        differs.append(abs(told.pixels[square].float() - told_empty.pixels[square].float()).mean())
    assert np.mean(np.array(differs) > 10) > 0.8


def test_another_mouse_is_painted_and_nothing_told_of_it() -> None:
    alone = Renderer(64, CPU, seed=6, mixed=0, absent=0.2).draw(40)
    beside = Renderer(64, CPU, seed=6, mixed=0, absent=0.2, neighbour=1.0).draw(40)
    assert beside.facts == alone.facts
    assert torch.equal(beside.keypoints.nan_to_num(), alone.keypoints.nan_to_num())
    differs = (beside.pixels.float() - alone.pixels.float()).abs() > 40
    shares = differs.float().mean((1, 2, 3))
    empty = torch.tensor([one is None for one in alone.facts])
    assert shares[~empty].median() > 0.02  # of the picture is covered by the other one
    assert shares[empty].median() < 0.02  # where nobody is, nobody is added


def test_a_mouse_that_rears_may_lean_on_a_wall() -> None:
    """The wall begins right before the snout, where it reaches furthest."""
    chance = Chance(600, torch.Generator().manual_seed(2))
    course = draw_course(torch.full((600,), 0.5), chance, mixed=0, absent=0)
    looks = draw_looks(chance)
    body = pose_bodies(course, looks, CPU)
    camera = Camera.on(body, looks, CPU)
    leaning = leaned_on(looks, body, camera)
    moved = leaning["wall_at"] != looks["wall_at"]
    rears = torch.tensor([one is not None and one.behaviour == "rearing" for one in course.facts])
    assert 0.2 < moved[rears].float().mean() < 0.6
    assert moved[~rears].float().mean() < 0.25
    x, y = camera.see(body.points["nose"])
    towards = leaning["wall_towards"]
    reach = (x * torch.cos(towards)[:, None] + y * torch.sin(towards)[:, None]).amax(1)
    ahead = (leaning["wall_at"] - reach) / camera.scale[:, 0]
    assert (ahead[moved] > -0.021).all()
    assert (ahead[moved] < 0.121).all()


def test_what_happens_on_the_spot_can_turn_a_little() -> None:
    told = Renderer(32, CPU, seed=9, mixed=0, absent=0).draw(480)
    turns = [one.turn for one in told.facts if one is not None and one.behaviour == "sniffing"]
    assert 0.2 < np.mean([turn != "no turn" for turn in turns]) < 0.65
    assert {one.turn for one in told.facts if one and one.behaviour == "still"} == {"no turn"}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="needs a C++ compiler")
def test_compiled_painting_paints_the_same() -> None:
    plain = Renderer(32, CPU, seed=3, neighbour=0.5).draw(6)
    fast = Renderer(32, CPU, seed=3, neighbour=0.5, compiled=True).draw(6)
    assert (plain.pixels.int() - fast.pixels.int()).abs().max() <= 1


def test_the_same_seed_gives_the_same_clips() -> None:
    first, again = (Renderer(32, CPU, seed=3) for _ in range(2))
    first.draw(4)
    again.skip(1)
    one, other = first.draw(4), again.draw(4)
    assert torch.equal(one.pixels, other.pixels)
    assert one.facts == other.facts
    assert not torch.equal(one.pixels, Renderer(32, CPU, seed=4).draw(4).pixels)


@pytest.mark.parametrize(
    ("degrees", "word"),
    [
        (80, "sharp left"),
        (20, "slight left"),
        (0, "no turn"),
        (-20, "slight right"),
        (-80, "sharp right"),
    ],
)
def test_turns_have_words(degrees: float, word: str) -> None:
    assert turn_word(degrees) == word


def test_compression_loses_the_fine_and_keeps_the_mean() -> None:
    pictures = torch.rand(2, 8, 16, 16, generator=torch.Generator().manual_seed(0))
    kept = compressed(pictures, torch.tensor([0.0, 1.0]))
    assert torch.equal(kept[0], pictures[0])
    assert kept[1].std() < 0.7 * pictures[1].std()
    assert abs(float(kept[1].mean() - pictures[1].mean())) < 0.05
    with pytest.raises(ValueError, match="multiple of 8"):
        compressed(pictures[..., :15], torch.tensor([0.0, 1.0]))


def test_floors_of_real_films(shared_data: Path, tmp_path: Path) -> None:
    floors = read_backgrounds(
        shared_data / "videos_with_pose" / "two_mice_topview", count=4, side=32, seed=0
    )
    assert floors.shape == (4, 1, 32, 32)
    assert floors.float().std() > 5
    mice = Renderer(32, CPU, seed=1, backgrounds=floors).draw(6)
    plain = Renderer(32, CPU, seed=1).draw(6)
    assert not torch.equal(mice.pixels, plain.pixels)
    with pytest.raises(ValueError, match="expected films"):
        read_backgrounds(tmp_path, count=1, side=32, seed=0)
