"""``mousegpt cluster``: windows that are alike, as clusters, a map and bouts."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.jobs import open_all, run_steps
from napari_mousegpt.cli.outcome import print_json, say

if TYPE_CHECKING:
    from napari_mousegpt.workflows.cluster import Clustered

METHODS = ("ward", "hdbscan", "kmeans", "gaussian")
MAPS = ("umap", "tsne", "pca", "none")


def _method(text: str) -> str:
    if text not in METHODS:
        raise typer.BadParameter(f"expected one of {', '.join(METHODS)}, found {text!r}")
    return text


def _map(text: str | None) -> str | None:
    if text is not None and text not in MAPS:
        raise typer.BadParameter(f"expected one of {', '.join(MAPS)}, found {text!r}")
    return text


def cluster(
    recordings: Annotated[list[Path], typer.Argument(help="Recordings, embedded together.")],
    method: Annotated[
        str, typer.Option("--method", callback=_method, help=", ".join(METHODS))
    ] = "ward",
    k: Annotated[
        Optional[int],  # noqa: UP045  (typer reads the annotation)
        typer.Option("--k", min=1, help="Number of clusters; default: chosen, and said why."),
    ] = None,
    min_size: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--min-size", min=2, help="hdbscan: fewest windows of a cluster."),
    ] = None,
    min_bout_s: Annotated[
        float, typer.Option("--min-bout-s", min=0, help="Shorter bouts go to their neighbours.")
    ] = 0.0,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 0,
    map_: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--map", callback=_map, help="umap, tsne, pca or none; for the eye only."),
    ] = None,
    embedding: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--embedding", help="Run of mousegpt embed; default: the last."),
    ] = None,
    like: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--like", help="Recording whose clusters are used instead of new ones."),
    ] = None,
    plot: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--plot", help="Picture of map, sizes, tree and choice of k to write."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Find groups of windows that are alike, and make them bouts of source cluster."""
    from napari_mousegpt.io.recording_folder import open_recording
    from napari_mousegpt.workflows.cluster import ClusterSettings, cluster

    settings = ClusterSettings(
        method=method,
        k=k,
        min_size=min_size,
        min_bout_s=min_bout_s,
        seed=seed,
        map=map_,
        embedding=embedding,
    )
    fitted_in = open_recording(like) if like else None
    result = run_steps(cluster(open_all(recordings), settings, fitted_in=fitted_in))
    if plot is not None:
        from napari_mousegpt.workflows.cluster_plot import plot_clusters

        plot_clusters(result, plot)
    if as_json:
        print_json(_summary(result))
        return
    _warn(result)
    print("\n".join(_lines(result)))
    print(f"Next: mousegpt name {' '.join(str(path) for path in recordings)}")


def _summary(result: Clustered) -> dict[str, Any]:
    return {
        "recordings": [str(recording.folder) for recording in result.recordings],
        "runs": [run.run_id for run in result.runs],
        "model": result.model,
        "windows": len(result.windows),
        "report": asdict(result.report),
        "k_scores": {str(k): round(score, 4) for k, score in result.k_scores.items()},
        "k_reason": result.k_reason or None,
        "smoothing": result.smoothing.astype(object)
        .where(result.smoothing.notna(), None)
        .to_dict("records"),
    }


def _lines(result: Clustered) -> list[str]:
    found = result.report
    sizes = ", ".join(str(size) for size in found.sizes)
    lines = [
        f"{found.n_clusters} clusters in {len(result.windows)} windows: {sizes} windows; "
        f"noise {100 * found.noise_share:.0f} %",
        f"validity: silhouette {_number(found.silhouette)}, DBCV {_number(found.dbcv)}",
        f"stability (adjusted mutual information over {found.refits} refits): bootstraps "
        f"{_number(found.stability_bootstrap)}, lowest {_number(found.stability_bootstrap_low)}"
        + ("" if found.stability_seeds is None else f", seeds {found.stability_seeds:.2f}"),
    ]
    if result.k_scores:
        best = sorted(result.k_scores, key=lambda k: -result.k_scores[k])[:3]
        tried = ", ".join(f"{k} ({result.k_scores[k]:.2f})" for k in best)
        lines.append(f"number of clusters, {result.k_reason}")
        lines.append(f"k by silhouette, best three of {len(result.k_scores)} tried: {tried}")
    lines.append("shortest bout: bouts, median length, windows changed")
    lines += [
        f"  {row['min_bout_s']:g} s: {row['bouts']}, {row['median_bout_s']:.1f} s, "
        f"{100 * row['changed_share']:.0f} %"
        for row in result.smoothing.to_dict("records")
    ]
    return lines


def _warn(result: Clustered) -> None:
    stable = result.report.stability_bootstrap
    if stable is not None and stable < 0.6:
        say(
            f"warning: these clusters change from sample to sample (stability {stable:.2f} of 1): "
            "try fewer (--k), another method, or more recordings"
        )


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"
