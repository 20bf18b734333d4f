"""What a plan still wants, in chunks for workers. Knows no cluster and no captioner."""

from __future__ import annotations

import math
from dataclasses import dataclass

from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.workflows.caption_plan import CaptionPlan
from napari_mousegpt.workflows.captioner_choice import CaptionSettings

MOST, MOST_ON_GPU = 64, 1024
"""Windows x individuals of a chunk: what is asked again of another worker when one is killed. About
ten seconds' work, so that a GPU is not left to run dry between chunks."""
BATCH, BATCH_ON_GPU = 8, 128
"""Taken to be a captioner's batch where it is not chosen: only a worker finds out what fits."""
CHUNKS_PER_WORKER = 4
"""So many at least, where there are enough windows, so that all workers end together."""
ChunkWindow = tuple[int, int, tuple[str, ...], str | None]


@dataclass(frozen=True, slots=True)
class Request:
    """What a worker must know of a plan to make the same one: where it lies and what was asked.

    ``run_id`` is the run that must come out: where it does not, video, poses, model or package are
    not the same there.
    """

    folder: str
    settings: CaptionSettings
    run_id: str
    version: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive windows, each with the individuals wanted in it and the part shown of it."""

    windows: tuple[ChunkWindow, ...]

    def __len__(self) -> int:
        return sum(len(individuals) for _, _, individuals, _ in self.windows)

    def __str__(self) -> str:
        return f"{self.windows[0][0]}:{self.windows[-1][1]}"

    def wanted(self) -> dict[TimeRange, tuple[str, ...]]:
        """Individuals by window."""
        return {TimeRange(start, stop): who for start, stop, who, _ in self.windows}

    def shown(self) -> dict[TimeRange, TimeRange]:
        """Part shown by window, where it is not all of it."""
        return {
            TimeRange(start, stop): TimeRange.parse(part, stop)
            for start, stop, _, part in self.windows
            if part is not None
        }


def request_for(plan: CaptionPlan, version: str) -> Request:
    """What workers are told of a plan. Only paths: they read poses and frames themselves."""
    folder = str(plan.recording.folder.absolute())  # links may lead elsewhere on other machines
    return Request(folder, plan.asked, plan.run.run_id, version)


def chunks_of(plan: CaptionPlan, *, workers: int, on_gpu: bool = False) -> list[Chunk]:
    """Cut what a plan still wants into chunks, in the order of the film.

    A chunk fills the captioner's batch where that leaves every worker one.
    """
    at_once = plan.captioner.batch_size or (BATCH_ON_GPU if on_gpu else BATCH)
    total = sum(len(individuals) for individuals in plan.wanted.values())
    even = math.ceil(total / (max(workers, 1) * CHUNKS_PER_WORKER))
    full_batch = min(at_once, math.ceil(total / max(workers, 1)))
    most = min(max(even, full_batch), MOST_ON_GPU if on_gpu else MOST)
    chunks: list[Chunk] = []
    windows: list[ChunkWindow] = []
    held = 0
    for window in sorted(plan.wanted, key=lambda one: plan.shown.get(one, one)):
        who, part = plan.wanted[window], plan.shown.get(window)
        if windows and held + len(who) > most:
            chunks.append(Chunk(tuple(windows)))
            windows, held = [], 0
        windows.append((window.start, window.stop, who, None if part is None else str(part)))
        held += len(who)
    if windows:
        chunks.append(Chunk(tuple(windows)))
    return chunks
