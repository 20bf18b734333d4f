"""A run's captioner asked again about some windows, with frames blanked, shuffled or swapped."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.wording.fact_reader import read_description, values_said
from napari_mousegpt.analysis.wording.looking import (
    BLANKED,
    SHUFFLED,
    SWAPPED,
    Looking,
    compare_controls,
)
from napari_mousegpt.captioning.captioner import Captioner, Clip
from napari_mousegpt.captioning.joining import join_parts
from napari_mousegpt.datamodel.description import LEVELS, parse_description
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.run import Run
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.io.upload_consent import upload_allowed
from napari_mousegpt.workflows.caption_clips import clip_maker
from napari_mousegpt.workflows.caption_plan import plan_without_windows
from napari_mousegpt.workflows.captioner_choice import CaptionSettings, uploads_to
from napari_mousegpt.workflows.described_part import run_behind
from napari_mousegpt.workflows.steps import Step
from napari_mousegpt.workflows.window_kinematics import described_windows

GREY = 128
FEWEST = 4
AT_ONCE = 8
_OF_A_RUN = ("window_s", "stride_s", "frames_per_clip", "camera_view", "fps", "crop")


@dataclass(frozen=True, slots=True, eq=False)
class Controls:
    """What the controls came to, and in which windows; ``note`` says what could differ."""

    looking: Looking
    windows: pd.DataFrame
    note: str | None


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Facts of one recording's windows, as they are and by control; `shown` is for swapping."""

    true: list[Any]
    answers: dict[str, list[Any]]
    shown: list[int]
    windows: pd.DataFrame
    note: str | None


