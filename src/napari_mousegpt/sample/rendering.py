"""Frames of the moving mouse: fur, skin, shadow and sensor. Knows no behaviour and no file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.sample.arena import FRAME_PX
from napari_mousegpt.sample.body import Body, build_body
from napari_mousegpt.sample.layer import Box, Lamp, Layer, Picture, darken, shadow_disc
from napari_mousegpt.sample.motion import Motion
from napari_mousegpt.sample.scene import paint_arena, smooth_noise

LAMPS = (Lamp((0.42, 0.30), darkness=0.24), Lamp((-0.50, 0.22), darkness=0.15))
CONTACT = Lamp((0.0, 0.0), darkness=0.30, penumbra_px=5.0)
TEXTURE_PX = 256
FRINGE_PX = 0.8
NOISE_GREY = 2.4
FUR_TINT = np.array([1.05, 1.0, 0.97], np.float32)
SUN = np.array([-0.30, -0.35, 0.89], np.float32)


def render(motion: Motion, *, seed: int = 0) -> Iterator[NDArray[np.uint8]]:
    """Yield the frames of a film of the mouse, each of shape (480, 480, 3), RGB.

    The seed decides on the floor, the coat and the noise of the camera, so that the same motion and
    seed give the same pixels.
    """
    rng = np.random.default_rng(seed)
    arena = paint_arena(rng)
    coat = _coat(rng)
    body = build_body(motion)
    bank_px = FRAME_PX + 64
    bank = np.rint(NOISE_GREY * rng.standard_normal((bank_px, bank_px))).astype(np.int16)
    empty = arena.astype(np.int16)
    for frame in range(motion.n_frames):
        box = _crop(body, frame)
        left, top, right, bottom = box
        crop = _soften(_paint_mouse(arena[top:bottom, left:right], body, frame, box, coat))
        row, column = rng.integers(0, 64, 2)
        picture = empty.copy()
        picture[top:bottom, left:right] = crop
        picture += bank[row : row + FRAME_PX, column : column + FRAME_PX, None]
        yield np.clip(picture, 0, 255).astype(np.uint8)


def _coat(rng: np.random.Generator) -> Picture:
    """Texture of the fur: hairs run along the spine."""
    hairs = smooth_noise(rng, (TEXTURE_PX, TEXTURE_PX), scale_px=(5, 2))
    patches = smooth_noise(rng, (TEXTURE_PX, TEXTURE_PX), scale_px=(16, 10))
    return 0.8 * hairs + 0.5 * patches


def _crop(body: Body, frame: int) -> Box:
    """Around the mouse and all its shadows."""
    balls = np.concatenate([part[frame, :, :4] for part in (body.trunk, body.limbs, body.skin)])
    lows, highs = [], []
    for lamp in (*LAMPS, CONTACT):
        middle, reach = shadow_disc(balls, lamp)
        lows.append((middle - reach[:, None]).min(axis=0))
        highs.append((middle + reach[:, None]).max(axis=0))
    left, top = np.maximum(np.min(lows, axis=0).astype(int) - 2, 0)
    right, bottom = np.minimum(np.max(highs, axis=0).astype(int) + 3, FRAME_PX)
    return int(left), int(top), int(right), int(bottom)


def _paint_mouse(floor: Picture, body: Body, frame: int, box: Box, coat: Picture) -> Picture:
    fur, skin = Layer.blank(box, 2), Layer.blank(box, 3)
    for ball in body.trunk[frame]:
        fur.ball(ball, frame_of_spine=ball[4:])
    for ball in body.limbs[frame]:
        fur.ball(ball)
    for ball, colour in zip(body.skin[frame], body.skin_colour, strict=True):
        skin.ball(ball, values=colour)
    picture = floor * (1 - _shadow(body, frame, box))[..., None]
    fur_colour, fur_cover = _shade_fur(fur, coat)
    skin_cover = np.clip(skin.edge + 0.5, 0, 1)
    on_top = skin_cover * (skin.height > fur.height)
    picture = _lay(picture, np.moveaxis(skin.values, 0, -1), skin_cover)
    picture = _lay(picture, fur_colour, fur_cover * (1 - on_top))
    return _lay(picture, np.float32(60.0), 0.16 * _whisker_mask(body.whiskers[frame], box))


def _lay(picture: Picture, colour: Picture | np.float32, cover: Picture) -> Picture:
    return picture + cover[..., None] * (colour - picture)


def _shadow(body: Body, frame: int, box: Box) -> Picture:
    parts = (
        body.trunk[frame, ::3, :4],
        body.limbs[frame, 4::5],
        body.skin[frame, : body.n_tail : 2],
    )
    casters = np.concatenate(parts)
    light = np.ones((box[3] - box[1], box[2] - box[0]), np.float32)
    for lamp in (*LAMPS, CONTACT):
        shade = np.zeros_like(light)
        darken(shade, box, casters, lamp)
        light *= 1 - shade
    return 1 - light


def _shade_fur(fur: Layer, coat: Picture) -> tuple[Picture, Picture]:
    along, across = fur.values
    texture = coat[along.astype(int) % TEXTURE_PX, across.astype(int) % TEXTURE_PX]
    slope_y, slope_x = np.gradient(np.maximum(fur.height, 0))
    facing = (SUN[2] - SUN[0] * slope_x - SUN[1] * slope_y) / np.sqrt(
        1 + slope_x * slope_x + slope_y * slope_y
    )
    sheen = np.clip(facing, 0, 1) ** 2
    grey = 24 + 30 * sheen + (2.0 + 4.5 * sheen) * texture
    cover = np.clip((fur.edge + FRINGE_PX * texture) / 1.6 + 0.5, 0, 1)
    return grey[..., None] * FUR_TINT, cover


def _whisker_mask(points: Picture, box: Box) -> Picture:
    left, top, right, bottom = box
    mask = np.zeros((bottom - top, right - left), np.float32)
    column, row = np.floor(points - (left, top)).astype(int).T
    inside = (column >= 0) & (column < right - left) & (row >= 0) & (row < bottom - top)
    mask[row[inside], column[inside]] = 1
    return mask


def _soften(crop: Picture) -> Picture:
    """The blur of a lens."""
    out = crop.copy()
    out[1:-1] = 0.7 * crop[1:-1] + 0.15 * (crop[:-2] + crop[2:])
    across = out.copy()
    across[:, 1:-1] = 0.7 * out[:, 1:-1] + 0.15 * (out[:, :-2] + out[:, 2:])
    return across
