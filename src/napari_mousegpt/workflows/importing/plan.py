"""What an import would do, worked out before anything is written: shown, corrected, carried out.

`read_sources` reads the files once; `make_plan` is quick and is repeated whenever a choice
changes. Knows no form, no command and no window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from napari_mousegpt.datamodel.camera_clock import CameraClock
from napari_mousegpt.datamodel.ethogram import Ethogram
from napari_mousegpt.datamodel.recording import SINGLE_INDIVIDUAL, Recording, VideoEntry
from napari_mousegpt.io.recording_folder import POSES
from napari_mousegpt.workflows.importing.choices import (
    ImportChoices,
    distinct,
    refuse_unknown_choices,
)
from napari_mousegpt.workflows.importing.ethogram import ethogram_with
from napari_mousegpt.workflows.importing.files import CameraFiles
from napari_mousegpt.workflows.importing.labels import LabelNames, LabelPlan, plan_labels
from napari_mousegpt.workflows.importing.poses import PosePlan, plan_poses
from napari_mousegpt.workflows.importing.roles import (
    Edges,
    RoleGuess,
    SkeletonSource,
    roles_of,
    skeleton_of,
)
from napari_mousegpt.workflows.importing.sources import ReadCamera, Sources, read_sources

__all__ = ["ImportChoices", "ImportPlan", "make_plan", "plan_import"]


@dataclass(frozen=True, slots=True, eq=False)
class ImportPlan:
    """Everything an import would do.

    Attributes
    ----------
    videos
        The cameras of the recording as it will be.
    individuals, roles, skeleton, ethogram, pixel_size_mm
        Of the recording as it will be.
    questions
        What stands in the way, in words; the plan can be carried out if there are none.
    problems
        What is odd, in words, and what is done about it.
    """

    sources: Sources
    choices: ImportChoices
    videos: tuple[VideoEntry, ...]
    poses: tuple[PosePlan, ...]
    labels: tuple[LabelPlan, ...]
    individuals: tuple[str, ...]
    roles: tuple[RoleGuess, ...]
    skeleton: Edges
    skeleton_from: SkeletonSource
    ethogram: Ethogram
    pixel_size_mm: float | None
    questions: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where the recording is, or will be."""
        return self.sources.folder


def plan_import(
    cameras: Sequence[CameraFiles],
    choices: ImportChoices | None = None,
    *,
    recording: Path | None = None,
    folder: Path | None = None,
) -> ImportPlan:
    """Read the files of an import and work out what it would do; nothing is written.

    Parameters
    ----------
    cameras
        Files of each camera.
    choices
        What a person decided; the guesses stand if None.
    recording
        Folder of a recording to add to.
    folder
        Where a new recording goes; ``<stem>.mousegpt`` beside the first video if None.

    Raises
    ------
    FileNotFoundError, OSError, ValueError
        If a file cannot be used, or a choice names something that is not there.
    """
    sources = read_sources(cameras, recording=recording, folder=folder)
    return make_plan(sources, choices or ImportChoices())


def make_plan(sources: Sources, choices: ImportChoices) -> ImportPlan:
    """Work out what an import of these files with these choices would do.

    Raises
    ------
    ValueError
        If a choice names something that is not there; the message names what is near.
    """
    refuse_unknown_choices(sources, choices)
    poses = _pose_plans(sources, choices)
    individuals = _individuals(sources.recording, poses)
    labels = _label_plans(sources, choices, individuals)
    before = sources.recording
    keypoints = distinct(match.becomes for plan in poses for match in plan.keypoints)
    keypoints = keypoints or _stored_keypoints(before)
    roles = roles_of(keypoints, choices.roles, before.keypoint_roles if before else {})
    skeleton, skeleton_from = skeleton_of(
        keypoints, choices.skeleton, before.skeleton if before else ()
    )
    files = [file for camera in sources.cameras for file in camera.files]
    questions = [file.question for file in files]
    questions += [plan.error for plan in poses] + [plan.question for plan in labels]
    problems = [one for camera in sources.cameras for one in camera.problems]
    problems += [one for plan in poses for one in plan.problems]
    problems += [one for plan in labels for one in plan.problems]
    if poses:
        problems += _about_roles(poses, roles, keypoints)
    scales = [plan.mapped.attrs.get("pixel_size_mm") for plan in poses]
    return ImportPlan(
        sources=sources,
        choices=choices,
        videos=sources.videos,
        poses=poses,
        labels=labels,
        individuals=individuals,
        roles=roles,
        skeleton=skeleton,
        skeleton_from=skeleton_from,
        ethogram=ethogram_with(sources.ethogram, labels),
        # Some formats hold the scale; one that a person gave stands above it.
        pixel_size_mm=choices.pixel_size_mm
        or (before.pixel_size_mm if before else None)
        or next(filter(None, scales), None),
        questions=tuple(filter(None, questions)),
        problems=tuple(dict.fromkeys(problems)),
    )


