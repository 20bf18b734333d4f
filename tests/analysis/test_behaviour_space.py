"""The space of text and kinematics: weights mean what they say, nothing is made up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_mousegpt.analysis.vectors.behaviour_space import BehaviourSpace
from napari_mousegpt.analysis.vectors.kinematic_vectors import kinematic_columns


def blocks(count: int = 60) -> dict[str, pd.DataFrame]:
    generator = np.random.default_rng(0)
    text = pd.DataFrame(generator.normal(0, 1, (count, 12)).astype(np.float32))
    numbers = pd.DataFrame(100 * generator.normal(0, 1, (count, 5)).astype(np.float32))
    return {"text": text, "kinematics": numbers}


@pytest.mark.parametrize("weight", [0.25, 1.0, 4.0])
def test_a_block_has_the_mean_square_of_its_weight(weight: float) -> None:
    space = BehaviourSpace({"text": 1.0, "kinematics": weight}).fit(blocks())
    parts = space.transform(blocks())
    for name, expected in (("text", 1.0), ("kinematics", weight)):
        assert parts[name].var(axis=0).sum() == pytest.approx(expected, rel=0.02)
    assert parts["combined"].shape[1] == parts["text"].shape[1] + parts["kinematics"].shape[1]


def test_a_block_without_weight_is_not_used() -> None:
    space = BehaviourSpace({"text": 1.0, "kinematics": 0.0}).fit(blocks())
    assert set(space.transform(blocks())) == {"text", "combined"}


def test_missing_values() -> None:
    data = blocks()
    data["kinematics"].iloc[0] = np.nan  # a row without any
    data["kinematics"].iloc[1, 0] = np.nan  # one value
    data["kinematics"].iloc[:40, 1] = np.nan  # a column that is mostly missing
    space = BehaviourSpace({"text": 1.0, "kinematics": 1.0}).fit(data)
    combined = space.transform(data)["combined"]
    assert np.isnan(combined[0]).any()
    assert np.isfinite(combined[1:]).all()
    assert "1" not in space.blocks_["kinematics"]["columns"]


def test_one_slip_of_the_tracker_does_not_decide() -> None:
    data = blocks()
    data["kinematics"].iloc[3, 0] = 1e9
    vectors = BehaviourSpace({"kinematics": 1.0}).fit(data).transform(data)["combined"]
    lengths = np.linalg.norm(vectors, axis=1)
    assert lengths[3] < 4 * np.median(lengths)


def test_it_can_be_taken_apart_and_applied_to_others() -> None:
    space = BehaviourSpace({"text": 1.0, "kinematics": 2.0}, dimensions=4).fit(blocks())
    again = BehaviourSpace.from_parts(*space.to_parts())
    others = blocks(7)
    np.testing.assert_array_equal(
        again.transform(others)["combined"], space.transform(others)["combined"]
    )
    assert again.space_id == space.space_id
    assert space.space_id != BehaviourSpace({"text": 1.0}).fit(blocks()).space_id


def test_what_cannot_be_fitted_is_said() -> None:
    with pytest.raises(ValueError, match="expected a block 'posture', found text, kinematics"):
        BehaviourSpace({"posture": 1.0}).fit(blocks())
    empty = {"kinematics": pd.DataFrame(np.full((3, 2), np.nan))}
    with pytest.raises(ValueError, match="no window has kinematics"):
        BehaviourSpace({"kinematics": 1.0}).fit(empty)


def test_kinematic_columns_leave_out_what_differs_between_cameras() -> None:
    features = pd.DataFrame(
        {
            "individual": ["a", "a"],
            "start": [0, 30],
            "stop": [30, 60],
            "duration_s": [2.0, 2.0],
            "pose_share": [1.0, 0.4],
            "speed_mean_px_per_s": [100.0, 100.0],
            "speed_mean_bl_per_s": [np.e - 1, 1.0],
            "net_turn_deg": [90.0, 0.0],
            "path_px": [5.0, 5.0],
        }
    )
    table = kinematic_columns(features)
    assert list(table) == ["speed_mean_bl_per_s", "net_turn_deg"]
    np.testing.assert_allclose(table.iloc[0], [1.0, 45.0])
    assert table.iloc[1].isna().all()  # tracked in less than half of its frames
