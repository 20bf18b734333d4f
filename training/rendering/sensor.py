"""What a camera and a codec do to pictures: flicker, gamma, blur, blocks, shake, noise."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from training.rendering.looks import Looks

BLOCK = 8


def film_pictures(pictures: Tensor, looks: Looks) -> Tensor:
    """Return uint8 pictures of the same shape, (clips, frames, side, side)."""
    clips, frames, side, _ = pictures.shape
    device = pictures.device

    def of(name: str) -> Tensor:
        return looks[name].view(-1, 1, 1, 1).to(pictures)

    def noise(cells: int, mode: str) -> Tensor:
        coarse = torch.randn(clips, frames, cells, cells, device=device).to(pictures)
        return functional.interpolate(coarse, size=(side, side), mode=mode)

    lamp = torch.randn(clips, frames, 1, 1, device=device).to(pictures)
    pictures = (pictures * (1 + of("flicker") * lamp)).clamp(1e-3, 1) ** of("gamma")
    soft = functional.avg_pool2d(pictures, 3, 1, 1, count_include_pad=False)
    pictures = torch.lerp(pictures, soft, of("blur"))
    half = functional.avg_pool2d(pictures, 2)
    coarse = functional.interpolate(half, size=(side, side), mode="bilinear")
    pictures = torch.where(of("coarse") > 0, coarse, pictures)
    pictures = pictures + of("slow_noise") * noise(side // BLOCK, "bilinear")
    pictures = compressed(pictures, looks["compression"])
    pictures = _shaken(pictures, looks["shake"])
    grain = torch.randn(pictures.shape, device=device).to(pictures)
    return ((pictures + of("noise") * grain).clamp(0, 1) * 255).round().to(torch.uint8)


def compressed(pictures: Tensor, strength: Tensor) -> Tensor:
    """Round the cosine coefficients of 8 x 8 blocks, the fine ones most, as video codecs do.

    ``strength`` is the step of the finest coefficient, in greys from 0 to 1; 0 leaves a clip as
    it is. A side that is no multiple of 8 raises.
    """
    side = pictures.shape[-1]
    if side % BLOCK:
        raise ValueError(f"expected a side that is a multiple of {BLOCK}, found {side}")
    basis = _cosines(pictures.device).to(pictures)
    chosen = (strength > 0).nonzero()[:, 0]
    if not len(chosen):
        return pictures
    some = pictures[chosen]
    clips, frames = some.shape[:2]
    blocks = some.view(clips, frames, side // BLOCK, BLOCK, side // BLOCK, BLOCK)
    blocks = blocks.transpose(3, 4)
    frequency = torch.arange(BLOCK, device=pictures.device)
    weight = (1 + frequency[:, None] + frequency[None]).to(pictures) / (2 * BLOCK - 1)
    step = strength[chosen].view(-1, 1, 1, 1, 1, 1).to(pictures) * weight * BLOCK / 2
    rounded = ((basis @ blocks @ basis.T) / step).round() * step
    blocks = (basis.T @ rounded @ basis).transpose(3, 4)
    return pictures.index_copy(0, chosen, blocks.reshape(clips, frames, side, side))


def _cosines(device: torch.device) -> Tensor:
    """Orthonormal cosine basis of eight samples."""
    place = torch.arange(BLOCK, device=device, dtype=torch.float)
    basis = torch.cos(torch.pi / BLOCK * (place[None] + 0.5) * place[:, None]) * (2 / BLOCK) ** 0.5
    basis[0] /= 2**0.5
    return basis


def _shaken(pictures: Tensor, shake: Tensor) -> Tensor:
    """Move whole pictures by a pixel from frame to frame."""
    chosen = (shake > 0).nonzero()[:, 0]
    if not len(chosen):
        return pictures
    moved = pictures[chosen]
    for frame in range(1, pictures.shape[1]):
        by = torch.randint(-1, 2, (2,)).tolist()
        moved[:, frame] = torch.roll(moved[:, frame], by, (1, 2))
    return pictures.index_copy(0, chosen, moved)
