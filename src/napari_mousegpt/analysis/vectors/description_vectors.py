"""Descriptions to vectors, each level apart. Knows no kinematics and no file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.vectors.lexicon import without_subject
from napari_mousegpt.analysis.vectors.text_models import TextModel
from napari_mousegpt.datamodel.description import LEVELS

TEXT_LEVELS = (*LEVELS, "keywords")


def level_texts(descriptions: pd.DataFrame, level: str) -> list[str]:
    """What is said on one level, subjects left out; empty where nothing is, or nothing valid.

    Raises
    ------
    ValueError
        If there is no such level.
    """
    if level not in TEXT_LEVELS:
        raise ValueError(f"expected a level among {', '.join(TEXT_LEVELS)}, found {level!r}")
    said = descriptions[level]
    if level == "keywords":
        said = said.map(lambda words: ", ".join(words) if words is not None else "")
    valid = descriptions["valid"].astype(bool)
    return [
        without_subject(text) if is_valid and isinstance(text, str) else ""
        for text, is_valid in zip(said, valid, strict=True)
    ]


def level_vectors(
    descriptions: pd.DataFrame, model: TextModel, levels: Sequence[str] = TEXT_LEVELS
) -> dict[str, NDArray[np.float32]]:
    """Vectors of each level.

    Returns
    -------
    dict
        Level to an array of shape (rows, dimensions), each row of length 1, zeros where the level
        is absent, NaN where the whole description is not valid.
    """
    invalid = ~descriptions["valid"].to_numpy(bool)
    vectors = {}
    for level in levels:
        rows = model.encode(level_texts(descriptions, level))
        rows[invalid] = np.nan
        vectors[level] = rows
    return vectors
