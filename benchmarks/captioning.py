"""Captioning: windows a second of the captioners that need no download, on a rendered recording.

python benchmarks/captioning.py
"""

from __future__ import annotations

import tempfile
import time

from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions
from napari_mousegpt.workflows.sample_recording import sample_recording


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        recording = sample_recording(folder)
        film_s = recording.videos[0].frames / recording.videos[0].fps
        for name, stride_s in (
            ("kinematic-rules", 2.0),
            ("mousegpt-tiny", 2.0),
            ("mousegpt-tiny", 0.5),
        ):
            started_s = time.perf_counter()
            plan = plan_captions(recording, CaptionSettings(captioner=name, stride_s=stride_s))
            for progress in caption(plan):
                last = progress
            seconds = time.perf_counter() - started_s
            print(
                f"{name}, a window every {stride_s:g} s: {last.captioned} windows of "
                f"{film_s:.0f} s of film in {seconds:.1f} s, "
                f"{last.captioned / seconds:.2f} windows/s, {film_s / seconds:.1f}x real time, "
                "loading included"
            )


if __name__ == "__main__":
    main()
