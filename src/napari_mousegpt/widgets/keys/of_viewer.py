"""The key map of a viewer, and its keys on the canvas. Knows no action."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from napari_mousegpt.layers.layer_data import mark_of
from napari_mousegpt.widgets.docks import unwrapped
from napari_mousegpt.widgets.keys.action import Action
from napari_mousegpt.widgets.keys.key_file import key_file
from napari_mousegpt.widgets.keys.key_map import KeyMap
from napari_mousegpt.widgets.keys.key_names import napari_key

if TYPE_CHECKING:
    from app_model.types import KeyBinding
    from napari.components import ViewerModel

_KEYS: weakref.WeakKeyDictionary[ViewerModel, CanvasKeys] = weakref.WeakKeyDictionary()


def keys_of(viewer: ViewerModel) -> KeyMap:
    """Return the key map of a viewer, made at the first call."""
    viewer = unwrapped(viewer)
    if viewer not in _KEYS:
        _KEYS[viewer] = CanvasKeys(viewer, KeyMap(key_file()))
    return _KEYS[viewer].map


class CanvasKeys:
    """Binds the keys of a map on the canvas.

    Napari asks the active layer first, then the viewer. On the image layer of a film our keys go
    first, and the keys of a mode do on every layer of ours. Else a layer keeps the keys it has,
    such as those to add and select points, and with somebody else's layer active napari's viewer
    keeps its own.
    """

    def __init__(self, viewer: ViewerModel, keys: KeyMap) -> None:
        self.map = keys
        self._viewer = weakref.ref(viewer)
        self._bound: dict[KeyBinding, Callable[..., Any]] = {}
        keys.changed.connect(self._bind)
        viewer.layers.events.inserted.connect(self._bind)

    def _bind(self) -> None:
        """Bind what is in the map now, and unbind what no longer is."""
        viewer = self._viewer()
        if viewer is None:
            return
        layers = [layer for layer in viewer.layers if mark_of(layer.metadata)]
        ours = set(self._bound.values())
        for target in (viewer, *layers):
            for binding, function in list(target.keymap.items()):
                if function in ours:
                    target.bind_key(binding, None)
        self._bound = {}
        for binding, action in self._actions().items():
            function = self._bound[binding] = _function_of(action)
            for target in (viewer, *layers):
                first = target is not viewer and (
                    action.mode is not None or mark_of(target.metadata)["kind"] == "video"
                )
                if first or not _has_its_own(target, binding):
                    target.bind_key(binding, function, overwrite=True)

    def _actions(self) -> dict[KeyBinding, Action]:
        found: dict[KeyBinding, Action] = {}
        for name in self.map.actions:
            for key in self.map.keys_of(name):
                binding, action = napari_key(key), self.map.action_for(key)
                if binding is not None and action is not None:
                    found[binding] = action
        return found


def _has_its_own(target: Any, binding: KeyBinding) -> bool:
    """Whether napari gives a key to a layer or the viewer."""
    return any(binding in getattr(kind, "class_keymap", {}) for kind in type(target).__mro__)


def _function_of(action: Action) -> Callable[..., Any]:
    """What napari calls with the layer or viewer that the key was bound to."""
    if action.release is None:
        return lambda _target: action.run()
    release = action.release

    def press_and_release(_target: Any) -> Any:
        action.run()
        yield
        release()

    return press_and_release
