"""What a person decides about an import. Knows no guess."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from napari_mousegpt.workflows.importing.names import refuse_unknown
from napari_mousegpt.workflows.importing.observations import ALL
from napari_mousegpt.workflows.importing.sources import Sources


@dataclass(frozen=True, slots=True)
class ImportChoices:
    """What a person decides about an import; what is empty is left to the guesses of the plan.

    Attributes
    ----------
    individuals, keypoints, behaviours
        Name in the files to name in the recording. Two with one new name are merged; a name
        that becomes "" is left out.
    roles
        Body part to keypoint (as it is called in the recording), "" for none.
    skeleton
        As ``nose-neck,neck-tailbase``.
    pose_offset_frames, label_offset_s
        By camera: added to the numbers of the rows, and to the times of the labels.
    observations
        Which of the observations in the label files; ``all`` takes all of them.
    pixel_size_mm
        Size of a pixel on the floor.
    """

    individuals: Mapping[str, str] = field(default_factory=dict)
    keypoints: Mapping[str, str] = field(default_factory=dict)
    behaviours: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    skeleton: str | None = None
    pose_offset_frames: Mapping[str, int] = field(default_factory=dict)
    label_offset_s: Mapping[str, float] = field(default_factory=dict)
    observations: tuple[str, ...] = ()
    pixel_size_mm: float | None = None

    def replace(self, **changes: Any) -> ImportChoices:
        """Return a copy with some choices changed."""
        return dataclasses.replace(self, **changes)


def refuse_unknown_choices(sources: Sources, choices: ImportChoices) -> None:
    """Raise for a choice about something that is not in the files.

    Raises
    ------
    ValueError
        With the option, what there is, and what is near.
    """
    poses = [one.poses.data for one in sources.cameras if one.poses is not None]
    poses = [data for data in poses if data is not None]
    tables = [file.data for one in sources.cameras for file in one.labels if file.data is not None]
    animals = [str(name) for data in poses for name in data["individual"].values]
    animals += [name for table in tables for name in (*table["individual"], *table["target"])]
    points = [str(name) for data in poses for name in data["keypoint"].values]
    behaviours = [name for table in tables for name in table["behaviour"]]
    behaviours += [entry["name"] for table in tables for entry in table.attrs["ethogram"]]
    refuse_unknown(choices.individuals, distinct(animals), "individuals", "--rename")
    refuse_unknown(choices.keypoints, distinct(points), "keypoints", "--keypoint")
    refuse_unknown(choices.behaviours, distinct(behaviours), "behaviours", "--behaviour")
    known: list[str] = [ALL]
    for table in tables:
        known += [*table["video"], *table.get("observation", ())]
    refuse_unknown(choices.observations, distinct(known), "observations", "--observation")
    ids = [camera.entry.id for camera in sources.cameras]
    refuse_unknown(choices.pose_offset_frames, ids, "cameras", "--pose-offset-frames")
    refuse_unknown(choices.label_offset_s, ids, "cameras", "--label-offset-s")


def distinct(names: Iterable[str | None]) -> list[str]:
    """Each name once, in the order in which they come; none for what is no name."""
    return list(dict.fromkeys(name for name in names if name))
