"""Recordings to a folder of training records. Knows no weights."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from napari_mousegpt.captioning.captioner import Captioner, Clip
from napari_mousegpt.datamodel.recording import SINGLE_INDIVIDUAL, Recording
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.io.group_table import GroupTable, match_groups
from napari_mousegpt.training.records import Record, write_images, write_records
from napari_mousegpt.training.splits import overlapping, split_records
from napari_mousegpt.workflows.caption_clips import clip_maker
from napari_mousegpt.workflows.caption_plan import plan_without_windows
from napari_mousegpt.workflows.captioner_choice import CaptionSettings
from napari_mousegpt.workflows.steps import Step
from napari_mousegpt.workflows.training_windows import labelled_windows

FEWEST = 10


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Records on disk, the captioner whose clips they are, and what a person must know of them.

    ``unit`` is what was held out as a whole: cage, animal, recording or time.
    """

    folder: Path
    records: tuple[Record, ...]
    captioner: Captioner
    unit: str
    warnings: tuple[str, ...]
    videos: dict[str, str]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Windows of each behaviour, to learn from and held out."""
        both: dict[str, dict[str, int]] = {}
        for held, name in ((False, "learned"), (True, "held_out")):
            found = Counter(r.behaviour or "-" for r in self.records if r.held_out == held)
            both[name] = dict(sorted(found.items()))
        return both


def prepare_records(
    recordings: Sequence[Recording],
    settings: CaptionSettings,
    folder: Path,
    *,
    animals: GroupTable | None = None,
    held_out: float = 0.2,
    seed: int = 0,
) -> Iterator[Step[Dataset]]:
    """Write the records of recordings: windows that people labelled, cut as captioning cuts them.

    Pictures that are there are not read again.

    Raises
    ------
    ValueError
        If too little is labelled.
    """
    plans = [plan_without_windows(recording, settings) for recording in recordings]
    captioner = plans[0].captioner
    longest_s = captioner.longest_window_s or math.inf
    window_s = min(settings.window_s, longest_s)
    tables = []
    for recording in recordings:
        table = labelled_windows(recording, window_s=window_s, video=settings.video)
        tables.append(table.assign(recording=recording.name))
    rows = pd.concat(tables, ignore_index=True)
    if len(rows) < FEWEST:
        raise ValueError(
            f"expected {FEWEST} windows or more that people labelled or corrected, found "
            f"{len(rows)} in {len(recordings)} recording(s). Label behaviours in the window, with "
            "mousegpt label, or import them with mousegpt import VIDEO --labels FILE."
        )
    rows = _with_animals(rows, recordings, animals)
    split = split_records(rows, share=held_out, seed=seed)
    dropped = overlapping(rows, split.held_out)
    rows = rows.assign(held_out=split.held_out, unit=_unit(rows, split.unit))[~dropped]
    folder.mkdir(parents=True, exist_ok=True)
    records: list[Record] = []
    warnings = [*split.warnings, *_few(rows)]
    for recording, plan in zip(recordings, plans, strict=True):
        own = rows[rows["recording"] == recording.name]
        for done, record in enumerate(_records(plan, own, folder), len(records)):
            if isinstance(record, str):
                warnings.append(record)
                continue
            records.append(record)
            yield Step(done, len(rows), f"Cutting windows of {recording.name}")
    write_records(folder, records)
    videos = {plan.recording.name: plan.entry.sha256 for plan in plans}
    dataset = Dataset(folder, tuple(records), captioner, split.unit, tuple(warnings), videos)
    yield Step(len(rows), len(rows), "", dataset)


def _records(plan, rows: pd.DataFrame, folder: Path) -> Iterator[Record | str]:  # type: ignore[no-untyped-def]
    wanted: dict[TimeRange, list[str]] = {}
    by_key = {}
    for row in rows.to_dict("records"):
        window = TimeRange(int(row["start"]), int(row["stop"]))
        wanted.setdefault(window, []).append(row["individual"])
        by_key[window, row["individual"]] = row
    if not wanted:
        return
    windows = tuple(sorted(wanted))
    plan = replace(plan, windows=windows)
    unseen = 0
    with open_film(plan.entry.path, plan.entry.fps) as video:
        maker = clip_maker(plan, video)
        for window, individual, clips in maker.in_file_order(windows, wanted):
            clip = clips[0]
            if len(clips) > 1 or clip.problem is not None or clip.pixels is None:
                unseen += 1
                continue
            yield _record(plan, by_key[window, individual], clip, folder)
    if unseen:
        yield f"{plan.recording.name}: {unseen} labelled windows show no animal, or are too long"


def _record(plan, row, clip: Clip, folder: Path) -> Record:  # type: ignore[no-untyped-def]
    seen = plan.captioner.as_seen(clip)
    where = f"{plan.recording.name}-{row['video']}-{row['individual']}"
    span = f"{row['start']:07d}-{row['stop']:07d}"
    identity = "".join(c if c.isalnum() or c in "-_" else "_" for c in where)
    side = f"{seen.pixels.shape[1]}px{len(seen.frames)}"
    record_id = f"{identity}-{span}-{plan.entry.sha256[:6]}-{side}"
    features = {name: float(value) for name, value in clip.features.items() if np.isfinite(value)}
    return Record(
        id=record_id,
        recording=plan.recording.name,
        video=str(row["video"]),
        individual=str(row["individual"]),
        animal=str(row["animal"]),
        group=str(row["unit"]),
        start=int(row["start"]),
        stop=int(row["stop"]),
        frames=tuple(int(frame) for frame in clip.frames),
        times_s=tuple(float(time_s) for time_s in clip.times_s),
        camera_view=clip.camera_view,
        facts=row["facts"],
        features=features,
        corrected=row["corrected"],
        levels=tuple(row["levels"]),
        images=write_images(folder, record_id, seen.pixels),
        held_out=bool(row["held_out"]),
    )


def _with_animals(
    rows: pd.DataFrame, recordings: Sequence[Recording], animals: GroupTable | None
) -> pd.DataFrame:
    """Name the animal, and where it is known the cage, of each row."""
    if animals is None:
        several = rows.groupby("recording")["individual"].transform("nunique") > 1
        several |= rows["individual"] != SINGLE_INDIVIDUAL
        alone = len(recordings) > 1
        # Names of one recording may come again in another: whole recordings are kept apart.
        names = rows["recording"] if alone else rows["recording"] + "/" + rows["individual"]
        return rows.assign(animal=names.where(several | alone, rows["recording"]), cage=None)
    pairs = [(one.name, who) for one in recordings for who in one.individuals]
    matched = match_groups(animals, pairs).drop_duplicates(["recording", "individual"])
    found = rows[["recording", "individual"]].merge(
        matched[["recording", "individual", "animal", "block"]], how="left"
    )
    return rows.assign(animal=found["animal"].to_numpy(), cage=found["block"].to_numpy())


def _unit(rows: pd.DataFrame, unit: str) -> pd.Series:
    return rows[unit] if unit in rows else rows["animal"]


def _few(rows: pd.DataFrame) -> list[str]:
    """Sentences about behaviours that can be learned badly, or not be measured."""
    learned = Counter(rows["behaviour"][~rows["held_out"]].dropna())
    held = Counter(rows["behaviour"][rows["held_out"]].dropna())
    unseen = sorted(set(held) - set(learned))
    unmeasured = sorted(set(learned) - set(held))
    sentences = []
    if unseen:
        sentences.append(f"only held-out animals show {', '.join(unseen)}: it cannot be learned")
    if unmeasured:
        sentences.append(f"no held-out animal shows {', '.join(unmeasured)}: it is not measured")
    return sentences