def _pose_plans(sources: Sources, choices: ImportChoices) -> tuple[PosePlan, ...]:
    plans: list[PosePlan] = []
    replaced = {one.entry.id for one in sources.cameras if one.poses is not None}
    before = sources.recording
    # Names of animals are those of the cameras whose poses stay.
    known = list(before.individuals) if before and _keeps_poses(before, replaced) else []
    for camera in sources.cameras:
        if camera.poses is None or camera.poses.data is None:
            continue
        plan = plan_poses(
            camera.poses,
            camera.entry,
            rename_individuals=choices.individuals,
            rename_keypoints=choices.keypoints,
            offset_frames=choices.pose_offset_frames.get(camera.entry.id, 0),
            known_individuals=known,
        )
        plans.append(plan)
        known = distinct([*known, *(match.becomes for match in plan.individuals)])
    return tuple(plans)


def _keeps_poses(before: Recording, replaced: set[str]) -> bool:
    with_poses = {source["video"] for source in before.sources if source.get("kind") == "pose"}
    if not with_poses and (before.folder / POSES).exists():
        with_poses = {before.videos[0].id}  # made before sources were kept
    return bool(with_poses - replaced)


def _individuals(before: Recording | None, poses: Sequence[PosePlan]) -> tuple[str, ...]:
    names = distinct(match.becomes for plan in poses for match in plan.individuals)
    if before is not None and _keeps_poses(before, {plan.camera for plan in poses}):
        names = distinct([*before.individuals, *names])
    if names:
        return tuple(names)
    return before.individuals if before is not None else (SINGLE_INDIVIDUAL,)


def _label_plans(
    sources: Sources, choices: ImportChoices, individuals: tuple[str, ...]
) -> tuple[LabelPlan, ...]:
    names = LabelNames(
        individuals=choices.individuals,
        behaviours=choices.behaviours,
        known_individuals=individuals,
        known_behaviours=[one.name for one in sources.ethogram],
        observations=choices.observations,
    )
    plans = []
    for camera in sources.cameras:
        for file in camera.labels:
            if file.data is not None:
                offset_s = choices.label_offset_s.get(camera.entry.id, 0.0)
                plans.append(
                    plan_labels(
                        file,
                        camera.entry,
                        _clock(camera),
                        names,
                        offset_s=offset_s,
                        present=sources.bouts,
                    )
                )
    return tuple(plans)


def _clock(camera: ReadCamera) -> CameraClock:
    times_s = camera.times_s
    usable = times_s is not None and bool(np.isfinite(times_s).all())
    entry = camera.entry
    return CameraClock(entry.frames, entry.fps, times_s=times_s if usable else None)


def _about_roles(
    poses: Sequence[PosePlan], roles: Sequence[RoleGuess], keypoints: Sequence[str]
) -> list[str]:
    problems = []
    if not {"snout", "tail_base"} <= {guess.role for guess in roles}:
        problems.append(
            f"{poses[0].file.path.name}: no keypoints are known to be snout and tail base, so the "
            f"body's length and direction are not known; found {', '.join(keypoints)}. "
            "Say which they are with --role snout=NAME --role tail_base=NAME"
        )
    for plan in poses[1:]:
        its = {match.becomes for match in plan.keypoints}
        own = {guess.role: guess.keypoint for guess in roles_of(distinct(its), {}, {})}
        for guess in roles:
            other = own.get(guess.role)
            if other is not None and guess.keypoint not in its:
                problems.append(
                    f"{plan.camera} calls the {guess.role} {other!r}, the other cameras "
                    f"{guess.keypoint!r}: make them one with --keypoint '{other}={guess.keypoint}'"
                )
    return problems


def _stored_keypoints(before: Recording | None) -> list[str]:
    if before is None:
        return []
    return distinct(
        [*before.keypoint_roles.values(), *(n for edge in before.skeleton for n in edge)]
    )
