"""Poses listed in JSON: COCO, AlphaTracker, MMPose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_mousegpt.io.pose_formats import alphatracker, coco, mmpose, pose_json
from napari_mousegpt.io.pose_formats.listed_animals import ListedAnimal, arrange_animals


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "poses.json"


def coco_document(**changes: Any) -> dict[str, Any]:
    return {
        "images": [{"id": 8, "file_name": "img005.png"}, {"id": 3, "file_name": "img009.png"}],
        "categories": [{"id": 1, "name": "mouse", "keypoints": ["nose", "tail"]}],
        "annotations": [
            {"image_id": 3, "category_id": 1, "keypoints": [1, 2, 2, 0, 0, 0]},
            {"image_id": 8, "category_id": 1, "keypoints": [3, 4, 1, 5, 6, 2]},
        ],
        **changes,
    }


def test_coco(path: Path) -> None:
    path.write_text(json.dumps(coco_document()))
    assert coco.matches(path)
    poses = coco.read(path)
    assert poses.time.values.tolist() == [5, 9]
    assert poses.position.values[0, :, :, 0].tolist() == [[3, 5], [4, 6]]
    np.testing.assert_array_equal(poses.position.values[1, :, :, 0], [[1, np.nan], [2, np.nan]])
    assert np.isnan(poses.confidence.values).all()


@pytest.mark.parametrize(
    ("keys", "individuals", "n_problems"),
    [
        ([{"track_id": 7}, {"track_id": 4}], ["7", "4"], 0),
        ([{}, {}], ["individual_0", "individual_1"], 1),
    ],
    ids=["tracks", "order"],
)
def test_coco_with_two_animals(
    path: Path, keys: list[dict[str, int]], individuals: list[str], n_problems: int
) -> None:
    annotations = [
        {"image_id": 8, "category_id": 1, "keypoints": [k, k, 2, k, k, 2], **more}
        for k, more in enumerate(keys)
    ]
    path.write_text(json.dumps(coco_document(annotations=annotations)))
    poses = coco.read(path)
    assert list(poses.individual.values) == individuals
    assert poses.position.values[0, 0, 0].tolist() == [0, 1]
    assert len(poses.attrs["problems"]) == n_problems


def test_coco_categories_share_keypoints(path: Path) -> None:
    categories = [
        {"id": 1, "keypoints": ["nose", "tail"]},
        {"id": 2, "keypoints": ["tail", "ear"]},
    ]
    annotations = [{"image_id": 8, "category_id": 2, "keypoints": [1, 2, 2, 3, 4, 2]}]
    path.write_text(json.dumps(coco_document(categories=categories, annotations=annotations)))
    poses = coco.read(path)
    assert list(poses.keypoint.values) == ["nose", "tail", "ear"]
    np.testing.assert_array_equal(poses.position.values[0, 0, :, 0], [np.nan, 1, 3])


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"annotations": []}, "at least one animal"),
        ({"annotations": [{"image_id": 8, "category_id": 1, "keypoints": [1, 2]}]}, "animal"),
        ({"categories": [{"id": 1, "name": "mouse"}]}, "categories with keypoints"),
        ({"images": "none"}, "expected images"),
    ],
    ids=["empty", "short", "boxes only", "no images"],
)
def test_coco_refused(path: Path, changes: dict[str, Any], match: str) -> None:
    path.write_text(json.dumps(coco_document(**changes)))
    with pytest.raises(ValueError, match=match):
        coco.read(path)


def test_alphatracker(path: Path) -> None:
    box = {"class": "Face", "x": 0, "y": 0, "width": 1, "height": 1}
    points = [{"class": "point", "x": k, "y": k + 10} for k in range(5)]
    document = [
        {
            "class": "image",
            "filename": "a0.png",
            "annotations": [box, *points[:3], box, *points[3:]],
        },
        {"class": "image", "filename": "a1.png", "annotations": []},
        {"class": "image", "filename": "a2.png", "annotations": [box, *points[:2]]},
    ]
    path.write_text(json.dumps(document))
    assert alphatracker.matches(path)
    poses = alphatracker.read(path)
    assert poses.sizes == {"time": 3, "space": 2, "keypoint": 3, "individual": 2}
    assert list(poses.keypoint.values) == ["kp0", "kp1", "kp2"]
    np.testing.assert_array_equal(poses.position.values[0, 1], [[10, 13], [11, 14], [12, np.nan]])
    assert np.isnan(poses.position.values[1]).all()


def mmpose_frame(number: int | None, *values: float, **more: Any) -> dict[str, Any]:
    instances = [
        {"keypoints": [[v, v + 1], [v + 2, v + 3]], "keypoint_scores": [0.25, 0.75], **more}
        for v in values
    ]
    return {"instances": instances} | ({} if number is None else {"frame_id": number})


@pytest.mark.parametrize(
    ("numbers", "frames", "n_problems"),
    [([1, 2], [0, 1], 1), ([0, 1], [0, 1], 0), ([4, 8], [4, 8], 0), ([None, None], [0, 1], 0)],
    ids=["from one", "from zero", "gaps", "none"],
)
def test_mmpose(path: Path, numbers: list[int | None], frames: list[int], n_problems: int) -> None:
    document = {
        "meta_info": {"keypoint_id2name": {"0": "nose", "1": "tail"}},
        "instance_info": [mmpose_frame(number, 5.0) for number in numbers],
    }
    path.write_text(json.dumps(document))
    assert mmpose.matches(path)
    poses = mmpose.read(path)
    assert poses.time.values.tolist() == frames
    assert list(poses.keypoint.values) == ["nose", "tail"]
    assert poses.position.values[0, :, :, 0].tolist() == [[5, 7], [6, 8]]
    assert poses.confidence.values[0, :, 0].tolist() == [0.25, 0.75]
    assert len(poses.attrs["problems"]) == n_problems


def test_mmpose_list_without_meta_information(path: Path) -> None:
    path.write_text(json.dumps([mmpose_frame(0, 1.0, 2.0), mmpose_frame(1)]))
    assert mmpose.matches(path)
    poses = mmpose.read(path)
    assert list(poses.keypoint.values) == ["kp0", "kp1"]
    assert poses.sizes["individual"] == 2
    assert len(poses.attrs["problems"]) == 2  # unnamed keypoints, animals told apart by order


def test_mmpose_refused(path: Path) -> None:
    uneven = mmpose_frame(0, 1.0)
    uneven["instances"].append({"keypoints": [[1, 2]]})
    path.write_text(json.dumps([uneven]))
    with pytest.raises(ValueError, match="equally many keypoints"):
        mmpose.read(path)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", "1", '"images"', '{"images": [], "annotations": []}', "[[[[", "\0\0"],
)
@pytest.mark.parametrize("module", [coco, alphatracker, mmpose])
def test_other_json(path: Path, module: Any, text: str) -> None:
    path.write_text(text)
    assert not module.matches(path)
    with pytest.raises(ValueError, match=r"poses\.json"):
        module.read(path)


def test_keys_at_the_end_of_a_large_file(path: Path) -> None:
    padding = json.dumps({"annotations": [0] * 400_000, "images": []})
    path.write_text(padding[:-1] + ', "categories": [{"keypoints": []}]}')
    assert pose_json.mentions(path, "annotations", "categories", "keypoints", opening="{")
    assert not pose_json.mentions(path, "annotations", "frames", opening="{")


def test_a_file_that_is_too_large(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(json.dumps(coco_document()))
    monkeypatch.setattr(pose_json, "FILE_LIMIT_BYTES", 100)
    with pytest.raises(ValueError, match="at most 100 bytes"):
        coco.read(path)


def test_too_many_identities_for_the_memory() -> None:
    points, scores = np.zeros((50, 2)), np.zeros(50)
    animals = [ListedAnimal(0, points, scores, str(k)) for k in range(3000)]
    with pytest.raises(ValueError, match="too much"):
        arrange_animals(animals, n_rows=10_000_000, n_keypoints=50)
