"""Whatever a label file holds, its reader reads it or says in a ValueError or OSError why not."""

from __future__ import annotations

import contextlib
import importlib
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.io.label_writers import bento, boris_events, boris_project, csv_table, poser

FORMATS = {
    "asoid": "labels.csv",
    "behaviordepot": "labels.mat",
    "bento": "labels.annot",
    "boris_aggregated": "labels.tsv",
    "boris_project": "labels.boris",
    "boris_tabular": "labels.csv",
    "calms21": "labels.json",
    "caltech": "labels.txt",
    "dlcanalyzer": "labels.csv",
    "elan": "labels.eaf",
    "frame_columns": "labels.csv",
    "interval_table": "labels.csv",
    "jabs_labels": "labels.json",
    "jabs_predictions": "labels.h5",
    "nwb_behaviour": "labels.nwb",
    "poser": "labels.csv",
    "simba_targets": "labels.csv",
    "solomon": "labels.csv",
}
TEXTS = {
    "asoid": "sequence number,annotation\n0,1\n0,1\n1,1\n",
    "boris_aggregated": (
        "Observation id\tMedia file\tTotal length\tFPS\tSubject\tBehavior\tModifiers\tBehavior type"
        "\tStart (s)\tStop (s)\no\ta.mp4\t10\t25\tm\tx\tm1|m2\tSTATE\t1.0\t2.0\n"
        "o\ta.mp4\t10\t25\tm\tx\t\tPOINT\t1.0\tNA\n"
    ),
    "calms21": '{"annotator-id_0": {"a": {"annotations": [0, 1], "metadata": {"vocab": {}}}}}',
    "caltech": (
        "Caltech Behavior Annotator - Annotation File\n\nConfiguration file:\nother\to\n\n"
        "S1:\tstart\tend\ttype\n-----\n 1 9 other\n"
    ),
    "dlcanalyzer": "file;Experimenter;from;to;type;ID\nf;e;1.0;2.5;x;v\n",
    "elan": (
        '<ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="1"/>'
        '<TIME_SLOT TIME_SLOT_ID="b" TIME_VALUE="90"/></TIME_ORDER><TIER TIER_ID="t"><ANNOTATION>'
        '<ALIGNABLE_ANNOTATION ANNOTATION_ID="1" TIME_SLOT_REF1="a" TIME_SLOT_REF2="b">'
        "<ANNOTATION_VALUE>x</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>"
        "</ANNOTATION_DOCUMENT>"
    ),
    "frame_columns": ",a,b\n0,1,0\n1,0,1\n2,1,1\n",
    "jabs_labels": (
        '{"file": "v.avi", "num_frames": 9, "labels": {"0": {"Walk": '
        '[{"start": 1, "end": 4, "present": true}, {"start": 5, "end": 6, "present": false}]}}}'
    ),
    "simba_targets": "Nose_x,Nose_y,Nose_p,attack\n1.5,2,0.9,0\n1.5,2,0.9,1\n",
    "solomon": "Time,Behaviour\n0,\n0.04,walk\n0.08,walk\n",
}
BOUTS = make_bouts(
    [
        {"start": 1, "stop": 5, "behaviour": "x", "individual": "m", "video": "a.mp4"},
        {"start": 7, "stop": 8, "behaviour": "y", "kind": "point", "video": "a.mp4"},
    ]
)
NASTY = (
    b"\0 \xff\xfe -1 1e400 nan inf 999999999999999999999999999999 1e15 , ; \n \t { [ = null true "
    b"&x; </ <!DOCTYPE PK\x03\x04"
)
PIECES = st.binary(max_size=6) | st.sampled_from(NASTY.split(b" "))
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), PIECES), min_size=1, max_size=8)


def example(name: str, folder: Path) -> bytes:
    """A small valid file of a format."""
    path = folder / f"example_{name}"
    match name:
        case "bento":
            bento.write(BOUTS, path, fps=25.0)
        case "boris_tabular":
            boris_events.write(BOUTS, path, fps=25.0)
        case "boris_project":
            boris_project.write(BOUTS, path, fps=25.0)
        case "interval_table":
            csv_table.write(BOUTS, path)
        case "poser":
            poser.write(BOUTS, path)
        case "behaviordepot":
            with h5py.File(path, "w") as file:
                file["hBehavior/Freezing/Vector"] = np.array([[0.0], [1.0], [1.0]])
        case "jabs_predictions":
            with h5py.File(path, "w") as file:
                file["predictions/predicted_class"] = np.array([[0, 1, 1]], np.int8)
                file["predictions/probabilities"] = np.ones((1, 3), np.float32)
        case "nwb_behaviour":
            with h5py.File(path, "w") as file:
                group = file.create_group("bouts")
                group.attrs["neurodata_type"] = "EthogramBouts"
                group["start_time"], group["stop_time"] = [1.0, 2.0], [1.5, 3.0]
                group["label"] = ["a", "b"]
        case _:
            path.write_text(TEXTS[name])
    return path.read_bytes()


def edited(content: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    for where, removed, added in edits:
        position = int(where * len(content))
        content = content[:position] + added + content[position + removed :]
    return content


@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(edits=EDITS, fps=st.sampled_from([None, 25.0]))
def test_changed_files_are_read_or_refused(
    tmp_path: Path, name: str, edits: list, fps: float | None
) -> None:
    reader = importlib.import_module(f"napari_mousegpt.io.label_formats.{name}")
    path = tmp_path / FORMATS[name]
    content = example(name, tmp_path)
    path.write_bytes(content)
    assert reader.matches(path)
    assert len(reader.read(path, fps=25.0)) > 0
    path.write_bytes(edited(content, edits))
    assert reader.matches(path) in (True, False)
    with contextlib.suppress(ValueError, OSError):
        bouts = reader.read(path, fps=fps)
        pd.testing.assert_frame_equal(make_bouts(bouts), bouts)


@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=300))
def test_random_bytes_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    reader = importlib.import_module(f"napari_mousegpt.io.label_formats.{name}")
    path = tmp_path / FORMATS[name]
    path.write_bytes(content)
    assert not reader.matches(path)
    with pytest.raises((ValueError, OSError)):
        reader.read(path, fps=25.0)
