"""A screen for each process of the tests, so that windows of two do not take each other's focus.

On Linux a worker of pytest-xdist shows its windows on an Xvfb of its own. Where that cannot be, as
on other systems or without Xvfb, windows of all workers are opened one after the other.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from filelock import FileLock

START_S = 30
# The server ends when the pipe that the shell reads is closed: however this process ends.
SERVER = 'Xvfb -displayfd "$0" -screen 0 1600x1200x24 -nolisten tcp & read -r end; kill $!'

_servers: list[subprocess.Popen[bytes]] = []


def turn_for_windows() -> AbstractContextManager[object]:
    """Take a display of this worker's own; return what a test that opens windows is run within."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None or _take_display():
        return nullcontext()
    run = os.environ["PYTEST_XDIST_TESTRUNUID"]
    return FileLock(Path(tempfile.gettempdir()) / f"mousegpt-windows-{run}.lock")


def _take_display() -> bool:
    """Start an X server and make it the display of this process and its children."""
    wanted = os.environ.get("QT_QPA_PLATFORM", "xcb")
    if not (sys.platform == "linux" and wanted == "xcb" and shutil.which("Xvfb")):
        return False
    number = _start_server()
    if not number:
        return False
    os.environ.pop("WAYLAND_DISPLAY", None)
    os.environ |= {"DISPLAY": f":{number}", "LIBGL_ALWAYS_SOFTWARE": "1"}
    return True


def _start_server() -> str:
    """The number of the new display, which the server chooses; empty if it does not start."""
    there, back = os.pipe()
    nowhere = subprocess.DEVNULL
    server = subprocess.Popen(
        ["sh", "-c", SERVER, str(back)],
        stdin=subprocess.PIPE,
        stdout=nowhere,
        stderr=nowhere,
        pass_fds=[back],
    )
    _servers.append(server)
    os.close(back)
    with os.fdopen(there) as said:
        ready, _, _ = select.select([said], [], [], START_S)
        return said.readline().strip() if ready else ""
