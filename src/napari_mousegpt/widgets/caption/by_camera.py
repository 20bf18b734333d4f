"""What is to be described of each camera. Knows clocks, no form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from napari_mousegpt.widgets.cameras.cameras import Cameras
from napari_mousegpt.workflows.caption import CaptionSettings

NOT_FILMED = "None of the ticked cameras was filming in the selected range: choose another."


def settings_by_camera(
    settings: CaptionSettings, cameras: Cameras, chosen: Sequence[str]
) -> list[CaptionSettings]:
    """Make settings for each chosen camera; the one that is looked at comes first.

    The part of the film, which is in frames of the viewer, becomes frames of the camera; a camera
    that was not filming then is left out. The view is that of the recording. Of a single film
    the settings are returned as they are.
    """
    if not cameras.views:
        return [settings]
    if settings.prompt.preset == "views" and chosen:  # one run, with all of them in each clip
        first, *others = sorted(chosen, key=lambda one: one != cameras.looked_at)
        settings, chosen = replace(settings, also_seen=tuple(others) or None), [first]
    found = []
    for camera in sorted(chosen, key=lambda one: one != cameras.looked_at):
        part = settings.frames
        if part is not None:
            part = cameras.range_of(camera, part)
            if part is None:
                continue
        found.append(replace(settings, video=camera, camera_view=None, frames=part))
    return found


def all_have_poses(cameras: Cameras, chosen: Sequence[str]) -> bool:
    """Whether each chosen camera has poses."""
    return all(view.poses is not None for view in cameras.views if view.id in chosen)
