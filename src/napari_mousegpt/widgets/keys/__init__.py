"""One map of keys for the whole plugin: who does what on which key, and how to change it.

Owners add their actions to the viewer's map and take them out again::

    keys = keys_of(viewer)
    keys.add(Action("playback.toggle", "play or pause", "Playback", player.toggle, ("Space",)))
    keys.remove_group("Playback")

Keys are written as Qt writes them: ``"Space"``, ``"Shift+Left"``, ``"Ctrl+Z"``, ``"W"``. They work
in the timeline and any dock that has a `HandOnKeys`, and on the canvas through napari's own key
bindings. A person may give an action another key; that is stored in napari's settings folder. Two
actions never share a key.

Modes
-----
An action with a ``mode`` counts only while the map is in it (`KeyMap.set_mode`); its key then goes
before the same key of an action without one. So a labeller adds one action for each behaviour
under mode ``"label"``, and switches the mode on while a person labels::

    keys.add(Action("label.grooming", "grooming", "Label", start, ("G",), "label", release=stop))
    keys.set_mode("label")

With ``release`` an action lasts as long as its key is held; repeats of a held key are then left
out. Adding a key that is taken within the same mode raises ValueError with the name of the other.
"""

from napari_mousegpt.widgets.keys.action import Action
from napari_mousegpt.widgets.keys.hand_on import HandOnKeys
from napari_mousegpt.widgets.keys.key_map import KeyMap
from napari_mousegpt.widgets.keys.of_viewer import keys_of

__all__ = ["Action", "HandOnKeys", "KeyMap", "keys_of"]
