"""What a training run is made of, in two sizes; a TOML file can change any number."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Settings:
    """All numbers of a run. Steps are counted, not seconds, so that a run can be repeated.

    Attributes
    ----------
    patch_px
        Side of the patches of a 128 px frame.
    vision_width, vision_layers, text_width, text_layers
        Size of the two networks.
    batch, fresh, pool
        Clips in a step; how many of them are newly rendered; how many are kept to draw from.
    vision_steps, language_steps
        Steps of the first stage (keypoints and facts) and of the second (words).
    mixed, absent, neighbour
        Shares of clips with a change of behaviour, without an animal, and with a second one.
    eye_rate
        How fast the eye learns in the second stage, beside the words; 0 leaves it as it is.
    fast_cpu
        Whether to use bfloat16 and compiled painting on a CPU; a GPU has its own.
    keyword_weight
        How much more a token of the keywords counts than one of the sentences.
    head_weight
        How much keypoints and facts count in the second stage.
    motion_clips
        Clips that speed and turn as numbers are learned from, when all else is done.
    save_every
        Steps between checkpoints.
    held_out
        Clips that each row of the evaluation is measured on.
    """

    seed: int = 1
    patch_px: int = 16
    vision_width: int = 192
    vision_layers: int = 6
    text_width: int = 256
    text_layers: int = 6
    batch: int = 512
    fresh: int = 160
    pool: int = 49_152
    vision_steps: int = 1_600
    language_steps: int = 4_800
    learning_rate: float = 1e-3
    warm_up_steps: int = 150
    weight_decay: float = 0.05
    mixed: float = 0.12
    absent: float = 0.03
    neighbour: float = 0.3
    eye_rate: float = 0.6
    fast_cpu: bool = False
    keyword_weight: float = 2.5
    head_weight: float = 0.25
    motion_clips: int = 30_000
    save_every: int = 400
    held_out: int = 1_536

    @classmethod
    def read(cls, size: str, path: Path | None = None, **changes: Any) -> Settings:
        """Numbers of a size, changed by a TOML file and then by ``changes``.

        Raises
        ------
        ValueError
            If the size or a name in the file is not known.
        """
        if size not in SIZES:
            raise ValueError(f"expected a size of {', '.join(SIZES)}, found {size!r}")
        written = {} if path is None else tomllib.loads(path.read_text())
        names = {field.name for field in dataclasses.fields(cls)}
        if unknown := sorted(set(written) - names):
            raise ValueError(
                f"{path}: unknown settings {', '.join(unknown)}; "
                f"known are {', '.join(sorted(names))}"
            )
        return dataclasses.replace(SIZES[size], **{**written, **changes})

    def as_dict(self) -> dict[str, Any]:
        """Names and values, as stored with checkpoints and weights."""
        return dataclasses.asdict(self)


SIZES = {
    "full": Settings(),
    "more": Settings(
        batch=64,
        fresh=32,
        pool=16_384,
        vision_steps=1_100,
        language_steps=300,
        learning_rate=2.5e-4,
        warm_up_steps=60,
        eye_rate=0.0,
        fast_cpu=True,
        save_every=50,
        held_out=384,
    ),
    "small": Settings(
        patch_px=32,
        vision_width=64,
        vision_layers=3,
        text_width=64,
        text_layers=3,
        batch=16,
        fresh=2,
        pool=64,
        vision_steps=30,
        language_steps=160,
        learning_rate=3e-3,
        warm_up_steps=5,
        motion_clips=64,
        save_every=40,
        held_out=12,
    ),
}
