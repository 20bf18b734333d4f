"""An import plan in words, for people who read it before they agree. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from napari_mousegpt.datamodel.recording import VideoEntry
from napari_mousegpt.workflows.importing.labels import LabelPlan
from napari_mousegpt.workflows.importing.names import NameMatch, told
from napari_mousegpt.workflows.importing.plan import ImportPlan
from napari_mousegpt.workflows.importing.poses import Offset, PosePlan
from napari_mousegpt.workflows.importing.roles import RoleGuess

NAMES_SHOWN = 12


def plan_lines(plan: ImportPlan) -> list[str]:
    """All of a plan, one fact a line: files, names, guesses, questions (?) and problems (!)."""
    verb = "adds to" if plan.sources.recording is not None else "makes"
    lines = [f"{verb} {plan.folder}"]
    for entry in plan.videos:
        lines.append(f"  {video_line(entry, several=len(plan.videos) > 1)}")
        lines += [
            f"    {line}"
            for one in plan.poses
            if one.camera == entry.id
            for line in pose_lines(one)
        ]
        lines += [
            f"    {line}"
            for one in plan.labels
            if one.camera == entry.id
            for line in label_lines(one)
        ]
    lines.append(f"  individuals: {', '.join(plan.individuals)}")
    if plan.roles:
        lines.append(f"  keypoints taken for: {roles_line(plan.roles)}")
    if plan.skeleton:
        origin = {"names": "guessed by name", "chosen": "chosen", "recording": "as before"}
        lines.append(f"  skeleton: {len(plan.skeleton)} lines, {origin[plan.skeleton_from]}")
    known = {behaviour.name for behaviour in plan.sources.ethogram}
    if new := [one.name for one in plan.ethogram if one.name not in known]:
        lines.append(f"  new behaviours: {_some(new)}")
    lines += [f"  ? {question}" for question in plan.questions]
    lines += [f"  ! {problem}" for problem in plan.problems]
    return lines


def video_line(entry: VideoEntry, *, several: bool = False) -> str:
    """One camera: name, frames, rate, size, view, offset."""
    text = (
        f"{entry.id}: {entry.path.name}, {entry.frames} frames, {entry.fps:g} frames/s, "
        f"{entry.width} x {entry.height} pixels, {entry.view} view"
    )
    return f"{text}, starts at {entry.offset_s:g} s" if several else text


def pose_lines(plan: PosePlan) -> list[str]:
    """What a pose file is, and what becomes of its rows and names."""
    shift = f", moved by {plan.offset_frames:+d} frames" if plan.offset_frames else ""
    lines = [
        f"poses {plan.file.path.name}: {plan.file.format}, {plan.file.reason}",
        f"  {plan.rows} rows for {plan.n_frames} frames{shift}",
    ]
    lines += [f"  or moved: {_offset(one, '--pose-offset-frames')}" for one in plan.offsets]
    return [
        *lines,
        *_renames("individuals", plan.individuals),
        *_renames("keypoints", plan.keypoints),
    ]


def label_lines(plan: LabelPlan) -> list[str]:
    """What a label file is, and what becomes of its observations, times and names."""
    unit = f", times in {plan.file.unit}" if plan.file.unit else ""
    shift = f", moved by {plan.offset_s:+g} s" if plan.offset_s else ""
    lines = [
        f"labels {plan.file.path.name}: {plan.file.format}, {plan.file.reason}",
        f"  {len(plan.bouts)} bouts{unit}{shift}",
    ]
    if len(plan.observations) > 1:
        taken = [one for one in plan.observations if one.taken]
        names = _some([one.name or one.video for one in taken]) or "none"
        lines.append(f"  {len(taken)} of {len(plan.observations)} observations: {names}")
    lines += [f"  or moved: {_offset(one, '--label-offset-s')}" for one in plan.offsets]
    lines += _renames("individuals", plan.individuals) + _renames("behaviours", plan.behaviours)
    lines += [
        f"  {match.found!r} is new; if it means {match.suggestion}: "
        f"--behaviour '{match.found}={match.suggestion}'"
        for match in plan.behaviours
        if match.how == "new" and match.suggestion
    ]
    return lines


def roles_line(roles: Sequence[RoleGuess]) -> str:
    """The keypoint of each body part, those that are not sure marked."""
    marks = {"sure": "", "chosen": "", "likely": " (likely)", "guess": " (guess)"}
    return ", ".join(f"{one.role} = {one.keypoint}{marks[one.sureness]}" for one in roles)


def _renames(what: str, matches: Sequence[NameMatch]) -> list[str]:
    lines = told(matches)
    return [f"  {what}: {_some(lines)}"] if lines else []


def _offset(offset: Offset, option: str) -> str:
    return f"{option} {offset.amount:g}, {offset.reason}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more
