"""The whole run at small size on a CPU: it learns, goes on where it stopped, and can be used."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner
from video_files import write_video

from napari_mousegpt import open_recording
from napari_mousegpt.cli import app
from training.tiny import main


@pytest.mark.slow
def test_a_small_run_learns_and_its_folder_is_used(tmp_path: Path) -> None:
    config, run = tmp_path / "run.toml", tmp_path / "run"
    config.write_text("vision_steps = 6\nlanguage_steps = 24\nbatch = 8\npool = 48\nheld_out = 6\n")
    command = ["--size", "small", "--device", "cpu", "-o", str(run), "--config", str(config)]
    assert main([*command, "--minutes", "0"]) == 3
    assert main(command) == 0
    losses = json.loads((run / "losses.json").read_text())
    assert [len(losses[stage]) for stage in ("vision", "language")] == [6, 24]
    assert np.mean(losses["language"][-4:]) < 0.9 * np.mean(losses["language"][:4])
    model = run / "model"
    assert "| held out |" in (model / "README.md").read_text()
    assert not [path for path in run.rglob("*") if path.suffix in {".bin", ".pt", ".pkl"}]
    film = write_video(tmp_path / "film.mp4", 24)
    for words in (
        ["import", str(film)],
        ["caption", str(film), "--captioner", "mousegpt-tiny", "--model", str(model),
         "--crop", "whole", "--window-s", "1"],
    ):  # fmt: skip
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, result.output
    assert len(open_recording(film.with_suffix(".mousegpt")).descriptions)
    config.write_text(
        "vision_steps = 2\nlanguage_steps = 2\nbatch = 4\nheld_out = 2\neye_rate = 0\n"
    )
    again = ["--start", str(model), "--size", "small", "--device", "cpu", "--config", str(config)]
    assert main([*again, "-o", str(tmp_path / "more")]) == 0
    first, more = (np.mean(json.loads((one / "losses.json").read_text())["language"])
                   for one in (run, tmp_path / "more"))  # fmt: skip
    assert more < 0.9 * first  # it went on, and did not begin anew
    assert "trained on from another" in " ".join(
        (tmp_path / "more/model/README.md").read_text().split()
    )
    config.write_text("batch = 9\n")
    with pytest.raises(ValueError, match="other settings"):
        main(command)
