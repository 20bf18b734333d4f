"""Clips to answers, batch by batch: asked, asked again, as rows. Writes nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from napari_mousegpt.captioning.captioner import Answer, Captioner, Clip
from napari_mousegpt.captioning.clips import ClipMaker
from napari_mousegpt.captioning.joining import join_parts
from napari_mousegpt.datamodel.description import parse_description
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.workflows.caption_clips import clip_maker
from napari_mousegpt.workflows.caption_plan import CaptionPlan
from napari_mousegpt.workflows.overlap import overlapped
from napari_mousegpt.workflows.prefetch import prefetch
from napari_mousegpt.workflows.several_cameras import SeveralCameras

TRIES = 3

Window = tuple[TimeRange, str, list[Clip]]


@dataclass(frozen=True, slots=True)
class AnsweredBatch:
    """Answers as rows. ``unanswered`` windows have none, since the captioner was not heard;
    ``silence`` says why. ``workers`` is how many processes are at work, None for this one alone."""

    rows: list[dict[str, Any]]
    unanswered: int = 0
    silence: str | None = None
    workers: int | None = None


def answered_here(plan: CaptionPlan) -> Generator[AnsweredBatch, None, None]:
    """Yield what a plan still wants as it is answered, in this process."""
    with open_film(plan.entry.path, plan.entry.fps) as video:
        batches = answered_batches(plan, clip_maker(plan, video), plan.wanted)
        with closing(batches):
            yield from batches


def answered_batches(
    plan: CaptionPlan,
    maker: ClipMaker | SeveralCameras,
    wanted: Mapping[TimeRange, tuple[str, ...]],
) -> Generator[AnsweredBatch, None, None]:
    """Yield batches as they are answered; empty ones now and then while several are waited for.

    ``wanted`` is all that a plan wants, or a chunk of it.
    """
    captioner = plan.captioner
    # What is best is known only when the captioner is loaded, which the first batch does.
    clips = _batches(maker.in_file_order(list(wanted), wanted), lambda: _at_once(captioner))
    windows = prefetch(clips, ahead=1)
    at_once = getattr(captioner, "batches_at_once", 1)
    if at_once == 1:
        with closing(windows):
            for batch in windows:
                yield _answers(plan, batch)
        return
    captioner.start()  # type: ignore[attr-defined]
    results = overlapped(
        lambda batch: _answers(plan, batch),
        windows,
        at_once,
        break_off=captioner.stop,  # type: ignore[attr-defined]
    )
    with closing(windows), closing(results):
        for answered in results:
            yield answered or AnsweredBatch([])


def _at_once(captioner: Captioner) -> int:
    found: int = getattr(captioner, "clips_at_once", None) or captioner.batch_size or 8
    return found


def _batches(windows: Iterator[Window], size: Callable[[], int]) -> Iterator[list[Window]]:
    while batch := list(itertools.islice(windows, size())):
        yield batch


def _answers(plan: CaptionPlan, batch: Sequence[Window]) -> AnsweredBatch:
    clips = [clip for _, _, parts in batch for clip in parts]
    answers = iter(_describe(plan.captioner, clips))
    rows, silences = [], []
    for window, individual, parts in batch:
        of_parts = [next(answers) for _ in parts]
        unheard = [answer for answer in of_parts if not answer.answered]
        if unheard:
            silences.append(unheard[0].problem or "no reason given")
            continue
        lengths = [clip.frames[-1] - clip.frames[0] + 1 for clip in parts]
        answer = join_parts(of_parts, lengths)
        problem = _problem(answer)
        rows.append(
            {
                "run_id": plan.run.run_id,
                "video": parts[0].video,
                "individual": individual,
                "start": window.start,
                "stop": window.stop,
                "frames": [frame for clip in parts for frame in clip.frames],
                "text": answer.text,
                "valid": problem is None,
                "problem": "; ".join(dict.fromkeys(filter(None, (answer.problem, problem))))
                or None,
                "seconds": round(answer.seconds, 4),
                "confidence": None if answer.confidence is None else round(answer.confidence, 6),
            }
            | _shown(plan, window)
            | {name: round(value, 4) for name, value in answer.seen.items()}
        )
    return AnsweredBatch(rows, len(silences), silences[0] if silences else None)


def _shown(plan: CaptionPlan, window: TimeRange) -> dict[str, str]:
    """What the captioner saw of a window that it did not see all of."""
    return {"shown": str(plan.shown[window])} if window in plan.shown else {}


def _describe(captioner: Captioner, clips: Sequence[Clip]) -> list[Answer]:
    """Answer clips; those answered with something that is no description are asked again.

    Where asking again is not heard, the first answer stays: it is one, if not a valid one.
    """
    answers = [Answer(None, problem=clip.problem) for clip in clips]
    asked = [place for place, clip in enumerate(clips) if clip.problem is None]
    for attempt in range(TRIES):
        if not asked:
            break
        found = captioner.describe([clips[place] for place in asked], attempt=attempt)
        for place, answer in zip(asked, found, strict=True):
            spent = answers[place].seconds + answer.seconds
            if answer.answered or attempt == 0:
                answers[place] = replace(answer, seconds=spent)
        # An answer without a text says why there is none; asking again would not help.
        asked = [
            place
            for place in asked
            if answers[place].text is not None and _problem(answers[place]) is not None
        ]
    return answers


def _problem(answer: Answer) -> str | None:
    if answer.text is None:
        return answer.problem or "no answer"
    try:
        parse_description(answer.text)
    except ValueError as reason:
        return str(reason)
    return None
