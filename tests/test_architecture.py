"""What must hold for the package as a whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = {"torch", "transformers", "sklearn", "napari", "qtpy", "PySide6", "PyQt6"}
HEAVY |= {"pandas", "xarray"}


def modules_after(statement: str) -> set[str]:
    code = f"{statement}; import sys, json; print(json.dumps(sorted(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(out.stdout))


@pytest.mark.parametrize("statement", ["import napari_mousegpt", "import napari_mousegpt.cli"])
def test_importing_loads_nothing_heavy(statement: str) -> None:
    assert not modules_after(statement) & HEAVY


@pytest.mark.parametrize("name", ["read_video", "read_poses", "read_bouts", "open_recording"])
def test_the_python_door_opens_on_first_use(name: str) -> None:
    loaded = modules_after(f"import napari_mousegpt; assert callable(napari_mousegpt.{name})")
    assert not loaded & {"torch", "transformers", "sklearn", "napari", "qtpy"}


def test_the_manifest_at_the_top_is_the_packaged_one() -> None:
    packaged = ROOT / "src" / "napari_mousegpt" / "napari.yaml"
    assert (ROOT / "napari.yaml").read_text() == packaged.read_text()


def test_every_extension_loads() -> None:
    from napari_mousegpt import extensions

    for group in extensions.GROUPS:
        assert extensions.names(group), group
        for name in extensions.names(group):
            assert extensions.load(group, name) is not None
    with pytest.raises(ValueError, match="no captioner is called 'gpt'; installed are: "):
        extensions.load("captioners", "gpt")


def test_the_model_is_in_the_package() -> None:
    from napari_mousegpt.captioning.mousegpt_tiny import FOLDER

    assert (FOLDER / "model.safetensors").stat().st_size > 20_000_000
    assert (FOLDER / "seen_facts.safetensors").stat().st_size > 6_000_000
    assert (FOLDER / "README.md").is_file()
