"""What is learnt of an arena while an animal is in it, and whether there is one at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from drawn_arena import BODY_LENGTH_PX, film, walk
from PIL import Image, ImageDraw

from napari_mousegpt.captioning.background import learn_background
from napari_mousegpt.captioning.resting_animal import find_resting_animal, paint_out
from napari_mousegpt.captioning.small_picture import shrink

EMPTY = shrink(film([[np.nan, np.nan]], noise=0.0)[0], 1)


def grooming(n_frames: int, centre: tuple[float, float] = (200, 100)) -> np.ndarray:
    """Film of a mouse that stays, but for its head."""
    frames = film([centre] * n_frames, headings=[0.4] * n_frames)
    for i, frame in enumerate(frames):
        picture = Image.fromarray(frame)
        x, y = centre[0] + 24 + 4 * (i % 3), centre[1] + 12 - 3 * (i % 2)
        ImageDraw.Draw(picture).ellipse((x - 7, y - 7, x + 7, y + 7), fill=(40, 40, 40))
        frames[i] = np.asarray(picture)
    return frames


@pytest.mark.parametrize(
    "frames",
    [
        pytest.param(film(walk(80)), id="walks"),
        pytest.param(film(walk(80), mouse=150, floor=30), id="bright"),
        pytest.param(grooming(30), id="stays"),
        pytest.param(grooming(4), id="four frames"),
        pytest.param(np.concatenate([grooming(50), film(walk(30))]), id="stays, then walks"),
        pytest.param(film(np.vstack([np.full((50, 2), np.nan), walk(30)])), id="comes late"),
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


@pytest.mark.parametrize("n_frames", [1, 4, 40])
@pytest.mark.parametrize("flicker", [0.0, 0.2])
def test_empty_arena_has_no_animal(n_frames: int, flicker: float) -> None:
    brightness = np.random.default_rng(1).uniform(1 - flicker, 1, (n_frames, 1, 1, 1))
    frames = (film([[np.nan, np.nan]] * n_frames) * brightness).astype(np.uint8)
    assert np.isnan(learn_background(frames).body_length_px)


def test_change_all_over_the_picture_is_no_small_animal() -> None:
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 255, (12, 24, 32, 3), dtype=np.uint8)
    frames = [np.asarray(Image.fromarray(part).resize((320, 240))) for part in coarse]
    assert learn_background(frames).fills_picture


def test_reads_in_file_order_where_it_can() -> None:
    class Video:
        asked: list[int] = []
        frames = film(walk(200))

        def __len__(self) -> int:
            return len(self.frames)

        def read_frames(self, items: Iterable[int]) -> Iterator[tuple[int, np.ndarray]]:
            for item in items:
                self.asked.append(item)
                yield item, self.frames[item]

    learn_background(Video(), n_frames=20)
    assert len(Video.asked) == 20
    assert Video.asked == sorted(Video.asked)
    assert (Video.asked[0], Video.asked[-1]) == (0, 199)


def test_empty_video() -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        learn_background([])


def test_resting_animal_is_found_and_painted_out() -> None:
    pictures = np.stack([shrink(frame, 1) for frame in grooming(12)])
    median = np.median(pictures, axis=0)
    animal = find_resting_animal(median, pictures, noise=2.0)
    assert animal is not None
    y, x = np.nonzero(animal)
    assert np.hypot(x.mean() - 200, y.mean() - 100) < 0.2 * BODY_LENGTH_PX
    painted = paint_out(median, animal)
    assert np.abs(painted - EMPTY)[85:115, 180:220].max() < 15
    assert (painted == median)[:, :100].all()


def test_what_rests_without_any_motion_is_no_animal() -> None:
    pictures = np.stack([shrink(frame, 1) for frame in film([(200, 100)] * 12, headings=[0] * 12)])
    assert find_resting_animal(np.median(pictures, axis=0), pictures, noise=2.0) is None
