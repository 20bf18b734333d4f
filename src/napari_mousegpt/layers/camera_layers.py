"""The cameras of a recording, ready to be drawn, and their films as image layers side by side.

A camera whose film cannot be opened is a black tile that says why. Knows no viewer.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import xarray as xr

from napari_mousegpt.datamodel.camera_clock import CameraClock
from napari_mousegpt.datamodel.poses import fit_to_video
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.io.camera_clocks import camera_clocks
from napari_mousegpt.io.films.film import Film
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.layers.camera_view import CameraView, tile_origins
from napari_mousegpt.layers.film import ShownFilm
from napari_mousegpt.layers.film.film_on_clock import NOT_FILMING, FilmOnClock
from napari_mousegpt.layers.film.together import Together
from napari_mousegpt.layers.layer_data import LayerData
from napari_mousegpt.layers.video import video_layer

KEPT_BYTES = 128 << 20
"""Decoded pictures that are kept of all cameras together."""


def camera_views(recording: Recording) -> tuple[CameraView, ...]:
    """List the cameras of a recording, with tiles, clocks and poses."""
    entries = recording.videos
    origins = tile_origins([(entry.height, entry.width) for entry in entries])
    clocks = [_clock(recording, entry) for entry in entries]
    return tuple(
        CameraView(entry, clock, clocks[0], origin, _poses(recording, entry))
        for entry, clock, origin in zip(entries, clocks, origins, strict=True)
    )


def camera_films(views: Sequence[CameraView]) -> list[LayerData]:
    """An image layer for each camera, all counted in the frames of the first.

    The mark of the first holds ``views``, that of each other its ``camera``.
    """
    together, kept = Together(), KEPT_BYTES // len(views)
    layers: list[LayerData] = []
    for view in views:
        film = _film(view)
        if view is not views[0] or film is None:
            film = _on_clock(view, film)
        shown = ShownFilm(film, together=together, kept_bytes=kept)
        more = {"views": tuple(views)} if view is views[0] else {"camera": view.id}
        data, options, kind = video_layer(shown, **more)
        options["name"] = f"{view.title} · {view.entry.path.name}"
        options["translate"] = (0.0, *view.origin_yx)
        layers.append((data, options, kind))
    return layers


def _film(view: CameraView) -> Film | None:
    """The film itself; None where it cannot be opened, which only the others than the first may."""
    try:
        return open_film(view.entry.path, view.entry.fps, wait=False)
    except (OSError, ValueError) as error:
        if view.clock is view.reference:
            raise
        warnings.warn(f"{view.title} is not shown: {error}", stacklevel=3)
        return None


def _on_clock(view: CameraView, film: Film | None) -> FilmOnClock:
    gone = f"{view.entry.path.name} cannot be opened"
    return FilmOnClock(
        film,
        view.clock,
        view.reference,
        shape_yx=view.shape_yx,
        title=view.title,
        problem=NOT_FILMING if film is not None else gone,
        path=view.entry.path,
    )


def _clock(recording: Recording, entry: VideoEntry) -> CameraClock:
    try:
        return camera_clocks(recording.replace(videos=(entry,)))[entry.id]
    except (OSError, ValueError):  # which is told where its film is opened
        return CameraClock(entry.frames, entry.fps, entry.offset_s)


def _poses(recording: Recording, entry: VideoEntry) -> xr.Dataset | None:
    poses = load_poses(recording, entry.id)
    if poses is None or poses.sizes["space"] > 2:
        return None
    try:
        poses = fit_to_video(poses, entry.frames)
    except ValueError as error:
        warnings.warn(f"{entry.id}: {error}", stacklevel=3)
        return None
    names = list(recording.individuals)
    known = [str(name) for name in poses["individual"].values]
    return poses if known == names else poses.reindex(individual=names)
