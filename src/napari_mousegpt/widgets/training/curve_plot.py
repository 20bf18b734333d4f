"""Loss and held-out accuracy over the steps of a training. Knows numbers only."""

from __future__ import annotations

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_mousegpt.widgets.plotting import pg, still_plot, theme_colours

LOSS, FACTS, BEHAVIOUR = "#ee8866", "#44aa99", "#88ccee"
HEIGHT_PX = 130


class CurvePlot(QWidget):
    """Two plots, one above the other: share of facts right, and loss."""

    def __init__(self) -> None:
        super().__init__()
        self.accuracy = _plot("right %")
        self.loss = _plot("loss")
        self.accuracy.setXLink(self.loss)
        self.loss.setLabel("bottom", "step")
        self.accuracy.setYRange(0, 100)
        self.accuracy.addLegend(
            offset=(-8, -4), labelTextSize="8pt", labelTextColor=theme_colours().text
        )
        self._facts = self.accuracy.plot(
            pen=pg.mkPen(FACTS, width=2), symbol="o", symbolSize=6, symbolBrush=FACTS, name="facts"
        )
        self._behaviour = self.accuracy.plot(
            pen=pg.mkPen(BEHAVIOUR, width=2),
            symbol="o",
            symbolSize=6,
            symbolBrush=BEHAVIOUR,
            name="behaviour",
        )
        self._loss = self.loss.plot(pen=pg.mkPen(LOSS, width=2))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.accuracy)
        layout.addWidget(self.loss)
        self.clear()

    def clear(self) -> None:
        """Forget what was shown."""
        self.losses: list[tuple[int, float]] = []
        self.measured: list[tuple[int, float, float]] = []
        self._draw()

    def show_steps(self, shown: bool) -> None:
        """Show a course of steps with its loss, or only what was before and after."""
        self.loss.setVisible(shown)
        ticks = None if shown else [[(0, "before"), (1, "after")]]
        self.accuracy.getAxis("bottom").setTicks(ticks)
        self.accuracy.setXLink(self.loss if shown else None)
        if not shown:
            self.accuracy.setXRange(-0.3, 1.3, padding=0)

    def add(self, progress: dict) -> None:
        """Add a progress, as the process tells it."""
        step = int(progress["step"])
        if progress["loss"] is not None:
            self.losses.append((step, progress["loss"]))
        if progress["measured"] and progress["accuracy"] is not None:
            behaviour = progress["behaviour_accuracy"] or 0.0
            self.measured.append((step, 100 * progress["accuracy"], 100 * behaviour))
        self._draw()

    def _draw(self) -> None:
        self._loss.setData(*_columns(self.losses, 2))
        steps, facts, behaviours = _columns(self.measured, 3)
        self._facts.setData(steps, facts)
        self._behaviour.setData(steps, behaviours)


def _columns(rows: list, number: int) -> list[list[float]]:
    return [[row[place] for row in rows] for place in range(number)]


def _plot(label: str) -> pg.PlotWidget:
    colours = theme_colours()
    plot = still_plot(colours.background)
    plot.setFixedHeight(HEIGHT_PX)
    plot.getAxis("left").setWidth(46)
    for side in ("left", "bottom"):
        plot.getAxis(side).setPen(colours.faint_text)
        plot.getAxis(side).setTextPen(colours.text)
    plot.getAxis("left").enableAutoSIPrefix(False)
    plot.setLabel("left", label)
    return plot
