"""Carries an import plan out: the recording on disk, whole or not at all. Guesses nothing."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from napari_mousegpt import __version__
from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.tables import DESCRIPTIONS, empty
from napari_mousegpt.io.bout_journal import add_bouts, replace_ethogram
from napari_mousegpt.io.pose_table import write_pose_table
from napari_mousegpt.io.recording_folder import POSES, RECORDING, save_recording
from napari_mousegpt.workflows.importing.labels import LabelPlan
from napari_mousegpt.workflows.importing.names import NameMatch
from napari_mousegpt.workflows.importing.plan import ImportPlan
from napari_mousegpt.workflows.importing.poses import PosePlan

_COUNTER = itertools.count()


def carry_out(plan: ImportPlan) -> Recording:
    """Make the recording that a plan describes, or add to the one there is.

    If anything fails nothing is left behind: a new folder is removed, an old one is as before.

    Raises
    ------
    ValueError
        If something must be chosen first; the plan's questions say what.
    OSError
        If the folder cannot be written to.
    """
    steps = import_steps(plan)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            recording: Recording = end.value
            return recording


def import_steps(plan: ImportPlan) -> Generator[str, None, Recording]:
    """Carry a plan out step by step, yielding what comes next; closing it undoes what was done."""
    if plan.questions:
        raise ValueError(" ".join(f"{one.rstrip('.')}." for one in plan.questions))
    fitted = [(one.camera, one.fitted()) for one in plan.poses]
    with whole_or_not_at_all(plan.folder):
        yield "the recording"
        recording = _recording(plan)
        save_recording(recording)
        for camera, poses in fitted:
            yield f"poses of {camera}"
            write_pose_table(plan.folder / POSES, poses, camera)
        # The journal is only ever appended to, so it comes last. Where it has changed the
        # ethogram, it counts, and not what is stored beside it.
        if plan.sources.recording is not None:
            replace_ethogram(plan.folder, plan.ethogram, before=plan.ethogram)
        for labels in plan.labels:
            if len(labels.bouts) or labels.assessed:
                yield f"labels from {labels.file.path.name}"
                bouts = add_bouts(plan.folder, labels.bouts, assessed=labels.assessed)
                recording = recording.replace(bouts=bouts)
    return recording


@contextlib.contextmanager
def whole_or_not_at_all(folder: Path) -> Iterator[None]:
    """Undo what was done to a recording folder if what is done within fails.

    A folder that was not there is removed, and an empty one is empty again. In one that was,
    `RECORDING` and `POSES` are put back; all else is only ever appended to.
    """
    was_empty = folder.is_dir() and not any(folder.iterdir())
    there = folder.is_dir() and not was_empty
    kept = _set_aside(folder) if there else []
    try:
        yield
    except BaseException:
        if not there:
            shutil.rmtree(folder, ignore_errors=True)
        if was_empty:
            folder.mkdir(exist_ok=True)
        for aside, path in kept:
            if aside is not None:
                aside.replace(path)
            else:
                path.unlink(missing_ok=True)
        raise
    finally:  # also after a failure: a link to a file that was not changed is not moved
        for aside, _ in kept:
            if aside is not None:
                aside.unlink(missing_ok=True)


def _set_aside(folder: Path) -> list[tuple[Path | None, Path]]:
    """Keep the present files under other names; both are replaced whole, so a link is a copy.

    With None in place of a file that is not there yet.
    """
    kept: list[tuple[Path | None, Path]] = []
    for name in (POSES, RECORDING):
        path = folder / name
        if not path.exists():
            kept.append((None, path))
            continue
        aside = folder / f".{name}.{os.getpid()}.{next(_COUNTER)}.before"
        aside.unlink(missing_ok=True)
        try:
            os.link(path, aside)
        except OSError:  # a file system without links
            shutil.copy2(path, aside)
        kept.append((aside, path))
    return kept


def _recording(plan: ImportPlan) -> Recording:
    before = plan.sources.recording or Recording(
        folder=plan.folder,
        videos=(),
        descriptions=empty(DESCRIPTIONS),
        bouts=make_bouts([]),
    )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    new = [
        *(_pose_source(one, plan.folder) for one in plan.poses),
        *(_label_source(one, plan.folder) for one in plan.labels if not _nothing_new(one)),
    ]
    sources = (*before.sources, *({**one, "version": __version__, "imported": now} for one in new))
    return before.replace(
        videos=plan.videos,
        individuals=plan.individuals,
        pixel_size_mm=plan.pixel_size_mm,
        keypoint_roles={guess.role: guess.keypoint for guess in plan.roles},
        skeleton=plan.skeleton,
        ethogram=plan.ethogram,
        problems=tuple(dict.fromkeys((*before.problems, *plan.problems))),
        sources=sources,
    )


def _nothing_new(plan: LabelPlan) -> bool:
    return not len(plan.bouts) and plan.repeated > 0


def _pose_source(plan: PosePlan, folder: Path) -> dict[str, Any]:
    return {
        **_source(plan, folder),
        "rows": plan.rows,
        "offset_frames": plan.offset_frames,
        "individuals": _mapping(plan.individuals),
        "keypoints": _mapping(plan.keypoints),
    }


def _label_source(plan: LabelPlan, folder: Path) -> dict[str, Any]:
    taken = [one for one in plan.observations if one.taken]
    return {
        **_source(plan, folder),
        "bouts": len(plan.bouts),
        "offset_s": plan.offset_s,
        "unit": plan.file.unit,
        "observations": [one.name or one.video for one in taken],
        "individuals": _mapping(plan.individuals),
        "behaviours": _mapping(plan.behaviours),
    }


def _source(plan: PosePlan | LabelPlan, folder: Path) -> dict[str, Any]:
    path = plan.file.path.resolve()
    with contextlib.suppress(ValueError):  # another drive, on Windows
        path = Path(os.path.relpath(path, folder.resolve()))
    return {
        "kind": plan.file.kind,
        "video": plan.camera,
        "path": path.as_posix(),
        "format": plan.file.format,
        "sha256": plan.file.sha256,
    }


def _mapping(matches: tuple[NameMatch, ...]) -> dict[str, str]:
    """Every name, also those that stay as they are; "" for those left out."""
    return {match.found: match.becomes or "" for match in matches}
