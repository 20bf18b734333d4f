"""How long the map of behaviours takes to draw while it is panned and zoomed, by windows.

Run with a screen: scripts/in_window python benchmarks/behaviour_map.py
"""

from __future__ import annotations

import time

import numpy as np
from qtpy.QtWidgets import QApplication

from napari_mousegpt.widgets.behaviour_map import BehaviourMap

SIZE, STEPS = (700, 600), 40


def main() -> None:
    """Print the median and the 95th percentile of the processor's time for one picture."""
    app = QApplication([])
    shown = []  # a widget that goes while Qt still paints it ends the program
    for count in (200, 5_000, 20_000, 100_000, 300_000):
        generator = np.random.default_rng(0)
        groups = generator.integers(0, 8, (count, 1)) * [[1.5, 0.7]]
        places = generator.normal(size=(count, 2)) + groups
        colours = 0xFF000000 | generator.integers(0, 0xFFFFFF, count)
        drawn = BehaviourMap(str)
        shown.append(drawn)
        drawn.resize(*SIZE)
        drawn.show()
        drawn.show_windows(places, colours.astype(np.uint32), np.zeros(count, bool))
        drawn.choose(generator.random(count) < 0.05)
        app.processEvents()
        times_ms = []
        for step in range(STEPS):
            began_s = time.process_time()
            if step % 2:
                drawn.view.scaleBy((0.97, 0.97))
            else:
                drawn.view.translateBy(x=0.05)
            drawn.viewport().repaint()
            times_ms.append(1e3 * (time.process_time() - began_s))
        median, high = np.percentile(times_ms, [50, 95])
        print(f"{count:>7,} windows: {median:5.1f} ms, 95 of 100 within {high:5.1f} ms")
        drawn.hide()


if __name__ == "__main__":
    main()
