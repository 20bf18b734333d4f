"""What a captioner learns from: one window, its pictures, and what is true of it. Knows no model.

A folder of records is the whole truth for training: ``records.jsonl`` and the pictures as PNG, as
exactly as a captioner gets them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.datamodel.description import LEVELS, Description
from napari_mousegpt.datamodel.facts import Facts
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.durable import read_lines, replace_file
from napari_mousegpt.training.phrases import Piece, corrected_pieces, describe_fully

RECORDS, IMAGES = "records.jsonl", "images"


@dataclass(frozen=True, slots=True)
class Record:
    """One window of one animal and what is known of it.

    Attributes
    ----------
    animal, group
        Whose window it is, and the unit that is held out as a whole: an animal, cage or recording.
    frames, times_s
        Of the pictures, as in a clip.
    facts
        Known facts by name (see `datamodel.facts`).
    corrected, levels
        A person's text where there is one, and which of its levels they wrote.
    images
        Files of the pictures, relative to the folder of records.
    held_out
        Whether it is only for measuring.
    """

    id: str
    recording: str
    video: str
    individual: str
    animal: str
    group: str
    start: int
    stop: int
    frames: tuple[int, ...]
    times_s: tuple[float, ...]
    camera_view: str
    facts: Mapping[str, str]
    features: Mapping[str, float] = field(default_factory=dict)
    corrected: Mapping[str, Any] | None = None
    levels: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    held_out: bool = False

    @property
    def behaviour(self) -> str:
        """What people say it is."""
        return self.facts.get("behaviour", "")

    def known(self) -> Facts:
        """The facts as a value."""
        return Facts(**self.facts)

    def pieces(self, rng: random.Random, facts: Facts | None = None) -> list[Piece]:
        """The answer to learn, in one of its phrasings; ``facts`` replace the record's own."""
        if self.corrected is not None:
            return corrected_pieces(self.description, self.levels)
        return describe_fully(facts or self.known(), rng)

    @property
    def description(self) -> Description:
        """The person's text.

        Raises
        ------
        ValueError
            If there is none.
        """
        if self.corrected is None:
            raise ValueError(f"{self.id} has facts and no text of a person")
        levels = {level: self.corrected.get(level) for level in LEVELS[1:]}
        words = tuple(self.corrected.get("keywords") or ())
        return Description(str(self.corrected["overall"]), **levels, keywords=words)


def record_from(values: Mapping[str, Any]) -> Record:
    """Read a line of ``records.jsonl``."""
    lists = ("frames", "times_s", "levels", "images")
    return Record(**{**values, **{name: tuple(values[name]) for name in lists}})


def write_records(folder: Path, records: Iterable[Record]) -> None:
    """Replace ``records.jsonl`` of a folder."""
    import json

    lines = [json.dumps(asdict(record), ensure_ascii=False, allow_nan=False) for record in records]
    replace_file(
        folder / RECORDS, lambda beside: _write(beside, "".join(f"{line}\n" for line in lines))
    )


def read_records(folder: Path) -> list[Record]:
    """Read the records of a folder.

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    if not (folder / RECORDS).is_file():
        raise FileNotFoundError(f"{folder}: expected training records ({RECORDS}), found none")
    return [record_from(values) for values in read_lines(folder / RECORDS)[0]]


def clip_of(record: Record, folder: Path) -> Clip:
    """Read the pictures of a record, and put together the clip that a captioner gets."""
    from PIL import Image

    pictures = []
    for name in record.images:
        with Image.open(folder / name) as picture:
            pictures.append(np.asarray(picture.convert("RGB")))
    return Clip(
        video=record.video,
        individual=record.individual,
        window=TimeRange(record.start, record.stop),
        frames=record.frames,
        times_s=record.times_s,
        camera_view=record.camera_view,
        pixels=np.stack(pictures) if pictures else None,
        features=record.features,
    )


def write_images(folder: Path, record_id: str, pixels: np.ndarray) -> tuple[str, ...]:
    """Write the pictures of a clip, shape (frames, side, side, 3), uint8; those there stay.

    Returns
    -------
    tuple of str
        Their files, relative to ``folder``.
    """
    from PIL import Image

    names = tuple(f"{IMAGES}/{record_id}/{place:02d}.png" for place in range(len(pixels)))
    (folder / IMAGES / record_id).mkdir(parents=True, exist_ok=True)
    for name, picture in zip(names, pixels, strict=True):
        if not (folder / name).exists():
            beside = (folder / name).with_suffix(".part")
            Image.fromarray(picture).save(beside, format="PNG", compress_level=1)
            beside.replace(folder / name)
    return names


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
