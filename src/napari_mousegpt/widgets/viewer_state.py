"""What the docks of one viewer share: the film, the recording, the frame, the selection.

Docks know this and not each other. It knows no dock, and of layers only that someone follows it.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from napari_mousegpt.layers.blind import own_part
from napari_mousegpt.layers.said import SaidIndex, said_in
from napari_mousegpt.widgets.cameras.cameras import Cameras
from napari_mousegpt.widgets.docks import unwrapped

if TYPE_CHECKING:
    import xarray as xr
    from napari.components import ViewerModel

    from napari_mousegpt.datamodel.recording import Recording
    from napari_mousegpt.datamodel.timerange import TimeRange
    from napari_mousegpt.io.films.video import Video

DEFAULT_FPS = 30.0
TIME_AXIS = -3


class ViewerState:
    """The state of one viewer; use `state_of` to get it.

    Signals
    -------
    frame_changed
        The viewer shows another frame.
    film_changed
        There is another video, or other poses.
    recording_changed
        There is another recording, or something more is said in this one.
    words_changed
        Descriptions read otherwise; `recording_changed` follows when there is time for it.
    selection_changed
        Another time range is selected, or none.
    individual_changed
        Another individual is looked at, or all.
    nothing_asked
        Somebody asks that nothing be chosen any more.
    settling
        Whoever shows pictures late is to finish now.
    """

    frame_changed = Signal(int)
    film_changed = Signal()
    recording_changed = Signal()
    words_changed = Signal()
    selection_changed = Signal(object)
    individual_changed = Signal(object)
    nothing_asked = Signal()
    settling = Signal()

    def __init__(self, viewer: ViewerModel) -> None:
        # Weak, since the table of states must not keep a closed viewer alive.
        self._viewer = weakref.ref(viewer)
        self.video: Video | None = None
        self.poses: xr.Dataset | None = None
        # File of poses that no recording holds yet.
        self.poses_path: str | None = None
        self.recording: Recording | None = None
        # The recording as far as it may be seen: all of it, unless somebody scores blind.
        self.seen: Recording | None = None
        self.blind_annotator: str | None = None
        self.said: SaidIndex | None = None
        self.cameras = Cameras()
        self.selection: TimeRange | None = None
        self.individual: str | None = None
        self.frame = 0
        # Last, so that the picture has been sliced when the layers above it follow.
        viewer.dims.events.current_step.connect(self._on_step, position="last")

    @property
    def viewer(self) -> ViewerModel:
        """The viewer itself.

        Raises
        ------
        RuntimeError
            If it has been closed.
        """
        viewer = self._viewer()
        if viewer is None:
            raise RuntimeError("this viewer has been closed")
        return viewer

    @property
    def n_frames(self) -> int:
        """Frames of the video, or rows of the poses without one."""
        if self.video is not None:
            return len(self.video)
        return self.poses.sizes["time"] if self.poses is not None else 0

    @property
    def fps(self) -> float:
        """Frames per second: what the recording says, else the video, else the poses."""
        if self.recording is not None:
            return self.recording.video().fps
        if self.video is not None:
            return self.video.fps
        return (self.poses.attrs.get("fps") if self.poses is not None else None) or DEFAULT_FPS

    @property
    def individuals(self) -> tuple[str, ...]:
        """Names of the animals of the recording, else of the poses."""
        if self.recording is not None:
            return self.recording.individuals
        if self.poses is not None:
            return tuple(str(name) for name in self.poses["individual"].values)
        return ()

    def times_s(self) -> np.ndarray | None:
        """Time of each frame; None where the frame rate alone tells it."""
        if self.video is not None and abs(self.fps - self.video.fps) < 1e-6:
            return self.video.times_s
        return None

    def time_s(self, frame: int) -> float:
        """Time of a frame after the first."""
        times_s = self.times_s()
        if times_s is not None and 0 <= frame < len(times_s):
            return float(times_s[frame])
        return frame / self.fps

    def time_of(self, frame: int, camera: str | None) -> float:
        """Time of one of a camera's own frames after the viewer's first; of the first if None."""
        time_s = self.cameras.time_of(camera, frame)
        return self.time_s(frame) if time_s is None else time_s

    def go_to(self, frame: int) -> None:
        """Show a frame in the viewer."""
        dims = self.viewer.dims
        if dims.ndim >= -TIME_AXIS and self.n_frames:
            frame = int(np.clip(frame, 0, self.n_frames - 1))
            dims.set_current_step(dims.ndim + TIME_AXIS, frame)

    def settle(self) -> None:
        """Wait until the exact frame is shown, with everything drawn on it.

        While a film is scrubbed its picture may be smaller or late. A script that takes pictures
        calls this after each step, or sets *Wait for the exact frame* in the Preferences.
        """
        self.settling.emit()

    def select(self, selection: TimeRange | None) -> None:
        """Select a time range."""
        if selection != self.selection:
            self.selection = selection
            self.selection_changed.emit(selection)

    def look_at(self, individual: str | None) -> None:
        """Look at one individual, or at all."""
        if individual != self.individual:
            self.individual = individual
            self.individual_changed.emit(individual)

    def set_film(self, video: Video | None, poses: xr.Dataset | None, path: str | None) -> None:
        """Show another video, or other poses; what belongs to the earlier one is let go."""
        if video is not self.video:
            self.select(None)
            if self.recording is not None:
                self.set_recording(None)
        self.video, self.poses, self.poses_path = video, poses, path
        self.film_changed.emit()
        self.frame = -1
        self._on_step()

    def set_recording(self, recording: Recording | None, *, run_id: str | None = None) -> None:
        """Take a recording, or a newer value of it; ``run_id`` is the run to show words of."""
        self._take(recording, run_id)
        self.recording_changed.emit()

    def set_words(self, recording: Recording) -> None:
        """Take the same recording with descriptions that read otherwise; shown at once."""
        self._take(recording, self.said.run_id if self.said is not None else None)
        self.words_changed.emit()

    def _take(self, recording: Recording | None, run_id: str | None) -> None:
        self.recording = self.seen = recording
        if recording is not None and self.blind_annotator is not None:
            self.seen = own_part(recording, self.blind_annotator)
        self.said = None if self.seen is None else said_in(self.seen, run_id=run_id)
        self.cameras.hear(self.seen, self.said)

    @property
    def is_blind(self) -> bool:
        """Whether somebody scores blind: docks show nothing that others or models said."""
        return self.blind_annotator is not None

    def score_blind(self, annotator: str | None) -> None:
        """Show only what this person said, until told None; nothing of it is written anywhere."""
        if annotator != self.blind_annotator:
            self.blind_annotator = annotator
            self.set_recording(self.recording)

    @property
    def is_stepping(self) -> bool:
        """Whether the viewer is on its way to another frame, which `frame` does not tell yet."""
        viewer = self._viewer()
        return viewer is not None and _frame_of(viewer) != self.frame

    def _on_step(self) -> None:
        viewer = self._viewer()
        if viewer is None:
            return
        frame = _frame_of(viewer)
        if frame != self.frame:
            self.frame = frame
            self.frame_changed.emit(frame)


def _frame_of(viewer: ViewerModel) -> int:
    steps = viewer.dims.current_step
    return int(steps[TIME_AXIS]) if len(steps) >= -TIME_AXIS else 0


_STATES: weakref.WeakKeyDictionary[ViewerModel, tuple[ViewerState, object]] = (
    weakref.WeakKeyDictionary()
)


def state_of(viewer: ViewerModel) -> ViewerState:
    """Return the state of a viewer, made at the first call; its layers follow it from then on."""
    from napari_mousegpt.widgets.layer_follower import LayerFollower

    viewer = unwrapped(viewer)  # the proxy looks up its caller at every access
    if viewer not in _STATES:
        state = ViewerState(viewer)
        _STATES[viewer] = state, LayerFollower(state)
    return _STATES[viewer][0]
