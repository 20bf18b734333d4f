"""Embedding: descriptions and kinematics of recordings to vectors of one space."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from napari_mousegpt import __version__
from napari_mousegpt.analysis.vectors import kinematic_vectors, lexical_vectors, posture_vectors
from napari_mousegpt.analysis.vectors.behaviour_space import BehaviourSpace
from napari_mousegpt.analysis.vectors.description_vectors import TEXT_LEVELS, level_vectors
from napari_mousegpt.analysis.vectors.text_models import TextModel
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.run import Run, make_run
from napari_mousegpt.io.analysis_tables import (
    EMBEDDINGS_FILE,
    load_fitted,
    replace_run_rows,
    save_fitted,
)
from napari_mousegpt.io.recording_folder import POSES
from napari_mousegpt.workflows.embedded import remember_last
from napari_mousegpt.workflows.steps import Step
from napari_mousegpt.workflows.window_kinematics import (
    described_windows,
    plain_windows,
    window_kinematics,
    window_postures,
)
from napari_mousegpt.workflows.words_consent import check_words_may_go
from napari_mousegpt.workflows.words_models import text_model_of, texts_go_to

BLOCKS = ("text", "kinematics", "posture")
KEY = ["video", "individual", "start", "stop"]


@dataclass(frozen=True, slots=True)
class EmbedSettings:
    """What a person chooses for embedding.

    ``weights`` are those of the blocks `BLOCKS`; None is text 1, and kinematics 1 where every
    recording has poses. ``described_by`` is a captioner or run, None the run described last.
    ``window_s`` cuts windows only where no text is used.
    """

    text: str = lexical_vectors.NAME
    levels: tuple[str, ...] = TEXT_LEVELS
    weights: Mapping[str, float] | None = None
    dimensions: int = 64
    described_by: str | None = None
    window_s: float = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """What embedding came to: a run for each recording, and how many windows have a vector."""

    recordings: tuple[Recording, ...]
    runs: tuple[Run, ...]
    space_id: str
    windows: int
    embedded: int
    weights: dict[str, float]
    dimensions: int
    text: str | None


@dataclass(slots=True)
class _Windows:
    recording: Recording
    described_by: str | None
    keys: pd.DataFrame
    blocks: dict[str, pd.DataFrame] = field(default_factory=dict)
    levels: dict[str, Any] = field(default_factory=dict)


def embed(
    recordings: Sequence[Recording],
    settings: EmbedSettings,
    *,
    fitted_in: Recording | None = None,
) -> Iterator[Step[Embedded]]:
    """Give every described window a vector, in one space for all recordings.

    With ``fitted_in`` the space of that recording's last embedding is used instead of a new one.

    Raises
    ------
    ValueError
        If a recording has no descriptions or poses and these are asked for, or the space that was
        fitted before was made with another sentence model.
    """
    weights = _weights(recordings, settings)
    uses_text = weights.get("text", 0) > 0
    if uses_text:
        check_words_may_go(recordings, texts_go_to(settings.text))
    model = text_model_of(settings.text) if uses_text else None
    total = len(recordings) + 2
    gathered = []
    for done, recording in enumerate(recordings):
        yield Step(done, total, f"reading {recording.name}")
        gathered.append(_gather(recording, settings, weights, model))
    yield Step(total - 2, total, "one space for all")
    how = _how(settings, weights, model)
    space = _fit(gathered, settings, weights) if fitted_in is None else _fitted(fitted_in, how)
    changed, runs, embedded = [], [], 0
    for windows in gathered:
        recording, run, n_known = _store(windows, space, how, model)
        changed.append(recording)
        runs.append(run)
        embedded += n_known
    yield Step(
        total,
        total,
        "done",
        Embedded(
            recordings=tuple(changed),
            runs=tuple(runs),
            space_id=space.space_id,
            windows=sum(len(windows.keys) for windows in gathered),
            embedded=embedded,
            weights=dict(space.weights),
            dimensions=sum(len(learnt["components"]) for learnt in space.blocks_.values()),
            text=None if model is None else model.name,
        ),
    )


def _weights(recordings: Sequence[Recording], settings: EmbedSettings) -> dict[str, float]:
    if settings.weights is None:
        posed = all((recording.folder / POSES).exists() for recording in recordings)
        return {"text": 1.0, "kinematics": 1.0} if posed else {"text": 1.0}
    unknown = set(settings.weights) - set(BLOCKS)
    bad = [name for name, weight in settings.weights.items() if not 0 <= weight < np.inf]
    if unknown or bad:
        raise ValueError(
            f"expected weights of {', '.join(BLOCKS)}, zero or more, found "
            f"{', '.join(f'{name}={settings.weights[name]:g}' for name in [*unknown, *bad])}"
        )
    return {name: float(weight) for name, weight in settings.weights.items() if weight > 0}


def _how(
    settings: EmbedSettings, weights: Mapping[str, float], model: TextModel | None
) -> dict[str, Any]:
    """Everything that decides about vectors, but the cohort: what two spaces must share."""
    return {
        "text": None if model is None else f"{model.name} {model.revision}",
        "levels": list(settings.levels) if model is not None else [],
        "weights": dict(sorted(weights.items())),
        "dimensions": settings.dimensions,
        "kinematics": kinematic_vectors.KINEMATICS_REVISION if "kinematics" in weights else None,
        "posture": posture_vectors.POSTURE_REVISION if "posture" in weights else None,
    }


def _gather(
    recording: Recording,
    settings: EmbedSettings,
    weights: Mapping[str, float],
    model: TextModel | None,
) -> _Windows:
    if model is None:
        windows = _Windows(recording, None, plain_windows(recording, settings.window_s))
    else:
        said = described_windows(recording, settings.described_by)
        windows = _Windows(recording, str(said["run_id"].iloc[0]), said[KEY])
        windows.levels = level_vectors(said, model, settings.levels)
        windows.blocks["text"] = pd.concat(
            [pd.DataFrame(rows).add_prefix(f"{level} ") for level, rows in windows.levels.items()],
            axis=1,
        )
    if "kinematics" in weights:
        table = window_kinematics(recording, windows.keys)
        windows.blocks["kinematics"] = kinematic_vectors.kinematic_columns(table)
    if "posture" in weights:
        windows.blocks["posture"] = window_postures(recording, windows.keys)
    return windows


def _fit(
    gathered: Sequence[_Windows], settings: EmbedSettings, weights: Mapping[str, float]
) -> BehaviourSpace:
    space = BehaviourSpace(weights, dimensions=settings.dimensions)
    return space.fit(
        {
            name: pd.concat([windows.blocks[name] for windows in gathered], ignore_index=True)
            for name in weights
        }
    )


def _fitted(recording: Recording, how: Mapping[str, Any]) -> BehaviourSpace:
    runs = [run for run in recording.runs if run.tool == "embed"]
    if not runs:
        raise ValueError(f"{recording.name} is not embedded yet: run mousegpt embed on it first")
    before = {name: runs[-1].parameters.get(name) for name in how}
    other = [name for name in how if before[name] != how[name]]
    if other:
        raise ValueError(
            f"the space of {recording.name} was made with another {other[0]}: "
            f"{before[other[0]]} there, {how[other[0]]} here. Vectors of two kinds cannot share "
            "a space; give the same options, or embed all recordings together."
        )
    arrays, values = load_fitted(recording.folder, f"space-{runs[-1].parameters['space']}")
    return BehaviourSpace.from_parts(arrays, values)


def _store(
    windows: _Windows, space: BehaviourSpace, how: Mapping[str, Any], model: TextModel | None
) -> tuple[Recording, Run, int]:
    recording = windows.recording
    vectors = space.transform(windows.blocks)
    if model is not None and model.name != lexical_vectors.NAME:
        vectors |= windows.levels  # search needs them, and they cost minutes to make again
    said = hashlib.sha256(vectors["combined"].tobytes()).hexdigest()[:12]
    parameters = {**how, "space": space.space_id, "described_by": windows.described_by}
    run = make_run(
        tool="embed",
        version=__version__,
        video=recording.video().id,
        video_sha256=recording.video().sha256,
        model=None if model is None else model.name,
        revision=None if model is None else model.revision,
        parameters={**parameters, "content": said},
    )
    rows = pd.concat(
        [
            windows.keys.assign(space=space.space_id, kind=kind, vector=list(values))
            for kind, values in vectors.items()
        ],
        ignore_index=True,
    )
    arrays, values = space.to_parts()
    save_fitted(recording.folder, f"space-{space.space_id}", arrays, values)
    replace_run_rows(recording.folder, EMBEDDINGS_FILE, run.run_id, rows)
    known = int(np.isfinite(vectors["combined"]).all(axis=1).sum())
    return remember_last(recording, run), run, known
