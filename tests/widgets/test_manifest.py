"""The manifest is what npe2 wants, and everything it names is there."""

from __future__ import annotations

from fnmatch import fnmatch
from importlib import import_module
from importlib.resources import files

import pytest
from npe2 import PluginManifest

from napari_mousegpt import extensions
from napari_mousegpt.layers.readers import VIDEO_SUFFIXES
from napari_mousegpt.widgets.docks import DOCKS, dock_title


@pytest.fixture(scope="module")
def manifest() -> PluginManifest:
    return PluginManifest.from_file(str(files("napari_mousegpt") / "napari.yaml"))


def test_every_command_exists(manifest: PluginManifest) -> None:
    for command in manifest.contributions.commands or ():
        module, _, name = str(command.python_name).partition(":")
        assert callable(getattr(import_module(module), name))


def test_every_format_has_its_pattern(manifest: PluginManifest) -> None:
    readers = manifest.contributions.readers or ()
    patterns = [pattern for reader in readers for pattern in reader.filename_patterns]
    suffixes = set(VIDEO_SUFFIXES) | {".mousegpt"}
    for name in extensions.names("pose_formats"):
        suffixes |= extensions.load("pose_formats", name).suffixes
    missing = {s for s in suffixes if not any(fnmatch(f"x{s}", pattern) for pattern in patterns)}
    assert missing == set()


def test_docks_are_those_of_the_manifest(manifest: PluginManifest) -> None:
    widgets = {widget.display_name: widget for widget in manifest.contributions.widgets or ()}
    assert set(widgets) == set(DOCKS)
    for name, (module, class_name, area) in DOCKS.items():
        command = next(c for c in manifest.contributions.commands if c.id == widgets[name].command)
        assert command.python_name == f"{module}:{class_name}"
        assert widgets[name].default_dock_area == area
        assert dock_title(name) == f"{name} ({manifest.display_name})"
