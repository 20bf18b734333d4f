"""What is learnt of an arena while an animal is in it, and whether there is one at all."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_arena import BODY_LENGTH_PX, NOWHERE, close_up, film, walk
from PIL import Image, ImageDraw

from napari_mousegpt.captioning.background import learn_background
from napari_mousegpt.captioning.resting_animal import find_resting_animal, paint_out
from napari_mousegpt.captioning.small_picture import shrink

EMPTY = shrink(film([NOWHERE], noise=0.0)[0], 1)


def grooming(n_frames: int, centre: tuple[float, float] = (150, 75)) -> np.ndarray:
    """Film of a mouse that stays, but for its head."""
    frames = film([centre] * n_frames, headings=[0.4] * n_frames)
    for i, frame in enumerate(frames):
        picture = Image.fromarray(frame)
        x, y = centre[0] + 18 + 3 * (i % 3), centre[1] + 9 - 2 * (i % 2)
        ImageDraw.Draw(picture).ellipse((x - 5, y - 5, x + 5, y + 5), fill=(40, 40, 40))
        frames[i] = np.asarray(picture)
    return frames


@pytest.mark.parametrize(
    "frames",
    [
        pytest.param(film(walk(40)), id="walks"),
        pytest.param(film(walk(40), mouse=150, floor=30), id="bright"),
        pytest.param(grooming(30), id="stays"),
        pytest.param(grooming(4), id="four frames"),
        pytest.param(np.concatenate([grooming(30), film(walk(20))]), id="stays, then walks"),
        pytest.param(film(np.vstack([np.full((30, 2), np.nan), walk(20)])), id="comes late"),
    ],
)
def test_animal_is_not_in_its_background(frames: np.ndarray) -> None:
    frames.setflags(write=False)
    background = learn_background(frames)
    floor = EMPTY * 30 / 180 if frames.max() < 170 else EMPTY
    difference = np.abs(background.arena.picture - floor)
    assert np.percentile(difference[20:-20], 99.5) < 25  # a tail may stay
    assert background.body_length_px == pytest.approx(BODY_LENGTH_PX, rel=0.2)
    assert not background.fills_picture


@pytest.mark.parametrize("n_frames", [1, 4, 20])
@pytest.mark.parametrize("flicker", [0.0, 0.2])
def test_empty_arena_has_no_animal(n_frames: int, flicker: float) -> None:
    brightness = np.random.default_rng(1).uniform(1 - flicker, 1, (n_frames, 1, 1, 1))
    frames = (film([NOWHERE] * n_frames) * brightness).astype(np.uint8)
    assert np.isnan(learn_background(frames).body_length_px)


def test_change_all_over_the_picture_is_no_small_animal() -> None:
    assert learn_background(close_up()).fills_picture


def test_reads_what_is_quick_to_read_and_leaves_out_what_cannot_be_read() -> None:
    asked: list[int] = []

    class OneHour:
        def __len__(self) -> int:
            return 108_000

        def cheap_items(self, count: int) -> list[int]:
            return [250 * i for i in range(count)]

        def __getitem__(self, item: int) -> np.ndarray:
            asked.append(item)
            if item == 500:
                raise OSError("frame 500 cannot be decoded")
            return film([NOWHERE], seed=item)[0]

    learn_background(OneHour(), n_frames=10)
    assert asked == [250 * i for i in range(10)]


def test_empty_video() -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        learn_background([])


def test_resting_animal_is_found_and_painted_out() -> None:
    pictures = np.stack([shrink(frame, 1) for frame in grooming(12)])
    median = np.median(pictures, axis=0)
    animal = find_resting_animal(median, pictures, noise=2.0)
    assert animal is not None
    y, x = np.nonzero(animal)
    assert np.hypot(x.mean() - 150, y.mean() - 75) < 0.2 * BODY_LENGTH_PX
    painted = paint_out(median, animal)
    assert np.abs(painted - EMPTY)[65:85, 135:165].max() < 15
    assert (painted == median)[:, :75].all()


def test_what_rests_without_any_motion_is_no_animal() -> None:
    pictures = np.stack([shrink(frame, 1) for frame in film([(150, 75)] * 12, headings=[0] * 12)])
    assert find_resting_animal(np.median(pictures, axis=0), pictures, noise=2.0) is None
