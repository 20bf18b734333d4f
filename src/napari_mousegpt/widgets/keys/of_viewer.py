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

    On layers of ours they go before the keys of napari's layers; with another layer active, that
    layer's keys and those of napari's viewer stay as they are.
    """

    def __init__(self, viewer: ViewerModel, keys: KeyMap) -> None:
        self.map = keys
        self._viewer = weakref.ref(viewer)
        self._bound: dict[KeyBinding, Callable[..., Any]] = {}
        keys.changed.connect(self._bind)
        viewer.layers.events.inserted.connect(self._on_inserted)

    def _on_inserted(self, event: Any) -> None:
        if mark_of(event.value.metadata):
            for binding, function in self._bound.items():
                event.value.bind_key(binding, function, overwrite=True)

    def _bind(self) -> None:
        viewer = self._viewer()
        if viewer is None:
            return
        wanted = self._functions()
        for binding in self._bound.keys() - wanted.keys():
            for target in self._targets(viewer, binding):
                if target.keymap.get(binding) is self._bound[binding]:
                    target.bind_key(binding, None)
        for binding, function in wanted.items():
            for target in self._targets(viewer, binding):
                target.bind_key(binding, function, overwrite=True)
        self._bound = wanted

    def _functions(self) -> dict[KeyBinding, Callable[..., Any]]:
        found: dict[KeyBinding, Callable[..., Any]] = {}
        for name in self.map.actions:
            for key in self.map.keys_of(name):
                binding = napari_key(key)
                action = self.map.action_for(key)
                if binding is not None and action is not None:
                    found[binding] = _function_of(action)
        return found

    def _targets(self, viewer: ViewerModel, binding: KeyBinding) -> list[Any]:
        targets: list[Any] = [one for one in viewer.layers if mark_of(one.metadata)]
        if binding not in type(viewer).class_keymap:
            targets.append(viewer)
        return targets


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
