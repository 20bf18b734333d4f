"""Whether poses and labels belong to a video, told without making anything of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from napari_mousegpt.workflows.importing.files import CameraFiles
from napari_mousegpt.workflows.importing.plan import ImportPlan, plan_import
from napari_mousegpt.workflows.importing.words import label_lines, pose_lines

Entry = Mapping[str, Any]


def compare_files(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Compare each pose and label file with the video or recording it goes with.

    Parameters
    ----------
    entries
        As `io.recognise.recognise_file` gives them.

    Returns
    -------
    list of dict
        ``file, kind, video, fits, frames, rows, fps, video_fps, facts, questions, problems``, one
        for each pose and label file; none where there is no video. ``fits`` is whether it can be
        imported as it is and nothing is odd. ``video`` is None where several could be meant.
    """
    films = [entry for entry in entries if entry["kind"] in ("video", "recording")]
    files = [entry for entry in entries if entry["kind"] in ("pose", "labels")]
    return [_compared(entry, film_for(entry, films)) for entry in files] if films else []


def film_for(entry: Entry, films: Sequence[Entry]) -> Entry | None:
    """The film that a file goes with: the only one, or the one whose name its name begins with."""
    if len(films) == 1:
        return films[0]
    stem = Path(entry["path"]).stem.casefold()
    alike = [film for film in films if stem.startswith(_stem(film))]
    return max(alike, key=lambda film: len(_stem(film)), default=None)


def _stem(film: Entry) -> str:
    return Path(film["path"]).stem.casefold()


def _compared(entry: Entry, film: Entry | None) -> dict[str, Any]:
    compared = {
        "file": entry["path"],
        "kind": entry["kind"],
        "video": film["path"] if film is not None else None,
        "fits": False,
        "frames": film["frames"] if film is not None else None,
        "rows": entry["frames"],
        "fps": entry["fps"],
        "video_fps": film["fps"] if film is not None else None,
        "facts": [],
        "questions": [],
        "problems": [],
    }
    if film is None:
        name = Path(entry["path"]).name
        compared["problems"] = [f"{name}: its name does not tell which of the videos it goes with"]
        return compared
    try:
        plan = _plan(entry, film)
    except (OSError, ValueError) as error:
        compared["problems"] = [" ".join(str(error).split())]
        return compared
    facts = [line for one in plan.poses for line in pose_lines(one)]
    facts += [line for one in plan.labels for line in label_lines(one)]
    compared |= {
        "facts": [line.strip() for line in facts],
        "questions": list(plan.questions),
        "problems": list(plan.problems),
        "fits": not plan.questions and not plan.problems,
    }
    return compared


def _plan(entry: Entry, film: Entry) -> ImportPlan:
    path, of = Path(entry["path"]), Path(film["path"])
    there = film["kind"] == "recording"
    files = CameraFiles(
        video=None if there else of,
        poses=path if entry["kind"] == "pose" else None,
        labels=(path,) if entry["kind"] == "labels" else (),
    )
    # Only looked at, so what is already beside the video does not matter.
    nowhere = None if there else of.with_name(f".{of.name}.compared")
    return plan_import([files], recording=of if there else None, folder=nowhere)
