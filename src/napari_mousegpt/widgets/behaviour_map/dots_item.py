"""The dots of the map in a view: drawn as one picture, the chosen ones outlined. Knows no table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QPointF, QRectF
from qtpy.QtGui import QColor, QImage, QPainter

from napari_mousegpt.widgets.behaviour_map.dots_picture import (
    DotsPicture,
    draw_dots,
    radius_for,
)
from napari_mousegpt.widgets.plotting import pg

CHOSEN_WIDER_PX = 2.5
FEW = 1_000
"""Up to so many chosen dots are drawn wider."""


class DotsItem(pg.GraphicsObject):
    """Dots at places, in colours."""

    def __init__(self) -> None:
        super().__init__()
        self.ink = QColor("#ffffff")
        self._places = np.zeros((0, 2))
        self._colours = np.zeros(0, np.uint32)
        self._chosen = np.zeros(0, np.int64)
        self._picture: DotsPicture | None = None
        self._layers: list[DotsPicture] = []
        self._drawn_for: object = None

    def set_dots(self, places: NDArray[np.float64], colours: NDArray[np.uint32]) -> None:
        """Show other dots, shape (dots, 2), later ones over earlier ones."""
        self.prepareGeometryChange()
        self._places, self._colours = places, colours
        self._chosen = np.zeros(0, np.int64)
        self._redraw()

    def set_colours(self, colours: NDArray[np.uint32]) -> None:
        """Give the dots other colours."""
        self._colours = colours
        self._redraw()

    def set_chosen(self, rows: NDArray[np.int64]) -> None:
        """Outline these dots, above all others."""
        self._chosen = rows
        self._redraw()

    def row_at(self, scene_place: QPointF) -> int | None:
        """The dot at a place of the scene, or None."""
        view = self.getViewBox()
        if self._picture is None or view is None:
            return None
        corner = view.sceneBoundingRect().topLeft()
        place = scene_place - corner
        return self._picture.row_at(place.x(), place.y())

    def boundingRect(self) -> QRectF:
        """The whole view: the picture is made for what is in view."""
        view = self.getViewBox()
        return QRectF() if view is None else view.viewRect()

    def viewRangeChanged(self) -> None:
        """Follow the view."""
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, option, widget=None) -> None:
        """Draw in pixels, anew only where something changed."""
        view = self.getViewBox()
        if view is None or not len(self._places):
            return
        to_screen = painter.worldTransform()
        rect = view.mapRectToScene(view.boundingRect())
        size = round(rect.width()), round(rect.height())
        across = (to_screen.m11(), to_screen.dx() - rect.left())
        down = (to_screen.m22(), to_screen.dy() - rect.top())
        if min(size) > 0 and (size, across, down) != self._drawn_for:
            self._draw(size, across, down)
            self._drawn_for = size, across, down
        painter.save()
        painter.resetTransform()
        painter.setClipRect(rect)
        for layer in self._layers:
            corner = rect.topLeft() - QPointF(layer.margin, layer.margin)
            painter.drawImage(corner, _image(layer))
        painter.restore()

    def _draw(
        self, size: tuple[int, int], across: tuple[float, float], down: tuple[float, float]
    ) -> None:
        x_px = self._places[:, 0] * across[0] + across[1]
        y_px = self._places[:, 1] * down[0] + down[1]
        radius_px = radius_for(len(x_px))
        self._picture = draw_dots(x_px, y_px, self._colours, size, radius_px=radius_px)
        self._layers = [self._picture]
        if len(self._chosen):
            few = len(self._chosen) <= FEW
            over = draw_dots(
                x_px[self._chosen],
                y_px[self._chosen],
                self._colours[self._chosen],
                size,
                radius_px=max(3.5, radius_px + CHOSEN_WIDER_PX) if few else radius_px + 0.5,
                edge=np.uint32(self.ink.rgba()),
            )
            self._layers.append(over)

    def _redraw(self) -> None:
        self._drawn_for = None
        self.update()


def _image(picture: DotsPicture) -> QImage:
    """The picture without a copy: it must stay while the image is used."""
    height, width = picture.argb.shape
    premultiplied = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(picture.argb.data, width, height, 4 * width, premultiplied)
