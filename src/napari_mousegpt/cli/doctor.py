"""``mousegpt doctor``: what works here, what does not, and the command that mends it."""

from __future__ import annotations

import importlib.util
import platform
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Optional

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.check import Check
from napari_mousegpt.cli.outcome import FAILED, print_json
from napari_mousegpt.cli.window import why_no_window

Text = Optional[str]  # noqa: UP045  (typer reads the annotation)


def doctor(
    endpoint: Annotated[
        Text, typer.Option("--endpoint", help="Also try an OpenAI-compatible server.")
    ] = None,
    model: Annotated[Text, typer.Option("--model", help="The server's model to try.")] = None,
    as_json: Json = False,
) -> None:
    """Check torch, GPU, weights, video decoding and the window; say how to mend what fails."""
    checks = list(_checks())
    if endpoint is not None:
        from napari_mousegpt.cli.doctor_endpoint import endpoint_checks

        checks += endpoint_checks(endpoint, model)
    if as_json:
        print_json({"checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            mark = "ok  " if check.works else "FAIL" if check.needed else "-   "
            print(f"{mark} {check.name}: {check.found}")
            if not check.works and check.mend:
                print(f"       {check.mend}")
    if any(check.needed and not check.works for check in checks):
        raise typer.Exit(FAILED)


def _checks() -> Iterator[Check]:
    yield Check("python", True, platform.python_version())
    yield from _torch()
    yield _weights()
    yield _decoding()
    yield _window()
    yield _peft()


def _torch() -> Iterator[Check]:
    try:
        import torch
        import torchvision
    except (ImportError, RuntimeError) as error:
        mend = "Install a matching pair with: pip install -U torch torchvision"
        yield Check("torch", False, f"torch and torchvision do not load: {error}", mend)
        return
    yield Check("torch", True, f"torch {torch.__version__}, torchvision {torchvision.__version__}")
    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        found = f"{properties.name}, {properties.total_memory / 2**30:.0f} GiB"
        yield Check("gpu", True, found, needed=False)
    elif torch.backends.mps.is_available():
        yield Check("gpu", True, "Apple GPU", needed=False)
    else:
        found = "none usable: captioning runs on the CPU, which suffices for mousegpt-tiny"
        mend = ""
        if torch.version.cuda is None:
            mend = (
                "This build of torch knows no CUDA. With an NVIDIA GPU, choose a build on "
                "https://pytorch.org/get-started/locally"
            )
        yield Check("gpu", False, found, mend, needed=False)


def _weights() -> Check:
    from napari_mousegpt.captioning.model_files import check_folder, revision_of
    from napari_mousegpt.captioning.mousegpt_tiny import FOLDER

    try:
        check_folder(FOLDER)
    except ValueError as error:
        mend = "Install again with: pip install --force-reinstall --no-deps napari-mousegpt"
        return Check("weights", False, str(error), mend)
    return Check("weights", True, f"mousegpt-tiny, revision {revision_of(str(FOLDER))}")


def _decoding() -> Check:
    import av

    lacking = [
        name for name in ("h264", "mjpeg", "mpeg4", "hevc") if name not in av.codecs_available
    ]
    mend = "Install again with: pip install --force-reinstall av"
    if lacking:
        return Check("video", False, f"PyAV {av.__version__} lacks {', '.join(lacking)}", mend)
    return Check("video", True, f"PyAV {av.__version__} decodes H.264, HEVC, MJPEG, MPEG-4")


def _window() -> Check:
    reason = why_no_window()
    if reason is None:
        return Check("window", True, "napari can open a window", needed=False)
    found, _, mend = reason.partition(". ")
    return Check("window", False, found, mend, needed=False)


def _peft() -> Check:
    works = importlib.util.find_spec("peft") is not None
    found = "peft is installed" if works else "peft is not installed: --adapter cannot be used"
    return Check("adapters", works, found, "Install it with: pip install peft", needed=False)
