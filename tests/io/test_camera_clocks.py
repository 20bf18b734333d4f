"""Clocks of real films: constant, variable, gone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from video_files import write_video

from napari_mousegpt.datamodel.camera_clock import bouts_on, frames_of_all, frames_on
from napari_mousegpt.io.camera_clocks import camera_clocks
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.workflows.importing.carrying_out import carry_out
from napari_mousegpt.workflows.importing.files import CameraFiles
from napari_mousegpt.workflows.importing.plan import plan_import


def test_a_film_of_variable_rate_beside_a_constant_one(shared_data: Path, tmp_path: Path) -> None:
    varying = shared_data / "edge_cases" / "vfr_m3v1.mp4"
    steady = write_video(tmp_path / "steady.mp4", 200)
    cameras = [CameraFiles(steady), CameraFiles(varying, "cam1", offset_s=1.0)]
    recording = carry_out(plan_import(cameras))
    clocks = camera_clocks(recording)
    with open_film(varying) as film:
        times_s = 1.0 + film.times_s - film.times_s[0]
    frames = np.arange(200)
    found = frames_on(frames, clocks["cam0"], clocks["cam1"])
    assert (np.diff(found) >= 0).all()
    inside = (found >= 0) & (found < 150)
    shown_s, next_s = times_s[found[inside]], np.append(times_s, np.inf)[found[inside] + 1]
    now_s = frames[inside] / 30
    assert ((shown_s <= now_s + 0.0011) & (now_s < next_s)).all()
    assert frames_of_all(clocks, "cam0", 29)["cam1"] is None
    assert frames_of_all(clocks, "cam0", 30) == {"cam0": 30, "cam1": 0}
    back = frames_on(found[inside], clocks["cam1"], clocks["cam0"])
    assert (back <= frames[inside]).all()
    assert not len(bouts_on(recording.bouts, clocks, "cam1"))


def test_a_film_that_is_gone_counts_at_its_rate(tmp_path: Path) -> None:
    film = write_video(tmp_path / "film.mp4", 20)
    recording = carry_out(plan_import([CameraFiles(film)]))
    film.unlink()
    assert float(camera_clocks(recording)["cam0"].seconds(15)) == 0.5
