"""What a captioning is about and what it tells, as values. Knows no thread and no widget."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_mousegpt.captioning.prompting.choices import PromptChoices
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.upload_consent import allow_upload
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
    upload_to
        Host that a person just allowed its pictures to go to; None if nobody was asked.
    """

    recording: Recording | None
    video: Path
    poses: Path | None = None
    folder: Path | None = None
    upload_to: str | None = None

    def open(self, folder: Path | None = None) -> Recording:
        """Return the recording, made now (in ``folder``, if given) if there is none yet.

        Poses from a file become part of a recording that is there. What a person allowed is
        remembered in it.
        """
        recording = self._opened(folder)
        if self.upload_to is not None:
            allow_upload(recording.folder, self.upload_to)
        return recording

    def _opened(self, folder: Path | None) -> Recording:
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


def forecast_of(plan: CaptionPlan, also: Sequence[CaptionPlan] = ()) -> Forecast:
    """Count what a plan holds, and further ones of other cameras; the run is that of the first."""
    plans = [plan, *also]
    return Forecast(
        plan.run.run_id,
        sum(len(one.windows) for one in plans),
        len(plan.individuals),
        sum(one.total for one in plans),
        sum(one.skipped for one in plans),
    )


def request_text(
    folder: Path, settings: CaptionSettings, also: Sequence[CaptionSettings] = ()
) -> str:
    """Write a recording and settings as one line, for another process; ``also`` those after."""
    further = [asdict(one) for one in also]
    return json.dumps({"folder": str(folder), "settings": asdict(settings), "also": further})


def read_request(text: str) -> tuple[Path, CaptionSettings]:
    """Read folder and first settings of what `request_text` wrote."""
    values: dict[str, Any] = json.loads(text)
    return Path(values["folder"]), _settings(values["settings"])


def read_further(text: str) -> list[CaptionSettings]:
    """Read the further settings of what `request_text` wrote."""
    return [_settings(one) for one in json.loads(text)["also"]]


def _settings(settings: dict[str, Any]) -> CaptionSettings:
    if settings["frames"] is not None:
        settings["frames"] = TimeRange(**settings["frames"])
    if settings["individuals"] is not None:
        settings["individuals"] = tuple(settings["individuals"])
    if settings["also_seen"] is not None:
        settings["also_seen"] = tuple(settings["also_seen"])
    settings["prompt"] = PromptChoices.from_json(settings["prompt"])
    return CaptionSettings(**settings)
