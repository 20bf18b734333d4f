"""One picture of a clustering: map, sizes, tree, choice of k. It shows and computes nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from napari_mousegpt.workflows.cluster import Clustered


def plot_clusters(result: Clustered, path: Path) -> None:
    """Write map, windows per cluster, their tree and silhouette against k as a picture.

    The ending of ``path`` decides about the format (png, svg, pdf).
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 4), layout="constrained")
    FigureCanvasAgg(figure)
    on_map, sizes, tree, choice = figure.subplots(1, 4, width_ratios=(1.4, 1, 1, 1))
    windows = result.windows
    labels = windows["cluster"].to_numpy(np.int64)
    colours = figure_colours(result.report.n_clusters)
    for number in range(-1, result.report.n_clusters):
        rows = windows[labels == number]
        colour = "0.75" if number < 0 else colours[number]
        on_map.scatter(rows["x"], rows["y"], s=12, color=colour, linewidths=0)
        if number >= 0 and rows["x"].notna().any():
            on_map.annotate(str(number), (rows["x"].median(), rows["y"].median()), weight="bold")
    on_map.set(title="map, for the eye only", xticks=[], yticks=[])
    sizes.barh(range(len(result.report.sizes)), result.report.sizes, color=colours)
    sizes.invert_yaxis()
    sizes.set(title="windows in each cluster", ylabel="cluster", xlabel="windows")
    if len(result.tree):
        from scipy.cluster.hierarchy import dendrogram

        dendrogram(result.tree, ax=tree, color_threshold=0, above_threshold_color="0.3")
        tree.set(title="tree of the clusters", ylabel="distance (Ward)", xlabel="cluster")
    else:
        tree.axis("off")
    if result.k_scores:
        choice.plot(list(result.k_scores), list(result.k_scores.values()), marker="o", color="0.3")
        choice.axvline(result.report.n_clusters, color="0.6", linestyle=":")
        choice.set(title="choice of k", xlabel="number of clusters", ylabel="silhouette")
    else:
        choice.axis("off")
    figure.savefig(path, dpi=120)


def figure_colours(count: int) -> list[tuple[float, float, float, float]]:
    """Colours that can be told apart, for up to 20 clusters; then they repeat."""
    from matplotlib import colormaps

    palette = colormaps["tab20"]
    return [palette(number % 20) for number in range(count)]
