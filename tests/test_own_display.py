"""Two processes of tests: each its own screen, or else one window at a time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

OPTIONS = ("-q", "-p", "xdist.plugin", "-n", "2", "--dist", "loadfile")
WINDOW_TEST = """
import os
import time
from pathlib import Path

import pytest


@pytest.mark.window
def test_window():
    started = time.time()
    time.sleep(0.5)
    said = f"{os.environ.get('DISPLAY')} {started} {time.time()}"
    Path(os.environ["SAID"], os.environ["PYTEST_XDIST_WORKER"]).write_text(said)
"""


def _two_windows(folder: Path, **environment: str) -> list[tuple[str, float, float]]:
    """Display, start and stop of a test in each of two processes."""
    tests = folder / "tests"
    tests.mkdir()
    here = Path(__file__).parent
    for name in ("conftest.py", "own_display.py"):
        shutil.copy(here / name, tests)
    (tests / "pytest.ini").write_text("[pytest]\nmarkers = window\npythonpath = .\n")
    for name in ("first", "second"):
        (tests / f"test_{name}.py").write_text(WINDOW_TEST)
    said = folder / "said"
    said.mkdir()
    # A run of its own: what this one is must not be taken for it.
    kept = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    subprocess.run(
        [sys.executable, "-m", "pytest", *OPTIONS, str(tests)],
        env=kept | {"SAID": str(said), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | environment,
        check=True,
        capture_output=True,
        timeout=120,
    )
    found = [path.read_text().split() for path in said.iterdir()]
    return [(display, float(start), float(stop)) for display, start, stop in found]


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="no Xvfb here")
def test_each_process_has_a_screen_that_ends_with_it(tmp_path: Path) -> None:
    (first, *_), (second, *_) = _two_windows(tmp_path, DISPLAY=":4321", QT_QPA_PLATFORM="xcb")
    assert len({first, second, ":4321"}) == 3
    sockets = [Path(f"/tmp/.X11-unix/X{display[1:]}") for display in (first, second)]
    assert not any(socket.exists() for socket in sockets)


def test_windows_take_turns_on_one_screen(tmp_path: Path) -> None:
    one, other = _two_windows(tmp_path, DISPLAY=":4321", QT_QPA_PLATFORM="offscreen")
    assert (one[0], other[0]) == (":4321", ":4321")
    assert one[2] <= other[1] or other[2] <= one[1]
