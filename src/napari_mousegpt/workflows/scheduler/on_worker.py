"""What runs on a worker: the loop of the local captioning, over one chunk of windows.

The worker reads recording, poses and frames by itself, and keeps the model from chunk to chunk.
Knows no scheduler but for whether it still wants the answer.
"""

from __future__ import annotations

import signal
import threading
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import xarray as xr

from napari_mousegpt import __version__
from napari_mousegpt.captioning.clips import ClipMaker
from napari_mousegpt.io.films.film import Film
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.workflows.caption_batches import AnsweredBatch, answered_batches
from napari_mousegpt.workflows.caption_clips import clip_maker, frame_numbers, window_numbers
from napari_mousegpt.workflows.caption_plan import CaptionPlan, plan_without_windows
from napari_mousegpt.workflows.held_captioner import HeldCaptioner
from napari_mousegpt.workflows.scheduler.chunks import Chunk, Request
from napari_mousegpt.workflows.several_cameras import SeveralCameras


@dataclass(slots=True)
class _Open:
    """The run that this process works on: its plan, its open film, what cuts its clips."""

    request: Request
    plan: CaptionPlan
    video: Film
    maker: ClipMaker | SeveralCameras
    frames: xr.Dataset | None


# A process has one model: what it holds, it holds for all chunks, one after the other.
_one_at_a_time = threading.Lock()
_captioner = HeldCaptioner()
_open: list[_Open] = []


def answer_chunk(request: Request, chunk: Chunk) -> AnsweredBatch | None:
    """Answer a chunk of windows; None, after the present batch, where nobody waits for it any more.

    Raises
    ------
    FileNotFoundError, ValueError
        If this machine does not see the same recording, video or model.
    """
    with _one_at_a_time:
        now = _opened(request)
        wanted, shown = chunk.wanted(), chunk.shown()
        plan = replace(now.plan, windows=tuple(wanted), shown=shown)
        of_camera = now.maker if isinstance(now.maker, ClipMaker) else now.maker.maker
        of_camera.shown, of_camera.features = shown, window_numbers(plan, now.frames)
        rows: list[dict[str, Any]] = []
        unanswered, silence = 0, None
        with closing(answered_batches(plan, now.maker, wanted)) as batches:
            for batch in batches:
                rows += batch.rows
                unanswered += batch.unanswered
                silence = batch.silence or silence
                if _given_up():
                    return None
        return AnsweredBatch(rows, unanswered, silence)


def what_is_wrong(request: Request) -> str | None:
    """Why this process cannot work on a recording, as a sentence; None if it can."""
    try:
        _plan(request)
    except Exception as error:
        return f"{type(error).__name__}: {error}" if not str(error) else str(error)
    return None


def announced_gpus(dask_worker: Any) -> float:
    """How many GPUs a worker was started with, as ``--resources "GPU=1"``; 0 if nothing is said."""
    return float(dask_worker.state.total_resources.get("GPU", 0))


def dask_setup(worker: Any) -> None:
    """Leave Ctrl-C to the command that started this worker: the terminal sends it to both.

    Dask calls a function of this name where this module is preloaded.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _plan(request: Request) -> CaptionPlan:
    if request.version != __version__:
        raise ValueError(
            f"napari-mousegpt is {__version__} there and {request.version} here: "
            "install the same release on both"
        )
    folder = Path(request.folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not there")
    plan = plan_without_windows(open_recording(folder), request.settings)
    if plan.run.run_id != request.run_id:
        raise ValueError(
            f"the same settings are another run there for {plan.recording.name}: its poses, the "
            "model or the package differ, or the recording was changed meanwhile"
        )
    return plan


def _opened(request: Request) -> _Open:
    """What was opened for the chunk before, if it was of the same run."""
    if _open and _open[0].request == request:
        return _open[0]
    if _open:
        _open.pop().video.close()
    plan = _captioner.give(_plan(request))
    video = open_film(plan.entry.path, plan.entry.fps)
    _open.append(_Open(request, plan, video, clip_maker(plan, video), frame_numbers(plan)))
    return _open[0]


def _given_up() -> bool:
    """Whether the scheduler took the present task back: cancelled, or its client is gone."""
    from distributed import get_worker

    try:
        worker = get_worker()
    except ValueError:  # called outside of a worker
        return False
    task = worker.state.tasks.get(worker.get_current_task())
    return task is None or task.state == "cancelled"
