"""From labelled recordings to records, layouts, and an adapter that captioning takes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from napari_mousegpt.captioning.mousegpt_tiny import MouseGPTTiny
from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.training import held_out_parts
from napari_mousegpt.training.records import clip_of, read_records
from napari_mousegpt.training.settings import TrainSettings
from napari_mousegpt.training.trainer import Progress
from napari_mousegpt.workflows import learning_curve
from napari_mousegpt.workflows.steps import last_result
from napari_mousegpt.workflows.train import (
    Trained,
    base_settings,
    export_records,
    train_recordings,
)
from napari_mousegpt.workflows.training_windows import labelled_windows


def test_windows_of_bouts_and_corrections(labelled: Recording) -> None:
    table = labelled_windows(labelled, window_s=0.5)
    own = table[table["individual"] == "b"]
    assert own["behaviour"].unique().tolist() == ["walking", "face grooming", "my own"]
    assert (own["stop"] - own["start"] == 10).all()
    grooming = own[own["behaviour"] == "face grooming"]["facts"].iloc[0]
    assert grooming["paws"] == "face"
    text = table[table["levels"].map(len) > 0]
    assert text["levels"].tolist() == [("keywords",)]
    assert text["behaviour"].tolist() == ["rearing"]


def test_long_bouts_are_cut_and_mixed_windows_left_out(labelled: Recording) -> None:
    rows = [("walking", 0, 90), ("grooming", 0, 45), ("digging", 91, 93)]
    bouts = pd.DataFrame(
        [
            {
                "video": "cam0",
                "individual": "a",
                "start": start,
                "stop": stop,
                "behaviour": name,
                "source": "person",
                "annotator": "Anna",
            }
            for name, start, stop in rows
        ]
    )
    table = labelled_windows(
        labelled.replace(bouts=make_bouts(bouts), descriptions=labelled.descriptions[:0]),
        window_s=1.0,
    )
    assert table[["start", "stop", "behaviour"]].to_numpy().tolist() == [[60, 90, "walking"]]


def test_records_are_what_captioning_sees_in_three_layouts(
    labelled: Recording, tmp_path: Path
) -> None:
    folder = tmp_path / "records"
    dataset = last_result(export_records([labelled], base_settings("mousegpt-tiny"), folder))
    assert dataset.unit == "animal"
    records = read_records(folder)
    assert records == list(dataset.records)
    held = {record.animal for record in records if record.held_out}
    assert len(held) == 1
    assert not held & {record.animal for record in records if not record.held_out}
    clip = clip_of(records[0], folder)
    assert clip.pixels is not None
    assert clip.pixels.shape == (8, 128, 128, 3)
    assert np.array_equal(clip.pixels[..., 0], clip.pixels[..., 2])
    for name, answers in (("messages", "messages"), ("conversations", "conversations")):
        line = json.loads((folder / f"{name}.train.jsonl").read_text().splitlines()[0])
        assert line[answers][-1]["role" if name == "messages" else "from"] in ("assistant", "gpt")
    line = json.loads((folder / "query-response.held_out.jsonl").read_text().splitlines()[0])
    assert line["query"].endswith("top view. Describe the mouse.")
    assert json.loads(line["response"])["keywords"]
    with Image.open(folder / line["images"][0]) as picture:
        assert picture.size == (128, 128)


def test_too_few_labels_are_said(labelled: Recording, tmp_path: Path) -> None:
    few = labelled.replace(bouts=labelled.bouts[:3])
    with pytest.raises(ValueError, match="expected 10 windows or more that people labelled"):
        last_result(export_records([few], base_settings("mousegpt-tiny"), tmp_path / "records"))


@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_an_adapter_is_written_and_counts_by_its_content(
    labelled: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_out_parts, "FEWEST_WINDOWS", 8)
    output = tmp_path / "adapter"
    settings = TrainSettings(epochs=1, measured_windows=2, rank=2)
    base = replace(base_settings("mousegpt-tiny"), device="cpu")
    *_, result = train_recordings([labelled], base, output, settings)
    assert isinstance(result, Trained)
    files = {path.name for path in output.iterdir()}
    assert files == {
        "adapter_config.json",
        "adapter_model.safetensors",
        "README.md",
        "training.json",
    }
    targets = json.loads((output / "adapter_config.json").read_text())["target_modules"]
    assert "visual" not in targets
    card = (output / "README.md").read_text()
    assert "| my own |" in card
    assert labelled.video().sha256 in card
    assert "chosen on earlier windows of the same held-out animals (2 windows" in card
    metrics = json.loads((output / "training.json").read_text())
    assert (metrics["chosen_on"]["apart"], metrics["chosen_on"]["windows"]) == ("time", 2)
    assert metrics["before"]["windows"] == metrics["after"]["windows"] == 2
    plain, adapted = MouseGPTTiny(), MouseGPTTiny(adapter=str(output))
    assert adapted.adapter == "adapter"
    revision = adapted.revision
    assert revision != plain.revision
    adapted.load()
    names = [name for name, _ in adapted._network.named_parameters() if "lora_B" in name]
    assert names
    (output / "training.json").write_text("{}")
    assert adapted.revision != revision
    with pytest.raises(FileNotFoundError, match="no such adapter"):
        MouseGPTTiny(adapter=str(tmp_path / "nowhere"))
    with pytest.raises(ValueError, match="something else"):
        next(train_recordings([labelled], base, labelled.folder, settings))


@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_learning_curve_is_measured_to_its_end_and_goes_on(
    labelled: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning_curve, "nested_sizes", lambda n_windows: [3, 6, n_windows])
    base = replace(base_settings("mousegpt-tiny"), device="cpu")
    settings = TrainSettings(epochs=1, measured_windows=4, rank=2)

    def run() -> list:
        what = ([labelled], base, tmp_path / "adapter", settings)
        return list(learning_curve.measure_learning_curve(*what))

    *happenings, found = run()
    steps = [one.step for one in happenings if isinstance(one, Progress)]
    assert max(steps) >= 1
    assert [point["windows"] for point in found.points] == [3, 6, 13]
    assert len({point["known"] for point in found.points}) == 1  # always the same windows
    assert all(0 <= point["right"] <= point["known"] for point in found.points)
    assert bool(found.forecasts) != found.sentence.startswith("Too little")
    *happenings, again = run()
    assert again == found
    assert not [one for one in happenings if isinstance(one, Progress)]  # each was done before
