"""Search measured: queries with a known answer, and queries that have none.

Run: python benchmarks/search.py RECORDING ... [--script] [--labels CSV] [--text MODEL]

Right is what the first query table says of windows' keywords, so the captioner's mistakes do not
count, only the search; with ``--script`` it is what the mouse was told to do, in the file
``STEM_truth.csv`` or ``STEM_bouts.csv`` beside a rendered recording, and mistakes count. These
queries were written by the people who wrote the lexicon: they measure that it does what it is
meant to, not what strangers will ask. With ``--labels`` the names that other laboratories gave to
clips are the queries, and right are the recordings of the clips so named: there the captioner's
mistakes count, too.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from napari_mousegpt import open_recording
from napari_mousegpt.analysis.search.search import SearchIndex
from napari_mousegpt.analysis.vectors.text_models import TextModel, load_text_model
from napari_mousegpt.workflows.window_kinematics import described_windows

ANSWERED = {
    "still": ("stays immobile", "the mouse does not move", "sitting motionless", "rests quietly"),
    "walking": ("strolls across the arena", "locomotion", "the animal is walking ahead"),
    "running": ("dashes at speed", "the mouse gallops", "sprinting"),
    "turning left": ("pivots to the left", "rotates leftwards", "left turn"),
    "turning right": ("pivots to the right", "rotates clockwise", "right turn"),
    "rearing": ("stands on its hind legs", "goes upright", "rears up"),
    "face grooming": ("washes its face", "wiping its snout with both forepaws", "face cleaning"),
    "body grooming": ("licks its flank", "cleans its body", "grooming of the body"),
    "scratching": ("scratches itself with a hind leg", "itching", "hindpaw scratching"),
    "sniffing": ("smells around", "explores with its nose", "investigates the floor"),
    "stretch attend": ("stretches its body forward", "risk assessment", "elongated posture"),
    "digging": ("digs in the bedding", "burrowing", "excavates with the forepaws"),
}
UNANSWERED = (
    "eats a food pellet",
    "drinks from the bottle",
    "fights with another mouse",
    "mounts the female",
    "jumps off the platform",
    "has a seizure",
    "swims in the pool",
    "builds a nest",
    "presses the lever",
    "runs in the wheel with a friend",
    "riding a bicycle",
    "stock market prices",
    "a person opens the door",
    "climbs the cage lid",
    "bites the experimenter",
)


def windows_of(recordings: Sequence[Path], described_by: str | None) -> pd.DataFrame:
    """Descriptions of recordings, as one table."""
    parts = [
        described_windows(open_recording(path), described_by).assign(recording=path.name)
        for path in recordings
    ]
    return pd.concat(parts, ignore_index=True)


def said(windows: pd.DataFrame) -> pd.Series:
    """The behaviours that are said of each window, in its keywords."""
    return windows["keywords"].map(lambda words: {word.lower() for word in words})


def told(windows: pd.DataFrame, recordings: Sequence[Path]) -> pd.Series:
    """What the rendered mouse was told to do for a quarter of each window or more."""
    scripts = {}
    for path in recordings:
        names = (path.with_name(f"{path.stem}_{end}.csv") for end in ("truth", "bouts"))
        scripts[path.name] = pd.read_csv(next(name for name in names if name.exists()))
    truth = []
    for row in windows.itertuples():
        bouts = scripts[row.recording]
        shared = bouts["stop"].clip(upper=row.stop) - bouts["start"].clip(lower=row.start)
        truth.append(set(bouts.loc[shared >= (row.stop - row.start) / 4, "behaviour"]))
    return pd.Series(truth, index=windows.index)


def by_cosine(
    windows: pd.DataFrame, model: TextModel, *, least: float
) -> Callable[[str], np.ndarray]:
    """Plain search: cosine with the whole description, above a threshold."""
    vectors = model.encode(
        [
            " ".join([text or "", ", ".join(words)])
            for text, words in zip(windows["overall"], windows["keywords"], strict=True)
        ]
    )

    def find(query: str) -> np.ndarray:
        cosines = vectors @ model.encode([query])[0]
        order = np.argsort(-cosines, kind="stable")[:10]
        return order[cosines[order] > least]

    return find


def by_index(windows: pd.DataFrame, model: TextModel) -> Callable[[str], np.ndarray]:
    """The search of the package."""
    index = SearchIndex(windows, model=model)
    return lambda query: index.search(query, limit=10).index.to_numpy()


def scores(find: Callable[[str], np.ndarray], truth: pd.Series) -> dict[str, float]:
    """Mean recall and nDCG at ten over queries that have an answer, and refusals of the rest."""
    recalls, gains, answered = [], [], 0
    for behaviour, queries in ANSWERED.items():
        right = truth.map(lambda words, name=behaviour: name in words).to_numpy(bool)
        if not right.any():
            continue
        for query in queries:
            found = find(query)
            hits = right[found].astype(float) if len(found) else np.zeros(0)
            best = min(10, int(right.sum()))
            discounts = 1 / np.log2(np.arange(2, 12))
            recalls.append(hits.sum() / best)
            gains.append(float((hits * discounts[: hits.size]).sum() / discounts[:best].sum()))
            answered += 1
    refused = [len(find(query)) == 0 for query in UNANSWERED]
    return {
        "queries": answered,
        "recall@10": float(np.mean(recalls)) if recalls else float("nan"),
        "nDCG@10": float(np.mean(gains)) if gains else float("nan"),
        "refused": float(np.mean(refused)),
    }


def clip_names(windows: pd.DataFrame, labels: Path) -> dict[str, np.ndarray]:
    """Names of clips as queries, and which windows are of clips so named."""
    table = pd.read_csv(labels)
    table["query"] = (
        table["behaviour"].str.replace(r"_(plus|minus)$", "", regex=True).str.replace("_", " ")
    )
    stems = table["file"].map(lambda file: Path(file).stem)
    return {
        str(query): windows["recording"]
        .isin({f"{stem}.mousegpt" for stem in stems[rows]})
        .to_numpy()
        for query, rows in table.groupby("query").groups.items()
    }


def of_clips(find: Callable[[str], np.ndarray], right: dict[str, np.ndarray]) -> str:
    """How many of these queries find a right window among the first ten, and precision there."""
    hits = {query: rows[find(query)] for query, rows in right.items() if rows.any()}
    found = np.mean([bool(len(hit)) and bool(hit.any()) for hit in hits.values()])
    precision = np.mean([hit.mean() if len(hit) else 0 for hit in hits.values()])
    chance = np.mean([rows.mean() for rows in right.values() if rows.any()])
    return (
        f"{len(hits)} names of clips: right among the first ten {found:.2f}, "
        f"precision {precision:.2f} (chance {chance:.2f})"
    )


def main() -> None:
    """Print a line for each way to search."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recordings", type=Path, nargs="+")
    parser.add_argument("--described-by")
    parser.add_argument("--labels", type=Path, help="file,behaviour of the clips")
    parser.add_argument("--script", action="store_true", help="truth of rendered recordings")
    parser.add_argument("--text", help="also with this sentence model")
    arguments = parser.parse_args()
    windows = windows_of(arguments.recordings, arguments.described_by)
    truth = told(windows, arguments.recordings) if arguments.script else said(windows)
    ways = {"lexicon": by_index(windows, load_text_model())}
    models = [load_text_model()]
    if arguments.text:
        models.append(load_text_model(arguments.text))
        ways[models[1].name] = by_index(windows, models[1])
    for model in models:
        for least in (-1.0, 0.3, 0.5):
            ways[f"{model.name}, plain cosine above {least:g}"] = by_cosine(
                windows, model, least=least
            )
    print(f"{len(windows)} windows, {len(UNANSWERED)} queries without an answer")
    for name, find in ways.items():
        found = scores(find, truth)
        print(
            f"{name}: {found['queries']:.0f} queries, recall@10 {found['recall@10']:.2f}, nDCG@10 "
            f"{found['nDCG@10']:.2f}, refused {100 * found['refused']:.0f} %"
        )
        if arguments.labels:
            print(f"  {of_clips(find, clip_names(windows, arguments.labels))}")


if __name__ == "__main__":
    main()
