"""Real label files: each recognised by one format, read whole, checked against the raw file."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import EntryPoint
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from napari_mousegpt import extensions
from napari_mousegpt.io import label_files

REAL = [
    # file, format, bouts, behaviours, individuals, first bout, last bout
    (
        "boris/boris_new_example_excerpt.csv",
        ("boris", 17, {"behavior1": 9, "behavior2": 8}, {"individual_0": 17}),
        ("Video11.mp4", 321, 577, "behavior1", "state"),
        ("Video11.mp4", 2904, 2989, "behavior2", "state"),
    ),
    *(
        (
            f"boris/test_export_events_tabular.{suffix}",
            ("boris", 4, {"s": 4}, {"subject1": 3, "subject2": 1}),
            ("video_test_25fps_360s.mp4", 82, 193, "s", "state"),
            ("video_test_25fps_360s.mp4", 960, 1152, "s", "state"),
        )
        for suffix in ("csv", "tsv", "xlsx")
    ),
    (
        "boris/test_export_aggregated_events_test_full_1.tsv",
        ("boris", 18, {"s": 10, "p": 8}, {"individual_0": 12, "subject1": 2, "subject2": 4}),
        ("video_test_25fps_180s.mp4", 45, 203, "s", "state"),
        ("video_test_25fps_360s.mp4", 7934, 8009, "s", "state"),
    ),
    (
        "boris/test.boris",
        (
            "boris",
            92,
            {"p": 47, "s": 40, "q": 3, "r": 2},
            {"individual_0": 57, "subject1": 16, "subject2": 19},
        ),
        ("video_test_25fps_360s.mp4", 0, 1, "p", "point"),
        ("", 7934, 8009, "s", "state"),
    ),
    (
        "bento/bento_example_excerpt.annot",
        ("bento", 76, {"attack": 35, "sniff": 41}, {"individual_0": 76}),
        ("Mouse06_Front.seq", 79, 89, "sniff", "state"),
        ("Mouse06_Front.seq", 9003, 9004, "sniff", "state"),
    ),
    (
        "deepethogram/deepethogram_Together_1_excerpt.csv",
        ("frame_columns", 20, {"background": 5, "Attack": 14, "Sniffing": 1}, {"individual_0": 20}),
        ("", 0, 4, "Attack", "state"),
        ("", 1261, 1339, "Attack", "state"),
    ),
    (
        "onehot/2019_06_26_fly2.csv",
        (
            "frame_columns",
            67,
            {
                "background": 34,
                "still": 6,
                "walk": 6,
                "front_groom": 7,
                "back_groom": 6,
                "abdomen-move": 8,
            },
            {"individual_0": 67},
        ),
        ("", 0, 1215, "background", "state"),
        ("", 43700, 45001, "background", "state"),
    ),
    (
        "asoid/test_labels.csv",
        ("asoid", 2426, {"0": 258, "1": 1068, "2": 195, "3": 905}, {"individual_0": 2426}),
        ("sequence 0", 0, 1, "3", "state"),
        ("sequence 0", 23177, 23810, "3", "state"),
    ),
    (
        "dlcanalyzer/AllEPMLables.csv",
        (
            "dlcanalyzer",
            1401,
            {
                "Head Dip": 573,
                "Grooming": 376,
                "Protected Stretch": 183,
                "Rearing": 160,
                "Unprotected Stretch": 71,
                "Start/End": 21,
                "Start_End": 16,
                "_DEFAULT": 1,
            },
            {"individual_0": 1401},
        ),
        ("EPM_11", 0, 25, "Start_End", "state"),
        ("EPM_13", 15515, 15532, "Start/End", "state"),
    ),
    (
        "elan/fto.eaf",
        (
            "elan",
            9,
            {
                "a": 3,
                "b": 2,
                "B_speaker_a_speaker_b": 1,
                "G21_speaker_b_speaker_a": 1,
                "O12_speaker_a_speaker_b": 1,
                "P_speaker_a": 1,
            },
            {"speaker_a": 3, "speaker_b": 2, "speaker_a_speaker_b_ftos": 4},
        ),
        ("", 0, 12, "a", "state"),
        ("", 87, 100, "B_speaker_a_speaker_b", "state"),
    ),
    (
        "behaviordepot/hB_demo1_manual_annotations.mat",
        ("behaviordepot", 20, {"Freezing": 20}, {"individual_0": 20}),
        ("", 505, 573, "Freezing", "state"),
        ("", 5313, 5366, "Freezing", "state"),
    ),
    (
        "jabs/sample_file_predictions.h5",
        ("jabs", 717, {"unnamed behaviour": 717}, {"individual_0": 717}),
        ("", 745, 777, "unnamed behaviour", "state"),
        ("", 107813, 107826, "unnamed behaviour", "state"),
    ),
]


@pytest.mark.parametrize(
    ("file", "expected", "first", "last"), REAL, ids=[Path(case[0]).name for case in REAL]
)
def test_real_files_are_recognised_by_one_format_and_read(
    shared_data: Path, file: str, expected: tuple, first: tuple, last: tuple
) -> None:
    path = shared_data / "annotations" / file
    assert label_files.recognise(path) == [expected[0]]
    bouts = label_files.read_bouts(path, fps=None if "new_example" in file else 25.0)
    assert len(bouts) == expected[1]
    assert Counter(bouts["behaviour"]) == expected[2]
    assert Counter(bouts["individual"]) == expected[3]
    shown = bouts[["video", "start", "stop", "behaviour", "kind"]].to_records(index=False).tolist()
    assert (shown[0], shown[-1]) == (first, last)


def raster(bouts: pd.DataFrame, n_frames: int) -> dict[str, np.ndarray]:
    """Frames in which each behaviour is shown."""
    shown = {name: np.zeros(n_frames, bool) for name in bouts["behaviour"].unique()}
    for name, start, stop in zip(bouts["behaviour"], bouts["start"], bouts["stop"], strict=True):
        shown[name][start:stop] = True
    return shown


@pytest.mark.parametrize(
    "file", ["deepethogram/deepethogram_Together_1_excerpt.csv", "onehot/2019_06_26_fly2.csv"]
)
def test_frame_columns_hold_what_pandas_reads(shared_data: Path, file: str) -> None:
    path = shared_data / "annotations" / file
    table = pd.read_csv(path, index_col=0)
    shown = raster(label_files.read_bouts(path), len(table))
    for name, labels in shown.items():
        np.testing.assert_array_equal(labels, table[name].to_numpy() == 1)


def test_asoid_sequences_hold_what_pandas_reads(shared_data: Path) -> None:
    path = shared_data / "annotations/asoid/test_labels.csv"
    table = pd.read_csv(path)
    bouts = label_files.read_bouts(path)
    for sequence, rows in table.groupby("sequence number"):
        its = bouts[bouts["video"] == f"sequence {sequence}"]
        for name, labels in raster(its, len(rows)).items():
            np.testing.assert_array_equal(labels, rows["annotation"].to_numpy() == int(name))


def test_hdf5_files_hold_what_h5py_reads(shared_data: Path) -> None:
    folder = shared_data / "annotations"
    bouts = label_files.read_bouts(folder / "behaviordepot/hB_demo1_manual_annotations.mat")
    with h5py.File(folder / "behaviordepot/hB_demo1_manual_annotations.mat") as file:
        vector = file["hBehavior/Freezing/Vector"][:, 0]
    np.testing.assert_array_equal(raster(bouts, 6000)["Freezing"], vector == 1)
    bouts = label_files.read_bouts(folder / "jabs/sample_file_predictions.h5")
    with h5py.File(folder / "jabs/sample_file_predictions.h5") as file:
        classes = file["predictions/predicted_class"][0]
        first = file["predictions/probabilities"][0, 745:777]
    np.testing.assert_array_equal(raster(bouts, 108000)["unnamed behaviour"], classes == 1)
    assert bouts["confidence"][0] == pytest.approx(first.mean())


def test_a_project_agrees_with_the_export_that_boris_made_of_it(shared_data: Path) -> None:
    folder = shared_data / "annotations/boris"
    columns = ["individual", "start", "stop", "behaviour", "kind"]
    project = label_files.read_bouts(folder / "test.boris")
    one = project[project["observation"] == "observation #1"][columns]
    tabular = label_files.read_bouts(folder / "test_export_events_tabular.csv")[columns]
    assert one.to_numpy().tolist() == tabular.to_numpy().tolist()
    two = project[project["observation"] == "observation #2"].copy()
    later = two["video"] == "video_test_25fps_360s.mp4"
    two.loc[later, ["start", "stop"]] += 4499  # 179.96 s of the medium before, at 25 fps
    path = folder / "test_export_aggregated_events_test_full_1.tsv"
    aggregated = label_files.read_bouts(path)[columns]
    assert sorted(two[columns].to_numpy().tolist()) == sorted(aggregated.to_numpy().tolist())


@pytest.mark.parametrize(
    "file",
    [
        "annotations/boris/export_observations_list_test1.tsv",
        "annotations/behaviordepot/demo1_tracking.csv",
        "annotations/dlcanalyzer/EPM_15DeepCut_resnet50_epmMay17shuffle1_1030000.csv",
        "edge_cases/empty.csv",
        "edge_cases/nan_inf_dlc.csv",
        "labelled_clips/labels.csv",
        "README.md",
    ],
)
def test_files_without_labels_are_recognised_by_none(shared_data: Path, file: str) -> None:
    path = shared_data / file
    assert label_files.recognise(path) == []
    with pytest.raises(ValueError, match="found no label format"):
        label_files.read_bouts(path)


def test_no_pose_or_video_file_is_taken_for_labels(shared_data: Path) -> None:
    others = [path for path in shared_data.rglob("*") if path.is_file()]
    others = [path for path in others if "annotations" not in path.parts]
    assert len(others) > 80
    assert {path.name: label_files.recognise(path) for path in others} == {
        path.name: [] for path in others
    }


def test_a_matlab_table_is_recognised_and_refused_with_advice(shared_data: Path) -> None:
    path = shared_data / "annotations/behaviordepot/demo1_manual_annotations.mat"
    assert label_files.recognise(path) == ["behaviordepot"]
    with pytest.raises(ValueError, match="MATLAB table, which only MATLAB can read"):
        label_files.read_bouts(path)


def test_a_summary_needs_no_frame_rate(shared_data: Path) -> None:
    summary = label_files.summarise(shared_data / "annotations/dlcanalyzer/AllEPMLables.csv")
    assert (summary.label_format, summary.n_bouts, summary.fps) == ("dlcanalyzer", 1401, None)
    assert set(summary.videos) == {"EPM_11", "EPM_13", "EPM_16", "EPM_2", "EPM_6"}
    assert "Head Dip" in summary.behaviours
    assert "Give the frame rate (fps, --fps)" in summary.problems[0]
    summary = label_files.summarise(shared_data / "annotations/bento/bento_example_excerpt.annot")
    assert (summary.fps, summary.individuals) == (30.0, ("individual_0",))
    assert summary.behaviours[0] == "aggressivemount"  # listed, though never seen
    with pytest.raises(ValueError, match="MATLAB table"):
        label_files.summarise(
            shared_data / "annotations/behaviordepot/demo1_manual_annotations.mat"
        )


PLAIN = "video,individual,start,stop,behaviour\na.mp4,m,1,5,x\nb.mp4,m,7,9,y\n"


def test_a_video_is_picked_by_name_whatever_its_folder_and_suffix(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(PLAIN)
    bouts = label_files.read_bouts(path, video="/data/B.avi")
    assert bouts["behaviour"].tolist() == ["y"]
    with pytest.raises(
        ValueError, match=r"expected bouts of c.mp4, found those of 'a.mp4', 'b.mp4'"
    ):
        label_files.read_bouts(path, video="c.mp4")


def test_a_plain_table_is_read_by_a_mapping_of_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("von;bis;Verhalten\n1;5;Putzen\n")
    assert label_files.recognise(path) == []
    columns = {"start": "von", "stop": "bis", "behaviour": "Verhalten"}
    bouts = label_files.read_bouts(path, columns=columns)
    assert bouts[["start", "stop", "behaviour"]].to_numpy().tolist() == [[1, 5, "Putzen"]]
    with pytest.raises(ValueError, match=r"there is no column 'to'; it has von, bis, Verhalten"):
        label_files.read_bouts(path, columns=columns | {"stop": "to"})


def test_two_formats_that_match_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(PLAIN)
    group = "napari_mousegpt.label_formats"
    entry = EntryPoint("x", "napari_mousegpt.io.label_formats.interval_table", group)
    monkeypatch.setattr(extensions, "_found", lambda _: {"one": entry, "two": entry})
    with pytest.raises(ValueError, match="could be one or two: say which"):
        label_files.read_bouts(path)
    assert len(label_files.read_bouts(path, label_format="two")) == 2


def test_a_missing_file_and_an_unknown_format_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no such file"):
        label_files.read_bouts(tmp_path / "none.csv")
    (tmp_path / "labels.csv").write_text(PLAIN)
    with pytest.raises(ValueError, match="no label format is called 'noldus'"):
        label_files.read_bouts(tmp_path / "labels.csv", label_format="noldus")
