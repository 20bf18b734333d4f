"""Labels in HDF5: NWB tables, JABS predictions, BehaviorDEPOT structures, old and new MATLAB."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from napari_mousegpt.io.label_formats import behaviordepot, jabs_predictions, nwb_behaviour


def ranges(bouts: object, *columns: str) -> list[tuple]:
    names = [*columns, "start", "stop"]
    return [tuple(row) for row in bouts[names].to_numpy().tolist()]  # type: ignore[index]


def table(parent: h5py.Group, name: str, kind: str, columns: dict, **attributes: str) -> h5py.Group:
    """A table as pynwb 4.2 writes it."""
    group = parent.create_group(name)
    group.attrs["neurodata_type"] = kind
    group.attrs["colnames"] = np.array(list(columns), dtype=h5py.string_dtype())
    for key, value in attributes.items():
        group.attrs[key] = value
    for key, values in columns.items():
        text = isinstance(values[0], str)
        group.create_dataset(key, data=values, dtype=h5py.string_dtype() if text else None)
    return group


def video(parent: h5py.Group, name: str, file: str, rate: float | None) -> h5py.Group:
    series = parent.create_group(name)
    series.attrs["neurodata_type"] = "ImageSeries"
    series.create_dataset("external_file", data=[file], dtype=h5py.string_dtype())
    if rate is None:
        series.create_dataset("timestamps", data=2.0 + np.array([0.0, 0.5, 0.6, 1.0, 2.0]))
    else:
        series.create_dataset("starting_time", data=2.0).attrs["rate"] = rate
    return series


def session(path: Path, rate: float | None = 25.0, cameras: int = 1) -> Path:
    """Two bouts and a point that begin 2 s into the session, with the video."""
    with h5py.File(path, "w") as file:
        for number in range(cameras):
            video(
                file.create_group(f"acquisition/{number}"), "cam", f"./raw/video{number}.mp4", rate
            )
        behavior = file.create_group("processing/behavior")
        table(
            behavior,
            "ethogram",
            "Ethogram",
            {"behavior": ["attack", "never"], "definition": ["bites", ""]},
        )
        bouts = table(
            behavior,
            "bouts",
            "EthogramBouts",
            {
                "start_time": [2.0, 3.0],
                "stop_time": [2.6, 4.0],
                "label": ["attack", "groom"],
                "subject": ["m1", ""],
                "comment": ["hey", ""],
            },
            labeling_method="manual",
            annotator="ann",
        )
        bouts["source_video"] = h5py.SoftLink("/acquisition/0/cam")
        table(file.create_group("events"), "sneezes", "EventsTable", {"timestamp": [2.6]})
        intervals = file.create_group("intervals")
        columns = {"start_time": [2.5], "stop_time": [3.0], "behavior": ["run"]}
        table(intervals, "locomotion", "TimeIntervals", columns)
        table(intervals, "trials", "TimeIntervals", columns)
    return path


def test_nwb_tables_are_read_with_the_rate_of_their_video(tmp_path: Path) -> None:
    path = session(tmp_path / "s.nwb")
    assert nwb_behaviour.matches(path)
    bouts = nwb_behaviour.read(path)
    columns = ("video", "individual", "behaviour", "kind", "source", "annotator", "table")
    assert ranges(bouts, *columns) == [
        ("video0.mp4", "m1", "attack", "state", "person", "ann", "bouts", 0, 15),
        ("video0.mp4", "individual_0", "run", "state", "import", None, "locomotion", 12, 25),
        ("video0.mp4", "individual_0", "sneezes", "point", "import", None, "sneezes", 15, 16),
        ("video0.mp4", "individual_0", "groom", "state", "person", "ann", "bouts", 25, 50),
    ]
    assert bouts["comment"].tolist() == ["hey", None, None, None]
    names = [entry["name"] for entry in bouts.attrs["ethogram"]]
    assert names[:2] == ["attack", "never"]
    assert set(names[2:]) == {"groom", "sneezes", "run"}
    assert bouts.attrs["fps"] == 25.0


def test_nwb_time_stamps_come_before_a_rate_and_the_callers_before_both(tmp_path: Path) -> None:
    path = session(tmp_path / "s.nwb", rate=None)
    stamped = nwb_behaviour.read(path)
    assert ranges(stamped, "behaviour")[0] == ("attack", 0, 2)
    assert ranges(nwb_behaviour.read(path, fps=10.0), "behaviour")[0] == ("attack", 0, 6)
    times_s = np.array([0.0, 0.2, 0.4, 0.5, 3.0])
    assert ranges(nwb_behaviour.read(path, times_s=times_s), "behaviour")[0] == ("attack", 0, 3)


def test_nwb_tables_without_a_link_are_of_no_video_if_there_are_several(tmp_path: Path) -> None:
    path = session(tmp_path / "s.nwb", cameras=2)
    bouts = nwb_behaviour.read(path)
    assert set(bouts["behaviour"]) == {"attack", "groom"}
    assert "no frame rate, left out: 2" in bouts.attrs["problems"][0]


def test_nwb_files_without_behaviour_are_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "s.nwb", "w") as file:
        table(file, "trials", "TimeIntervals", {"start_time": [1.0], "stop_time": [2.0]})
    assert not nwb_behaviour.matches(tmp_path / "s.nwb")
    with pytest.raises(ValueError, match=r"s\.nwb: expected a table of behaviour"):
        nwb_behaviour.read(tmp_path / "s.nwb")


CLASSES = np.array([[-1, 0, 1, 1, 0], [1, 1, 0, 0, 1]], np.int8)
PROBABILITIES = np.array([[0, 0.9, 0.8, 0.6, 0.7], [0.5, 0.7, 0.9, 0.9, 1.0]], np.float32)


def predictions(path: Path, group: str = "predictions", **changes: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {"predicted_class": CLASSES, "probabilities": PROBABILITIES} | changes
    with h5py.File(path, "w") as file:
        for name, values in data.items():
            file.create_dataset(f"{group}/{name}", data=values)
    return path


@pytest.mark.parametrize(
    ("name", "group", "behaviour"),
    [
        ("x.h5", "predictions", jabs_predictions.UNNAMED),
        ("predictions/Grooming/x.h5", "predictions", "Grooming"),
        ("x.h5", "predictions/Rearing", "Rearing"),
    ],
)
def test_jabs_predictions(tmp_path: Path, name: str, group: str, behaviour: str) -> None:
    path = predictions(tmp_path / name, group)
    assert jabs_predictions.matches(path)
    bouts = jabs_predictions.read(path)
    assert ranges(bouts, "individual", "behaviour", "source") == [
        ("individual_1", behaviour, "model", 0, 2),
        ("individual_0", behaviour, "model", 2, 4),
        ("individual_1", behaviour, "model", 4, 5),
    ]
    assert bouts["confidence"].tolist() == pytest.approx([0.6, 0.7, 1.0], abs=1e-6)
    assert "for want of a pose: 1" in bouts.attrs["problems"][-1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"probabilities": PROBABILITIES[:1]}, "of one shape"),
        ({"predicted_class": CLASSES.astype(np.float32)}, "whole numbers"),
        ({"predicted_class": CLASSES[0], "probabilities": PROBABILITIES[0]}, "of one shape"),
    ],
)
def test_jabs_arrays_that_do_not_fit_are_refused(
    tmp_path: Path, changes: dict, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        jabs_predictions.read(predictions(tmp_path / "x.h5", **changes))


VECTOR = np.array([0, 1, 1, 0, 1], float)


@pytest.mark.parametrize("compressed", [False, True])
def test_behaviordepot_structures_of_older_matlab(tmp_path: Path, compressed: bool) -> None:
    from scipy.io import savemat

    path = tmp_path / "hB_x.mat"
    structure = {
        "VideoName": "cage.avi",
        "FrameRate": 50.0,
        "TotalFrames": 5,
        "Freezing": {"Vector": VECTOR, "Count": 2},
        "Rearing": {"Vector": np.zeros((1, 5))},
    }
    savemat(path, {"other": np.eye(3), "hBehavior": structure}, do_compression=compressed)
    assert behaviordepot.matches(path)
    bouts = behaviordepot.read(path)
    assert ranges(bouts, "video", "behaviour") == [
        ("cage.avi", "Freezing", 1, 3),
        ("cage.avi", "Freezing", 4, 5),
    ]
    assert bouts.attrs["fps"] == 50.0
    assert [entry["name"] for entry in bouts.attrs["ethogram"]] == ["Freezing", "Rearing"]


def test_behaviordepot_structures_of_newer_matlab(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.mat", "w") as file:
        file["Behavior/Moving/Vector"] = VECTOR[:, None]
        file["Behavior/TotalFrames"] = [[5.0]]
    assert behaviordepot.matches(tmp_path / "x.mat")
    bouts = behaviordepot.read(tmp_path / "x.mat")
    assert ranges(bouts, "behaviour") == [("Moving", 1, 3), ("Moving", 4, 5)]


@pytest.mark.parametrize("vector", [VECTOR * 3, np.zeros((2, 2)), np.array(["a"], "S1")])
def test_behaviordepot_vectors_that_are_none_are_refused(
    tmp_path: Path, vector: np.ndarray
) -> None:
    with h5py.File(tmp_path / "x.mat", "w") as file:
        file["hBehavior/Moving/Vector"] = vector
    with pytest.raises(ValueError, match="Moving: expected a vector of 0 and 1"):
        behaviordepot.read(tmp_path / "x.mat")


def test_other_matlab_files_are_not_labels(tmp_path: Path) -> None:
    from scipy.io import savemat

    savemat(tmp_path / "x.mat", {"tracks": np.eye(3)})
    assert not behaviordepot.matches(tmp_path / "x.mat")
    with pytest.raises(ValueError, match="expected a structure hBehavior or Behavior"):
        behaviordepot.read(tmp_path / "x.mat")


def test_a_matlab_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scipy.io import savemat

    from napari_mousegpt.io.doors import safe_mat

    path = tmp_path / "x.mat"
    savemat(path, {"hBehavior": {"Freezing": {"Vector": np.zeros(1_000_000)}}}, do_compression=True)
    assert path.stat().st_size < 100_000
    monkeypatch.setattr(safe_mat, "UNPACKED_LIMIT_BYTES", 1_000_000)
    assert behaviordepot.matches(path)
    with pytest.raises(ValueError, match="unpacks to more than 1000000 bytes"):
        behaviordepot.read(path)


@pytest.mark.parametrize("reader", [nwb_behaviour, jabs_predictions, behaviordepot])
@pytest.mark.parametrize("hostile", ["external link", "external storage", "virtual"])
def test_files_that_reach_outside_are_refused(tmp_path: Path, reader: object, hostile: str) -> None:
    secret = predictions(tmp_path / "secret.h5")
    path = tmp_path / "x.h5"
    with h5py.File(path, "w") as file:
        name = "predictions/predicted_class"
        if hostile == "external link":
            file[name] = h5py.ExternalLink(str(secret), f"/{name}")
        elif hostile == "external storage":
            file.create_dataset(name, (2, 5), "i1", external=[(str(secret), 0, 10)])
        else:
            layout = h5py.VirtualLayout((2, 5), "i1")
            layout[:] = h5py.VirtualSource(str(secret), name, (2, 5))
            file.create_virtual_dataset(name, layout)
    assert not reader.matches(path)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match=r"x\.h5: .*nothing was read"):
        reader.read(path)  # type: ignore[attr-defined]
