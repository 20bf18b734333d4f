"""What a model is told of one recording: choices, and what the recording knows, as a prompt."""

from __future__ import annotations

from typing import Any

import xarray as xr

from napari_mousegpt.captioning.prompt import Prompt
from napari_mousegpt.captioning.prompting.compose import Known, compose
from napari_mousegpt.captioning.prompting.drawn_keypoints import drawing_for, parts_in_words
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.workflows.captioner_choice import CaptionSettings
from napari_mousegpt.workflows.prompt_examples import draw_examples


def prompt_for(
    recording: Recording, settings: CaptionSettings, poses: xr.Dataset | None
) -> Prompt | None:
    """Put together what the captioner is told; None for its own words.

    Raises
    ------
    ValueError
        If the recording lacks what is chosen: cameras, keypoints, behaviours or examples.
    """
    choices = settings.prompt
    if choices.is_default:
        return None
    further_cameras(recording, settings)
    known = _known(recording, settings, poses)
    plain = compose(choices, known)
    if not choices.examples:
        return plain
    return compose(choices, known, draw_examples(recording, settings, plain))


def further_cameras(recording: Recording, settings: CaptionSettings) -> tuple[VideoEntry, ...]:
    """The cameras that are shown with the one that is described.

    Raises
    ------
    ValueError
        If several are to be shown and there is one only.
    """
    if settings.prompt.preset != "views":
        return ()
    mine = recording.video(settings.video).id
    chosen = settings.also_seen
    if chosen is None:
        chosen = tuple(entry.id for entry in recording.videos)
    entries = tuple(recording.video(camera) for camera in chosen if camera != mine)
    if not entries:
        raise ValueError(
            "the preset views shows several cameras of one moment, and "
            f"{recording.name} has one here: choose another preset, such as auto"
        )
    return entries


def prompt_identity(recording: Recording, settings: CaptionSettings) -> dict[str, Any]:
    """What of the choices changes pictures and not words; nothing where nothing is chosen."""
    identity: dict[str, Any] = {}
    if settings.prompt.keypoints_drawn != "none":
        identity["keypoints_drawn"] = settings.prompt.keypoints_drawn
    if cameras := further_cameras(recording, settings):
        identity["also_seen"] = [[one.id, one.sha256, one.view, one.offset_s] for one in cameras]
    return identity


def _known(recording: Recording, settings: CaptionSettings, poses: xr.Dataset | None) -> Known:
    drawing = drawing_for(recording, settings.prompt.keypoints_drawn, poses)
    if drawing is None and settings.prompt.keypoints_drawn != "none":
        raise ValueError(
            f"keypoints are drawn from poses in the picture, and {recording.name} has none of "
            f"{recording.video(settings.video).id}: import them with --pose, or draw none"
        )
    states = [one for one in recording.ethogram if one.kind == "state"] or recording.ethogram
    keypoints = [] if drawing is None else [str(one) for one in drawing.poses["keypoint"].values]
    return Known(
        view=settings.camera_view or recording.video(settings.video).view,
        animals=len(recording.individuals),
        behaviours=tuple((one.name, one.meaning) for one in states),
        parts=tuple(parts_in_words(keypoints, recording.keypoint_roles)),
        joined=drawing is not None and bool(drawing.skeleton),
    )
