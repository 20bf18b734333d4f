"""What people confirmed or corrected, as examples for few-shot prompts and for training.

Knows tables, not files or models.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.agreement.tracks import NOTHING
from napari_mousegpt.datamodel.spans import empty_spans, frames_between, union
from napari_mousegpt.datamodel.tables import KEY

LEVELS = ("overall", "head", "limb", "torso")
_PEOPLE = ("person", "import")


def corrected_examples(
    described: pd.DataFrame,
    labels: pd.DataFrame,
    *,
    assessed: pd.DataFrame | None = None,
    corrected: pd.DataFrame | None = None,
    least_share: float = 0.75,
) -> pd.DataFrame:
    """Say for each described window what is true of it, by people, and what the model said.

    Parameters
    ----------
    described
        Descriptions as the model gave them (see `datamodel.tables.DESCRIPTIONS`); a column
        ``recording`` is kept and told apart.
    labels
        Bout table; only bouts by people (source person or import) count.
    assessed
        Spans that a person looked at. A window wholly inside, in which nobody saw a behaviour, is
        an example of nothing.
    corrected
        The same descriptions as they are now; a window that differs is an example, with the
        corrected text.
    least_share
        Share of the window that one behaviour must fill to be its truth. Windows in which it
        changes half-way teach the wrong thing.

    Returns
    -------
    pandas.DataFrame
        Interval table of the windows about which people said something: ``truth`` (None if only
        the text was corrected), ``truth_share``, ``said`` (the model's first keyword), ``agrees``
        (None without a truth), ``text_corrected``, then ``overall, head, limb, torso, keywords`` as
        they should be and ``said_overall ... said_keywords`` as the model said them. Text of a
        window with another truth than the model said is None, unless a person corrected it.
    """
    windows = described.reset_index(drop=True)
    truth, share = _truth(windows, labels, assessed, least_share)
    said = np.array([_first(words) for words in windows["keywords"]], object)
    now = _now(windows, corrected)
    changed = np.array(
        [
            any(_text(before[level]) != _text(after[level]) for level in (*LEVELS, "keywords"))
            for before, after in zip(
                windows.to_dict("records"), now.to_dict("records"), strict=True
            )
        ],
        bool,
    )
    known = pd.notna(truth)
    wrong = known & (truth != said) & ~changed
    keys = [name for name in ("recording", *KEY) if name in windows]
    table = windows[keys].assign(truth=truth, truth_share=share, said=said)
    table["agrees"] = np.where(known, truth == said, None)
    table["text_corrected"] = changed
    for level in (*LEVELS, "keywords"):
        table[level] = now[level].astype(object).where(~wrong, None)
        table[f"said_{level}"] = windows[level]
    return table[known | changed].reset_index(drop=True)


def split_by_animal(
    examples: pd.DataFrame, *, held_out: float = 0.2, animal: str = "animal", seed: int = 0
) -> NDArray[np.bool_]:
    """Choose rows to hold out so that no animal is on both sides.

    Parameters
    ----------
    animal
        Column that names the animal; without it, recording (or video) and individual together.
    held_out
        Share of the rows to hold out, reached as nearly as whole animals allow.

    Returns
    -------
    numpy.ndarray
        True in held-out rows.

    Raises
    ------
    ValueError
        If there are fewer than two animals, or the share is not between 0 and 1.
    """
    if not 0 < held_out < 1:
        raise ValueError(f"expected a share between 0 and 1 to hold out, found {held_out}")
    if animal in examples:
        keys = [animal]
    else:
        keys = ["recording" if "recording" in examples else "video", "individual"]
    codes = examples.groupby(keys, sort=True, dropna=False).ngroup().to_numpy()
    counts = np.bincount(codes) if len(codes) else np.zeros(0, np.int64)
    if len(counts) < 2:
        raise ValueError(
            f"expected examples of two animals or more to hold some out, found {len(counts)}"
        )
    order = np.random.default_rng(seed).permutation(len(counts))[:-1]  # one stays for training
    rows = np.cumsum(counts[order])
    number = 1 + int(np.argmin(np.abs(rows - held_out * len(codes))))
    return np.isin(codes, order[:number])


def _truth(
    windows: pd.DataFrame,
    labels: pd.DataFrame,
    assessed: pd.DataFrame | None,
    least_share: float,
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    frames = (windows["stop"] - windows["start"]).to_numpy(np.float64)
    people = labels[labels["source"].isin(_PEOPLE) & (labels["kind"] == "state")]
    truth = np.full(len(windows), None, object)
    best = np.zeros(len(windows))
    for behaviour, rows in people.groupby("behaviour"):
        share = _share(windows, rows) / frames
        more = (share > best) & (share >= least_share)
        truth[more], best[more] = behaviour, share[more]
    if assessed is not None and len(assessed):
        free = (_share(windows, people) == 0) & (_share(windows, assessed) == frames)
        truth[free], best[free] = NOTHING, 1.0
    return truth, np.where(pd.isna(truth), np.nan, best)


def _share(windows: pd.DataFrame, rows: pd.DataFrame) -> NDArray[np.float64]:
    keys = [
        name for name in ("recording", "video", "individual") if name in windows and name in rows
    ]
    spans = {key: union(group[["start", "stop"]].to_numpy()) for key, group in rows.groupby(keys)}
    frames = np.zeros(len(windows))
    for key, group in windows.groupby(keys):
        frames[group.index] = frames_between(
            spans.get(key, empty_spans()), group["start"].to_numpy(), group["stop"].to_numpy()
        )
    return frames


def _now(windows: pd.DataFrame, corrected: pd.DataFrame | None) -> pd.DataFrame:
    columns = [*LEVELS, "keywords"]
    if corrected is None:
        return windows[columns]
    keys = [name for name in ("recording", *KEY) if name in windows and name in corrected]
    found = windows[keys].merge(corrected[[*keys, *columns]], on=keys, how="left", indicator=True)
    absent = (found["_merge"] == "left_only").to_numpy()
    now = {
        name: found[name].astype(object).where(~absent, windows[name].astype(object))
        for name in columns
    }
    return pd.DataFrame(now)


def _first(words: object) -> str | None:
    listed = list(words) if isinstance(words, list | tuple | np.ndarray) else []
    return str(listed[0]) if listed else None


def _text(value: object) -> object:
    if isinstance(value, list | tuple | np.ndarray):
        return tuple(value)
    return None if value is None or value != value else value