def run_controls(
    *recordings: Recording,
    described_by: str | None = None,
    n_windows: int = 24,
    device: str | None = None,
    seed: int = 0,
) -> Generator[Step[Controls], None, None]:
    """Ask again, window by window; closing the generator stops. Nothing is written.

    Parameters
    ----------
    recordings
        One or several; the windows are shared out, four to each at least.
    described_by
        A run's id, its beginning or its tool, the last run if None.

    Raises
    ------
    ValueError
        If the run has no valid descriptions, or its captioner looks at no pixels.
    PermissionError
        If pictures would go to a host that nobody allowed for this recording.
    """
    each = max(FEWEST, -(-n_windows // len(recordings)))
    every: list[_Asked] = []
    for number, recording in enumerate(recordings):
        for step in _ask_again(recording, described_by, each, device, seed):
            if step.result is not None:
                every.append(step.result)
            total = step.total * len(recordings)
            yield Step(number * step.total + step.done, total, step.doing)
    places = np.cumsum([0, *(len(one.true) for one in every)])
    looking = compare_controls(
        [facts for one in every for facts in one.true],
        {
            name: [facts for one in every for facts in one.answers[name]]
            for name in every[0].answers
        },
        shown=[
            at + int(first) for one, first in zip(every, places, strict=False) for at in one.shown
        ],
        recordings=[
            recording.name
            for recording, one in zip(recordings, every, strict=True)
            for _ in one.true
        ],
        seed=seed,
    )
    windows = [
        one.windows.assign(recording=recording.name)
        for recording, one in zip(recordings, every, strict=True)
    ]
    notes = [one.note for one in every if one.note is not None]
    result = Controls(looking, pd.concat(windows, ignore_index=True), notes[0] if notes else None)
    yield Step(total, total, "done", result)


def _ask_again(
    recording: Recording, described_by: str | None, n_windows: int, device: str | None, seed: int
) -> Generator[Step[_Asked], None, None]:
    rows = described_windows(recording, described_by)
    run = run_behind(recording, rows)
    usable = rows[rows["valid"] & (rows["video"] == run.video)]
    plan = plan_without_windows(recording, replace(_settings_of(run), device=device))
    captioner = plan.captioner
    _check(recording, captioner, usable, run)
    rng = np.random.default_rng(seed)
    chosen = usable.iloc[np.sort(rng.permutation(len(usable))[:n_windows])].reset_index(drop=True)
    shown = np.roll(np.arange(len(chosen)), len(chosen) // 2)
    windows = [TimeRange(int(a), int(b)) for a, b in chosen[["start", "stop"]].to_numpy()]
    plan = replace(plan, windows=tuple(sorted(set(windows))))
    clips: list[list[Clip]] = []
    total = 5 * len(chosen)
    with open_film(plan.entry.path, plan.entry.fps) as film:
        maker = clip_maker(plan, film)
        for window, who in zip(windows, chosen["individual"], strict=True):
            clips.append(maker.clips_of(window, [who])[who])
            yield Step(len(clips), total, "cutting clips")
    asked = {
        "as it is": clips,
        BLANKED: [[_blank(clip) for clip in parts] for parts in clips],
        SHUFFLED: [[_shuffled(clip, rng) for clip in parts] for parts in clips],
        SWAPPED: [_swapped(parts, clips[at]) for parts, at in zip(clips, shown, strict=True)],
    }
    answers: dict[str, list[Any]] = {}
    for number, (name, some) in enumerate(asked.items(), start=1):
        answers[name] = []
        for first in range(0, len(some), AT_ONCE):
            answers[name] += _facts(captioner, some[first : first + AT_ONCE])
            yield Step(number * len(chosen) + len(answers[name]), total, f"frames {name}")
    true = answers.pop("as it is")
    note = None
    if plan.run.run_id != run.run_id:
        note = (
            f"{run.tool} is asked as it would be today, which is not quite as in the run "
            f"{run.run_id[:8]}: all answers of the controls are made now"
        )
    yield Step(total, total, "", _Asked(true, answers, shown.tolist(), chosen, note))


def _settings_of(run: Run) -> CaptionSettings:
    kept = {name: run.parameters[name] for name in _OF_A_RUN if name in run.parameters}
    names = {field.name for field in fields(CaptionSettings)}
    return CaptionSettings(
        captioner=run.tool,
        model=run.model if run.tool != "mousegpt-tiny" else None,
        adapter=run.adapter,
        video=run.video,
        endpoint=run.endpoint,
        **{name: value for name, value in kept.items() if name in names},
    )


def _check(recording: Recording, captioner: Captioner, usable: pd.DataFrame, run: Run) -> None:
    if not captioner.needs_pixels:
        raise ValueError(
            f"{run.tool} looks at no pixels, so that there is nothing to blank: controls are for "
            "captioners that look"
        )
    if len(usable) < FEWEST:
        raise ValueError(
            f"expected four windows at least that {run.tool} described, found {len(usable)}"
        )
    host = uploads_to(captioner)
    if host is not None and not upload_allowed(recording.folder, host):
        raise PermissionError(
            f"pictures of {recording.name} would go to {host}, which nobody has allowed. "
            "Allow it with mousegpt caption --allow-upload."
        )


def _facts(
    captioner: Captioner, windows: Sequence[Sequence[Clip]]
) -> list[dict[str, frozenset[str]]]:
    told = iter(captioner.describe([clip for parts in windows for clip in parts]))
    facts: list[dict[str, frozenset[str]]] = []
    for parts in windows:
        lengths = [clip.frames[-1] - clip.frames[0] + 1 for clip in parts]
        answer = join_parts([next(told) for _ in parts], lengths)
        try:
            said = parse_description(answer.text or "")
        except ValueError:
            facts.append({})
            continue
        row: dict[str, Any] = {level: getattr(said, level) for level in LEVELS}
        facts.append(values_said(read_description(row | {"keywords": said.keywords})))
    return facts


def _blank(clip: Clip) -> Clip:
    return replace(clip, pixels=None if clip.pixels is None else np.full_like(clip.pixels, GREY))


def _shuffled(clip: Clip, rng: np.random.Generator) -> Clip:
    if clip.pixels is None:
        return clip
    return replace(clip, pixels=clip.pixels[rng.permutation(len(clip.pixels))])


def _swapped(parts: Sequence[Clip], others: Sequence[Clip]) -> list[Clip]:
    """Pictures of another window; everything else, such as kinematics in words, stays."""
    swapped = []
    for place, clip in enumerate(parts):
        other = others[min(place, len(others) - 1)].pixels
        if clip.pixels is None or other is None or other.shape[1:] != clip.pixels.shape[1:]:
            swapped.append(clip)
            continue
        frames = np.linspace(0, len(other) - 1, len(clip.pixels)).round().astype(int)
        swapped.append(replace(clip, pixels=other[frames]))
    return swapped
