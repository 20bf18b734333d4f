"""From labels to a layer behind what the built-in model concludes, which captioning takes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from napari_mousegpt.captioning.mousegpt_tiny import FOLDER, MouseGPTTiny
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.training.settings import TrainSettings
from napari_mousegpt.training.trainer import Progress
from napari_mousegpt.workflows import learning_curve
from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions
from napari_mousegpt.workflows.train import (
    Trained,
    base_settings,
    train_recordings,
    usual_method,
    work_folder,
)

OWN = {"walking": "my walk", "Face-Grooming": "wash", "my own": "my own"}
SETTINGS = TrainSettings(method="head", measured_windows=2)


@pytest.fixture
def by_own_names(labelled: Recording) -> Recording:
    """The labelled recording by names that no base knows; nobody corrected a text."""
    bouts = labelled.bouts
    bouts = bouts.assign(behaviour=[OWN[name] for name in bouts["behaviour"]])
    return labelled.replace(bouts=bouts, descriptions=labelled.descriptions[:0])


def a_copy(folder: Path, *, without: str = "") -> str:
    """The built-in model as a folder that was trained from it."""
    folder.mkdir()
    for path in FOLDER.iterdir():
        if path.name != without:
            (folder / path.name).symlink_to(path)
    (folder / "training.json").write_text('{"captioner": "mousegpt-tiny"}')
    return str(folder)


def test_labels_are_taught_and_said(by_own_names: Recording, tmp_path: Path) -> None:
    output, model = tmp_path / "mine", a_copy(tmp_path / "base")
    base = replace(base_settings(model), device="cpu")
    *_, result = train_recordings([by_own_names], base, output, SETTINGS)
    assert isinstance(result, Trained)
    files = {path.name for path in output.iterdir()}
    assert files == {"label_head.safetensors", "README.md", "training.json"}
    metrics = json.loads((output / "training.json").read_text())
    assert set(metrics["settings"]) == {"method", "measured_windows", "seed", "hold"}
    assert (metrics["method"], metrics["chosen_on"]["apart"]) == ("head", "learned")
    assert metrics["before"]["windows"] == metrics["after"]["windows"] == 2
    assert metrics["base_revision"] == MouseGPTTiny(model).revision
    assert f"--captioner mousegpt-tiny --model {model} --adapter {output}" in metrics["command"]
    card = (output / "README.md").read_text()
    assert "A layer behind what the eye concludes of `base`" in card
    hold = metrics["settings"]["hold"]
    assert f"base model's conclusions ({hold:g}) was chosen by leaving out parts" in card
    assert "| wash |" in card
    settings = CaptionSettings(
        model=model, adapter=str(output), device="cpu", window_s=0.5, stride_s=0.5
    )
    plan = plan_captions(by_own_names, settings)
    *_, last = caption(plan)
    said = last.recording.descriptions
    assert said["valid"].all()
    words = {words[0] for words in said["keywords"]}
    assert words & set(OWN.values())
    assert words <= {*OWN.values(), *MouseGPTTiny.known_behaviours}
    assert plan.run.adapter == "mine"
    assert words & set(last.recording.bouts["behaviour"])


def test_the_curve_of_labels_is_measured(
    by_own_names: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning_curve, "nested_sizes", lambda n_windows: [2, n_windows])
    base = replace(base_settings("mousegpt-tiny"), device="cpu")
    *happenings, found = learning_curve.measure_learning_curve(
        [by_own_names], base, tmp_path / "mine", SETTINGS
    )
    assert [point["windows"] for point in found.points][:1] == [2]
    assert len(found.points) == 2
    notes = {one.note for one in happenings if isinstance(one, Progress)}
    assert "measuring the base model" in notes


@pytest.mark.parametrize(
    ("behaviours", "expected"),
    [
        (["a", "a", "b", "c"], [0, 2, 1, 3]),
        (["", "a", "a", "b"], [1, 3, 0, 2]),
        (["a", "b", "a", "a"], [0, 1, 2, 3]),
        (["a", "a", "", "a"], [0, 1, 2, 3]),
        (["", ""], [0, 1]),
    ],
)
def test_every_part_of_the_curve_shows_two_behaviours(
    behaviours: list[str], expected: list[int]
) -> None:
    order = list(range(len(behaviours)))
    assert learning_curve._two_behaviours_first(order, behaviours) == expected


@pytest.mark.parametrize(
    ("base", "method"),
    [
        ("mousegpt-tiny", "head"),
        ("qwen3-vl-2b", "adapter"),
        ("someone/some-model", "adapter"),
        ("with", "head"),
        ("without", "adapter"),
        ("/no/such/folder", "adapter"),
    ],
)
def test_the_usual_method_of_a_base(tmp_path: Path, base: str, method: str) -> None:
    if base in ("with", "without"):
        left_out = "seen_facts.safetensors" if base == "without" else ""
        base = a_copy(tmp_path / "base", without=left_out)
    assert usual_method(base_settings(base)) == method


@pytest.mark.parametrize("run", [train_recordings, learning_curve.measure_learning_curve])
@pytest.mark.parametrize("base", ["qwen3-vl-2b", "without"])
def test_a_base_that_takes_no_labels_is_said_at_once(
    labelled: Recording, tmp_path: Path, base: str, run
) -> None:
    """Before windows are cut, and before a model is fetched."""
    if base == "without":
        base = a_copy(tmp_path / base, without="seen_facts.safetensors")
    output = tmp_path / "mine"
    with pytest.raises(ValueError, match=f"found {base}. Use --method adapter"):
        next(run([labelled], base_settings(base), output, SETTINGS))
    assert not work_folder(output).exists()
