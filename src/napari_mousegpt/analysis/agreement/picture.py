"""A confusion matrix as a picture. Knows what it shows, computes nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

_DARK = 0.55


def plot_confusion(
    confusion: pd.DataFrame, path: Path, *, names: tuple[str, str], fps: float
) -> None:
    """Write shares of each row as colour and number, with its seconds beside the name.

    Parameters
    ----------
    confusion
        Frames, rows by the reference.
    path
        Its ending decides about the format: png, svg or pdf.
    names
        Of reference and other.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    frames = confusion.to_numpy(float)
    totals = frames.sum(axis=1)
    shares = np.divide(
        frames, totals[:, None], out=np.zeros_like(frames), where=totals[:, None] > 0
    )
    side = 2.2 + 0.62 * len(frames)
    figure = Figure(figsize=(side + 1.2, side), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.argwhere(frames > 0):
        share = shares[row, column]
        text = f"{100 * share:.0f}" if share >= 0.005 else "<1"
        colour = "white" if share > _DARK else "black"
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=9)
    rows = [
        f"{name} ({total / fps:.0f} s)" for name, total in zip(confusion.index, totals, strict=True)
    ]
    axes.set_yticks(range(len(rows)), rows)
    axes.set_xticks(range(len(frames)), list(confusion.columns), rotation=45, ha="right")
    axes.set(xlabel=f"said by {names[1]}", ylabel=f"said by {names[0]}")
    figure.colorbar(image, label=f"share of {names[0]}'s time", shrink=0.8)
    figure.savefig(path, dpi=130)
