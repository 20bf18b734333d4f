"""A script that ends while a dock reads ends quietly."""

from __future__ import annotations

import os
import subprocess
import sys

SCRIPT = """
import time

from qtpy.QtWidgets import QApplication, QWidget

from napari_mousegpt.widgets.background_job import BackgroundJob

app = QApplication([])
dock = QWidget()
job = BackgroundJob(dock)


def reading():
    while True:
        time.sleep(0.02)
        yield 1


said = []
job.stepped.connect(said.append)
job.start(reading)
dock.show()
while len(said) < 2:
    app.processEvents()
job.cancel()
dock.close()
"""


def test_a_script_may_end_while_a_job_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
