"""The built-in model on the same clips by the engine and by plain ``generate``, in turns.

python benchmarks/captions_engine.py
"""

from __future__ import annotations

import time

import numpy as np

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.mousegpt_tiny import MouseGPTTiny
from napari_mousegpt.datamodel.timerange import TimeRange

CLIPS, TURNS = 32, 3


def dark_ellipse_that_moves(distance_px: int) -> Clip:
    """A clip of 128 px in which something like a mouse covers a distance."""
    y, x = np.mgrid[:128, :128]
    frames = [
        np.where(((x - at) / 26) ** 2 + ((y - 64) / 12) ** 2 < 1, 40, 200).astype(np.uint8)
        for at in np.linspace(24, 24 + distance_px, 8)
    ]
    return Clip(
        video="cam0",
        individual="individual_0",
        window=TimeRange(0, 60),
        frames=tuple(range(8)),
        times_s=tuple(np.linspace(0, 1.9667, 8).tolist()),
        pixels=np.repeat(np.stack(frames)[..., None], 3, axis=-1),
    )


def main() -> None:
    """Print captions per second of processor time, and whether the answers are the same."""
    clips = [dark_ellipse_that_moves(8 * number % 90) for number in range(CLIPS)]
    plain, engine = MouseGPTTiny(device="cpu", batch_size=8), MouseGPTTiny(device="cpu")
    plain._engine_or_none = lambda: None  # type: ignore[method-assign]
    best_s = {"generate, 8 at once": np.inf, "engine": np.inf}
    texts = {}
    for _ in range(TURNS):
        for name, model in zip(best_s, (plain, engine), strict=True):
            model.describe(clips[:1])
            started_s = time.process_time()
            texts[name] = [answer.text for answer in model.describe(clips)]
            best_s[name] = min(best_s[name], time.process_time() - started_s)
    for name, seconds in best_s.items():
        print(f"{name}: {CLIPS / seconds:.1f} captions per second of processor time")
    plain_texts, engine_texts = texts.values()
    same = sum(one == other for one, other in zip(plain_texts, engine_texts, strict=True))
    print(f"{same} of {CLIPS} answers are the same")


if __name__ == "__main__":
    main()
