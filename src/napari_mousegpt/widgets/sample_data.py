"""The rendered mouse in File > Open Sample. Knows no renderer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets import preferences
from napari_mousegpt.widgets.readers import expect_layers
from napari_mousegpt.widgets.scratch import scratch_folder
from napari_mousegpt.workflows.sample_recording import sample_recording

if TYPE_CHECKING:
    from napari_mousegpt.layers.layer_data import LayerData


def rendered_mouse() -> list[LayerData]:
    """Return the layers of the sample's recording, rendered once in each session.

    Rendering takes some seconds; the window stays alive meanwhile.
    """
    recording = _beside_the_window(lambda: sample_recording(scratch_folder() / "sample"))
    layers = recording_layers(recording, look=preferences.look())
    expect_layers()
    return layers


def _beside_the_window(function: Any) -> Any:
    """Call a function in a thread while the window lives on; simply call it without a window."""
    from qtpy.QtCore import QCoreApplication, QEventLoop

    if QCoreApplication.instance() is None:
        return function()
    from napari_mousegpt.widgets.worker_threads import create_worker

    results: list[Any] = []
    errors: list[Exception] = []
    loop = QEventLoop()
    worker = create_worker(function, _progress={"desc": "rendering the sample"})
    worker.returned.connect(results.append)
    worker.errored.connect(errors.append)
    worker.finished.connect(loop.quit)
    worker.start()
    loop.exec()
    if errors:
        raise errors[0]
    return results[0]
