"""The mouse on the timeline: zoom, pan, click and drag. Knows frames, not what they show."""

from __future__ import annotations

from qtpy.QtCore import QPointF, Qt, Signal

from napari_mousegpt.widgets.plotting import pg

LEAST_FRAMES = 8
BEYOND = 0.02
ZOOM_PER_NOTCH = 0.8


class TimeView(pg.ViewBox):
    """View that moves in time only.

    Signals
    -------
    clicked
        Frame, height and the keys held down.
    double_clicked
        Frame and height.
    menu_asked
        Frame, height and place on the screen of a right click.
    dragged
        First and present frame of a drag with the left button, and whether it has ended.
    """

    clicked = Signal(float, float, object)
    double_clicked = Signal(float, float)
    menu_asked = Signal(float, float, object)
    dragged = Signal(float, float, bool)

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.setMouseEnabled(x=True, y=False)
        self.invertY(True)
        self.n_frames = 0
        self.setDefaultPadding(0.0)

    def set_extent(self, n_frames: int) -> None:
        """Bound the view by a recording; one of another length is shown whole."""
        beyond = max(1.0, BEYOND * n_frames)
        self.setLimits(
            xMin=-beyond,
            xMax=n_frames + beyond,
            minXRange=min(LEAST_FRAMES, max(n_frames, 1)),
            maxXRange=n_frames + 2 * beyond,
        )
        if n_frames != self.n_frames:
            self.n_frames = n_frames
            self.show_all()

    def show_all(self) -> None:
        """Show the whole recording."""
        self.setXRange(0, max(self.n_frames, 1), padding=0.005)

    def show_range(self, start: float, stop: float) -> None:
        """Show some frames with a little room on both sides."""
        self.setXRange(start, stop, padding=0.08)

    def centre_on(self, frame: float) -> None:
        """Move a frame to the middle, at the same magnification."""
        left, right = self.viewRange()[0]
        self.setXRange(frame - (right - left) / 2, frame + (right - left) / 2, padding=0)

    def reveal(self, frame: float) -> None:
        """Turn the page if a frame is not in view."""
        left, right = self.viewRange()[0]
        if not left <= frame <= right:
            span = right - left
            start = frame - 0.05 * span if frame > right else frame - 0.95 * span
            self.setXRange(start, start + span, padding=0)

    def zoom(self, factor: float, around: float | None = None) -> None:
        """Show ``factor`` times as many frames, keeping one frame where it is."""
        left, right = self.viewRange()[0]
        centre = (left + right) / 2 if around is None else around
        self.setXRange(
            centre - (centre - left) * factor, centre + (right - centre) * factor, padding=0
        )

    def pan(self, share: float) -> None:
        """Move by a share of what is visible."""
        left, right = self.viewRange()[0]
        self.translateBy(x=share * (right - left))

    def wheelEvent(self, event, axis=None) -> None:
        """Zoom around the pointer; with Shift or Alt, or a sideways wheel, pan."""
        event.accept()
        notches = event.delta() / 120
        sideways = event.orientation() == Qt.Orientation.Horizontal
        if sideways or event.modifiers() & (
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier
        ):
            self.pan(-0.15 * notches)
        else:
            self.zoom(ZOOM_PER_NOTCH**notches, self.mapSceneToView(event.scenePos()).x())

    def mouseClickEvent(self, event) -> None:
        """Tell which frame was clicked."""
        place = self.mapSceneToView(event.scenePos())
        if event.button() == Qt.MouseButton.RightButton:
            event.accept()
            self.menu_asked.emit(place.x(), place.y(), event.screenPos().toPoint())
        elif event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            if event.double():
                self.double_clicked.emit(place.x(), place.y())
            else:
                self.clicked.emit(place.x(), place.y(), event.modifiers())

    def mouseDragEvent(self, event, axis=None) -> None:
        """Left: select. Middle or right: pan."""
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton:
            first = self._frame(event.buttonDownScenePos())
            self.dragged.emit(first, self._frame(event.scenePos()), event.isFinish())
        else:
            moved = self._frame(event.lastScenePos()) - self._frame(event.scenePos())
            self.translateBy(x=moved)

    def _frame(self, scene_place: QPointF) -> float:
        return self.mapSceneToView(scene_place).x()
