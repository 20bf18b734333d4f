"""The endpoint captioner against a server of others: ``transformers serve`` with our own model."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from video_files import write_video

from napari_mousegpt.captioning.mousegpt_tiny import FOLDER
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions
from napari_mousegpt.workflows.import_recording import import_recording

NEEDED = ("fastapi", "uvicorn", "openai", "accelerate")
SERVE = "import sys; from transformers.cli.transformers import main; sys.exit(main())"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in NEEDED),
        reason="needs transformers[serving]",
    ),
]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    port = _free_port()
    command = [sys.executable, "-c", SERVE, "serve", str(FOLDER), "--device", "cpu"]
    command += ["--dtype", "float32", "--host", "127.0.0.1", "--port", str(port)]
    alone = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=alone
    )
    try:
        deadline_s = time.monotonic() + 120
        while True:
            assert process.poll() is None
            assert time.monotonic() < deadline_s
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                    break
            except OSError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(30)


def test_a_server_of_others_sees_the_pictures(url: str, tmp_path: Path) -> None:
    """Our model takes one video, and gets four pictures: it answers, seldom as a description."""
    recording = import_recording(write_video(tmp_path / "film.mp4", 60))
    settings = CaptionSettings(
        captioner="endpoint",
        endpoint=url,
        model=str(FOLDER),
        crop="whole",
        frames_per_clip=4,
        picture_px=128,
    )
    plan = plan_captions(recording, settings)
    *_, last = caption(plan)
    assert (last.captioned, last.unanswered, last.total) == (1, 0, 1)
    (line,) = (recording.folder / "answers.jsonl").read_text().splitlines()
    assert json.loads(line)["text"]
    # Four pictures of 16 tokens each, and the words beside them.
    assert plan.captioner.prompt_tokens > 4 * 16  # type: ignore[attr-defined]
    assert plan.captioner.completion_tokens > 0  # type: ignore[attr-defined]
    assert plan_captions(open_recording(recording.folder), settings).skipped == 1
