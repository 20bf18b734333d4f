"""CalMS21's JSON, and its pickled twin, which is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from napari_mousegpt.io.label_formats import calms21

SEQUENCE = {
    "keypoints": [[[[1.5, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]] * 6,
    "annotations": [3, 3, 0, 0, 1, 3],
    "metadata": {"vocab": {"attack": 0, "sniff": 1, "mount": 2, "other": 3}},
}
NAME = "task1/train/mouse001_task1_annotator1"


def written(folder: Path, sequence: dict) -> Path:
    path = folder / "calms21_task1_train.json"
    path.write_text(json.dumps({"annotator-id_0": {NAME: sequence}}))
    return path


@pytest.mark.parametrize(
    ("metadata", "second", "problems"),
    [
        (SEQUENCE["metadata"], "sniff", 0),
        ({}, "investigation", 1),
    ],
)
def test_classes_become_bouts(tmp_path: Path, metadata: dict, second: str, problems: int) -> None:
    path = written(tmp_path, SEQUENCE | {"metadata": metadata})
    assert calms21.matches(path)
    bouts = calms21.read(path)
    columns = ["video", "individual", "target", "annotator", "behaviour", "start", "stop"]
    about = ("mouse001_task1_annotator1", "resident", "intruder", "0")
    assert list(map(tuple, bouts[columns].to_numpy().tolist())) == [
        (*about, "other", 0, 2),
        (*about, "attack", 2, 4),
        (*about, second, 4, 5),
        (*about, "other", 5, 6),
    ]
    assert "mount" in {entry["name"] for entry in bouts.attrs["ethogram"]}
    assert len(bouts.attrs["problems"]) == problems


def test_the_pickled_array_is_recognised_and_never_opened(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple:
            return (Path.touch, (tmp_path / "trap",))

    path = tmp_path / "calms21.npy"
    np.save(path, np.array({"annotator-id_0": Trap()}, dtype=object), allow_pickle=True)
    assert calms21.matches(path)
    with pytest.raises(ValueError, match=r"never opened\. Read the \.json"):
        calms21.read(path)
    assert not (tmp_path / "trap").exists()


@pytest.mark.parametrize(
    ("annotations", "message"),
    [([], "found none or others"), ([0, "x"], "found none or others"), ([1e3], "or others")],
)
def test_sequences_without_classes_are_named(
    tmp_path: Path, annotations: list, message: str
) -> None:
    with pytest.raises(ValueError, match=message) as error:
        calms21.read(written(tmp_path, SEQUENCE | {"annotations": annotations}))
    assert NAME in str(error.value)


def test_other_json_is_not_calms21(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"images": []}')
    assert not calms21.matches(path)
    with pytest.raises(ValueError, match="expected sequences with annotations, found none"):
        calms21.read(path)
