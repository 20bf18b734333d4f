"""Is a behaviour found that only treated mice do: generated cohorts, three behaviours, none at all.

    python benchmarks/new_in_group.py [--folder FOLDER] [--cohorts NAME ...]

Each cohort has 24 mice in cages of four, half of them treated, five minutes each. Treated mice rear
more and groom their faces less, and in some cohorts now and then do what no control does. Printed
are how many of the first 20 moments are that, by each method; p, from groups dealt anew among the
mice; how many windows stand out, and how many of them hold some of it. Then where only some of the
treated mice do it, and with fewer mice. A folder that is given is kept and used again.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from napari_mousegpt.analysis.novelty.new_in_group import new_in_group
from napari_mousegpt.analysis.novelty.novelty import novelty, strange_moments
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.sample.cohort import SHIFTED
from napari_mousegpt.workflows.embed import EmbedSettings, embed
from napari_mousegpt.workflows.embedded import embedded_windows
from napari_mousegpt.workflows.sample_cohort import GROUPS, write_cohort
from napari_mousegpt.workflows.steps import last_result

COHORTS = {
    "backwards-0": (0, "walking backwards", SHIFTED),
    "backwards-4": (4, "walking backwards", SHIFTED),
    "circling-6": (6, "circling", SHIFTED),
    "circling-9": (9, "circling", SHIFTED),
    "creeping-8": (8, "creeping", SHIFTED),
    "creeping-5": (5, "creeping", SHIFTED),
    "only-shifted-3": (3, "", SHIFTED),
    "nothing-2": (2, "", 0.0),
    "nothing-7": (7, "", 0.0),
}
"""Seed, what only treated mice do, and how much rearing replaces grooming."""
QUARTER = 0.25


class Data(NamedTuple):
    """Windows with ``recording`` and ``share``, the part that is the planted behaviour."""

    windows: pd.DataFrame
    vectors: np.ndarray
    asked: np.ndarray
    cages: np.ndarray


def make(folder: Path, seed: int, new: str, shifted: float) -> Data:
    """Make, describe and embed a cohort, if that was not done before."""
    from napari_mousegpt.cli import app
    from napari_mousegpt.cli.outcome import run

    if not (folder / GROUPS).exists():
        for recording in write_cohort(folder, seed=seed, new=new, shifted=shifted):
            print(f"\rgenerated {recording.name}", end="", flush=True)
        print()
    recordings = [open_recording(path) for path in sorted(folder.glob("*.mousegpt"))]
    if not len(recordings[-1].descriptions):
        names = [str(recording.folder) for recording in recordings]
        if run(app, ["caption", *names, "--captioner", "kinematic-rules"]):
            raise SystemExit("captioning failed")
        recordings = [open_recording(recording.folder) for recording in recordings]
    if not any(run_.tool == "embed" for run_ in recordings[-1].runs):
        recordings = list(last_result(embed(recordings, EmbedSettings())).recordings)
    data = embedded_windows(recordings)
    groups = pd.read_csv(folder / GROUPS).set_index("recording")
    groups = groups.loc[[recording.name for recording in recordings]]
    truths = [pd.read_csv(folder / f"{recording.name}_truth.csv") for recording in recordings]
    shares = [
        _share(truths[row.recording], new, row.start, row.stop) for row in data.windows.itertuples()
    ]
    return Data(
        data.windows.assign(share=shares),
        data.vectors,
        (groups["group"] == "treated").to_numpy(),
        pd.factorize(groups["cage"])[0],
    )


def _share(truth: pd.DataFrame, new: str, start: int, stop: int) -> float:
    mine = truth[truth["behaviour"] == new]
    shared = mine["stop"].clip(upper=stop) - mine["start"].clip(lower=start)
    return float(shared.clip(lower=0).sum() / (stop - start))


def parts(data: Data) -> Iterator[tuple[str, Data]]:
    """All mice; some treated mice without it; fewer mice."""
    yield "all", data
    if not data.windows["share"].any():
        return
    treated, controls = np.flatnonzero(data.asked), np.flatnonzero(~data.asked)
    for count in (8, 5):
        without = data.windows["recording"].isin(treated[count:]) & (data.windows["share"] > 0)
        kept = ~without.to_numpy()
        less = data._replace(windows=data.windows[kept], vectors=data.vectors[kept])
        yield f"{count} of {treated.size} do it", less
    for count in (8, 6):
        mice = np.sort(np.concatenate([treated[:count], controls[:count]]))
        kept = data.windows["recording"].isin(mice).to_numpy()
        codes = np.searchsorted(mice, data.windows["recording"][kept])
        yield (
            f"{count} + {count} mice",
            Data(
                data.windows[kept].assign(recording=codes),
                data.vectors[kept],
                data.asked[mice],
                data.cages[mice],
            ),
        )


def score(name: str, part: str, data: Data) -> None:
    """Print one line."""
    windows = data.windows.reset_index(drop=True)
    animals = windows["recording"].to_numpy(np.int64)
    asked = data.asked[animals]
    found = new_in_group(data.vectors, animals, data.asked.tolist(), blocks=data.cages)
    hits = {"group": _hits(windows, found.scores)}
    for method in ("neighbours", "forest") if part == "all" else ():
        scores = novelty(data.vectors, reference=~asked, method=method)
        hits[method] = _hits(windows, np.where(asked, scores, np.nan))
    out = found.p <= 0.05
    told = ", ".join(f"{method} {count}" for method, count in hits.items())
    print(
        f"{name:15s} {part:16s} planted {int((windows['share'] >= QUARTER).sum()):4d}  "
        f"of 20: {told:34s}  p {found.p_of_all:.3f}  stand out {int(out.sum())}, "
        f"right {int((out & (windows['share'] > 0)).sum())}",
        flush=True,
    )


def _hits(windows: pd.DataFrame, scores: np.ndarray) -> int:
    moments = strange_moments(windows, scores, limit=20)
    planted = windows[windows["share"] >= QUARTER]
    inside = [
        (
            (planted["recording"] == moment.recording)
            & (planted["start"] < moment.stop)
            & (planted["stop"] > moment.start)
        ).any()
        for moment in moments.itertuples()
    ]
    return int(sum(inside))


def main() -> None:
    """Score the cohorts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--cohorts", nargs="+", choices=COHORTS, default=list(COHORTS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for name in options.cohorts:
            data = make((options.folder or Path(temporary)) / name, *COHORTS[name])
            for part, some in parts(data):
                score(name, part, some)


if __name__ == "__main__":
    main()
