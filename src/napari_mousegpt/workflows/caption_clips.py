"""The clips of a plan: what the captioner is shown and told of each window. Knows no answer."""

from __future__ import annotations

from dataclasses import replace

import xarray as xr

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.clips import ClipMaker
from napari_mousegpt.captioning.prompting.drawn_keypoints import drawing_for
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.films.film import Film
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.kinematics.frame_features import frame_features
from napari_mousegpt.kinematics.relations import OtherAnimals
from napari_mousegpt.kinematics.window_features import window_features
from napari_mousegpt.workflows.caption_plan import CaptionPlan
from napari_mousegpt.workflows.prompt_for import further_cameras
from napari_mousegpt.workflows.several_cameras import SeveralCameras

Numbers = dict[tuple[str, int, int], dict[str, float]]


def clip_maker(plan: CaptionPlan, video: Film) -> ClipMaker | SeveralCameras:
    """Make what cuts the clips of a plan out of its video, and of others that are shown with it."""
    settings = plan.settings
    drawn = settings.prompt.keypoints_drawn
    maker = ClipMaker(
        video=video,
        video_id=plan.entry.id,
        times_s=plan.times_s,
        fps=settings.fps or plan.entry.fps,
        poses=plan.poses if _in_pixels(plan.poses) else None,
        roles=plan.recording.keypoint_roles,
        features=window_numbers(plan, frame_numbers(plan)),
        camera_view=settings.camera_view or "top",
        frames_per_clip=settings.frames_per_clip,
        side_px=plan.captioner.side_px if plan.captioner.needs_pixels else 0,
        longest_s=plan.captioner.longest_window_s,
        crop=settings.crop,
        shown=plan.shown,
        video_sha256=plan.entry.sha256,
        others=_others(plan),
        drawing=drawing_for(plan.recording, drawn, plan.poses),
    )
    cameras = further_cameras(plan.recording, settings)
    return SeveralCameras(maker, plan.recording, cameras, drawn) if cameras else maker


def clip_for(plan: CaptionPlan, window: TimeRange, individual: str) -> Clip:
    """Cut the first clip of one window, to show what the model gets."""
    return clips_for(plan, window, individual)[0]


def clips_for(plan: CaptionPlan, window: TimeRange, individual: str) -> list[Clip]:
    """Cut the clips of one window: one, or one for each part where the captioner wants parts."""
    with open_film(plan.entry.path, plan.entry.fps) as video:
        maker = clip_maker(replace(plan, windows=(window,)), video)
        return maker.clips_of(window, [individual])[individual]


def frame_numbers(plan: CaptionPlan) -> xr.Dataset | None:
    """Kinematics of all frames; None where the captioner is told none, or there are no poses."""
    wants = plan.captioner.needs_poses or "{kinematics}" in plan.prompt
    if plan.poses is None or not wants:
        return None
    return frame_features(
        plan.poses,
        roles=plan.recording.keypoint_roles,
        fps=plan.settings.fps or plan.entry.fps,
        times_s=plan.times_s,
        pixel_size_mm=plan.recording.pixel_size_mm,
        camera_view=plan.settings.camera_view,
    )


def _others(plan: CaptionPlan) -> OtherAnimals | None:
    """What tells how the animals stand to each other; None where the captioner is not told."""
    if plan.poses is None or "{others}" not in plan.prompt or len(plan.recording.individuals) < 2:
        return None
    return OtherAnimals(
        plan.poses,
        roles=plan.recording.keypoint_roles,
        fps=plan.settings.fps or plan.entry.fps,
        times_s=plan.times_s,
        camera_view=plan.settings.camera_view,
    )


def window_numbers(plan: CaptionPlan, of_frames: xr.Dataset | None) -> Numbers:
    """Kinematics of what is shown of each window, by individual, start and stop of the window."""
    if of_frames is None or not plan.windows:
        return {}
    shown = [plan.shown.get(window, window) for window in plan.windows]
    table = window_features(of_frames, shown)
    numbers = table.drop(columns=["individual", "start", "stop"]).to_dict("records")
    # The table has all windows of one individual, in their order, then those of the next.
    animals = len(table) // len(plan.windows)
    spans = [(window.start, window.stop) for window in plan.windows] * animals
    return {
        (str(who), start, stop): row
        for who, (start, stop), row in zip(table["individual"], spans, numbers, strict=True)
    }


def _in_pixels(poses: xr.Dataset | None) -> bool:
    """Poses in space lie nowhere in the picture: then the animal is found without them."""
    return poses is not None and poses.sizes["space"] == 2
