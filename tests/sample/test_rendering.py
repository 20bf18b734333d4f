"""The film shows the mouse where its keypoints are, and always the same mouse."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from napari_mousegpt.sample.motion import Motion, move
from napari_mousegpt.sample.rendering import render
from napari_mousegpt.sample.scene import paint_arena
from napari_mousegpt.sample.script import Bout, Script
from napari_mousegpt.sample.skeleton import KEYPOINTS

SCRIPT = Script(
    (
        Bout("walking", 0.4, speed_cm_per_s=12),
        Bout("rearing", 0.4),
        Bout("face grooming", 0.4),
        Bout("body grooming", 0.4),
        Bout("scratching", 0.4),
    )
)


@pytest.fixture(scope="module")
def motion() -> Motion:
    return move(SCRIPT)


def test_keypoints_lie_on_the_mouse(motion: Motion) -> None:
    floor = paint_arena(np.random.default_rng(3)).mean(axis=-1)
    darker = np.zeros((motion.n_frames, len(KEYPOINTS)))
    for frame, picture in enumerate(render(motion, seed=3)):
        difference = floor - picture.mean(axis=-1)
        for index, (x, y) in enumerate(motion.keypoints_px[frame].astype(int)):
            darker[frame, index] = difference[y - 1 : y + 2, x - 1 : x + 2].max()
    assert dict(zip(KEYPOINTS, darker.min(axis=0) > 25, strict=True)) == dict.fromkeys(
        KEYPOINTS, True
    )


def test_only_the_mouse_and_its_shadow_change(motion: Motion) -> None:
    picture = next(render(motion))
    assert picture.shape == (480, 480, 3)
    assert picture.dtype == np.uint8
    floor = paint_arena(np.random.default_rng(0))
    changed = np.abs(picture - floor).mean(axis=-1) > 12
    around = motion.keypoints_px[0]
    rows, columns = np.nonzero(changed)
    assert 0.005 < changed.mean() < 0.05
    assert (np.abs(columns - around[:, 0].mean()) < 130).all()
    assert (np.abs(rows - around[:, 1].mean()) < 130).all()


@pytest.mark.parametrize(("seed", "same"), [(0, True), (1, False)])
def test_the_seed_decides_on_the_pixels(motion: Motion, seed: int, same: bool) -> None:
    one, other = (
        np.stack(list(itertools.islice(render(motion, seed=each), 5))) for each in (0, seed)
    )
    assert np.array_equal(one, other) == same


def test_frames_differ_by_noise_even_when_the_mouse_is_still() -> None:
    first, second = itertools.islice(render(move(Script((Bout("still", 0.5),)))), 2)
    assert 1 < np.abs(first.astype(int) - second).mean() < 5
