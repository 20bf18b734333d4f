"""What a captioning is about and what it tells, as values. Knows no thread and no widget."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.workflows.caption import CaptionPlan, CaptionSettings
from napari_mousegpt.workflows.import_recording import import_recording

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.recording import Recording


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be described: a recording, or the files that become one.

    Attributes
    ----------
    recording
        None if it is still to be made.
    video, poses
        Files; poses None where there are none.
    folder
        Where the recording goes; beside the video if None.
    """

    recording: Recording | None
    video: Path
    poses: Path | None = None
    folder: Path | None = None

    def open(self, folder: Path | None = None) -> Recording:
        """Return the recording, made now (in ``folder``, if given) if there is none yet.

        Poses from a file become part of a recording that is there.
        """
        if self.recording is not None and self.poses is not None:
            return import_recording(self.recording.folder, poses=self.poses)
        if self.recording is not None:
            return self.recording
        return import_recording(self.video, poses=self.poses, folder=folder or self.folder)


@dataclass(frozen=True, slots=True)
class Forecast:
    """How much a run has to describe. ``skipped`` of ``total`` were described before."""

    run_id: str
    windows: int
    individuals: int
    total: int
    skipped: int


def forecast_of(plan: CaptionPlan) -> Forecast:
    """Count what a plan holds."""
    return Forecast(
        plan.run.run_id, len(plan.windows), len(plan.individuals), plan.total, plan.skipped
    )


def request_text(folder: Path, settings: CaptionSettings) -> str:
    """Write a recording and settings as one line, for another process."""
    return json.dumps({"folder": str(folder), "settings": asdict(settings)})


def read_request(text: str) -> tuple[Path, CaptionSettings]:
    """Read what `request_text` wrote."""
    values: dict[str, Any] = json.loads(text)
    settings = values["settings"]
    if settings["frames"] is not None:
        settings["frames"] = TimeRange(**settings["frames"])
    if settings["individuals"] is not None:
        settings["individuals"] = tuple(settings["individuals"])
    return Path(values["folder"]), CaptionSettings(**settings)


def in_one_sentence(error: BaseException) -> str:
    """What an exception says; its kind too where it is not one that is meant for people."""
    text = str(error).strip() or "no reason given"
    meant_for_people = (ValueError, OSError, RuntimeError, MemoryError)
    return text if isinstance(error, meant_for_people) else f"{type(error).__name__}: {text}"
