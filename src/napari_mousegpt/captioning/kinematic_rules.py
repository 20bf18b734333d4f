"""Describe a clip from its kinematics alone, by rule. Knows no pixels and needs no model.

What an animal does in each frame is decided in `kinematics.behaviour_states`; here the behaviour
with the largest share of the window comes first, and the numbers become sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from napari_mousegpt.captioning import kinematic_words as words
from napari_mousegpt.captioning.behaviour_words import behaviour_phrase
from napari_mousegpt.captioning.captioner import Answer, Clip
from napari_mousegpt.captioning.kinematic_words import Features, known
from napari_mousegpt.datamodel.description import BEHAVIOURS, Description

RULES_REVISION = "1"
"""Changes with every change of a rule, a limit or a wording, so that old answers are not taken."""

MENTIONED_SHARE = 0.2
"""Share of a window from which a second behaviour is mentioned."""
_CLOSE_BL = 1.0
_CURVE_DEG = 30.0
_WELL_TRACKED = 0.8
_APART = 0.2
"""Distance of mean places in the window from which one behaviour came before the other."""


class KinematicRules:
    """Sentences and a behaviour from the kinematics of the window, the same every time."""

    name = "kinematic-rules"
    needs_pixels = False
    needs_poses = True
    longest_window_s: float | None = None
    open_vocabulary = False
    side_px = 0
    model: str | None = None
    adapter: str | None = None
    revision: str | None = RULES_REVISION
    prompt_text = ""

    def __init__(
        self,
        model: str | None = None,
        *,
        adapter: str | None = None,
        device: str | None = None,
        batch_size: int | None = None,
    ) -> None:
        if model is not None or adapter is not None:
            raise ValueError(
                f"{self.name} takes no model and no adapter, found {model or adapter!r}; "
                "leave it out, or choose the captioner transformers"
            )
        self.device = device
        self.batch_size = batch_size

    @property
    def parameters(self) -> dict[str, Any]:
        """What can change an answer, besides the revision of the rules: nothing."""
        return {}

    def prompt_for(self, clip: Clip) -> str:
        """Return the words for one clip: none."""
        return ""

    def describe(self, clips: Sequence[Clip], *, attempt: int = 0) -> list[Answer]:
        """Answer each clip; one without a pose gets no text but the reason."""
        return [_answer(clip) for clip in clips]


def describe_window(features: Features) -> Description:
    """Turn one row of `kinematics.window_features` into a description.

    Raises
    ------
    ValueError
        If there is no pose in the window.
    """
    shown = behaviours_shown(features)
    if not shown:
        raise ValueError("expected the kinematics of a window with a pose, found none")
    return Description(
        overall=_overall(features, shown),
        head=_level("The head is", words.head_in_words(features)),
        limb=_limbs(features),
        torso=_level("The body is", words.torso_in_words(features)),
        keywords=_keywords(features, shown),
    )


def behaviours_shown(features: Features) -> list[str]:
    """Behaviours of a window, the largest share first; the others only if worth mentioning."""
    shares = {name: known(features, f"share_{_column(name)}") or 0.0 for name in BEHAVIOURS}
    ranked = sorted((name for name in BEHAVIOURS if shares[name] > 0), key=lambda n: -shares[n])
    others = [name for name in ranked[1:3] if shares[name] >= MENTIONED_SHARE]
    if {"walking", "running"} <= {*ranked[:1], *others}:  # one way over the ground, told once
        others = [name for name in others if name not in ("walking", "running")]
    return ranked[:1] + others


def _answer(clip: Clip) -> Answer:
    if not words.has_pose(clip.features):
        return Answer(text=None, problem=f"no pose of {clip.individual} in this window")
    return Answer(text=describe_window(clip.features).to_text())


def _overall(features: Features, shown: list[str]) -> str:
    """The leading behaviour, then at most two others by when they came."""
    phrases = {name: behaviour_phrase(name, features) for name in shown}
    when = {name: known(features, f"when_{_column(name)}") or 0.0 for name in shown}
    main, others = shown[0], sorted(shown[1:], key=when.__getitem__)
    text = f"The mouse {phrases[main]}{_curve(features, shown)}"
    for name in others:
        if abs(when[name] - when[main]) <= _APART:
            text += f", and in between {phrases[name]}"
    for name in others:
        if when[name] > when[main] + _APART:
            text += f", then {phrases[name]}"
    before = [phrases[name] for name in others if when[name] < when[main] - _APART]
    if before:
        text += f"; before, it {', then '.join(before)}"
    tracked = known(features, "pose_share") or 0.0
    if tracked < _WELL_TRACKED:
        text += f" (tracked in {100 * tracked:.0f} % of the window)"
    return f"{text}."


def _curve(features: Features, shown: list[str]) -> str:
    """The turn made on the way by an animal of which no turn is told otherwise."""
    net = known(features, "net_turn_deg") or 0.0
    told = any(name.startswith("turning") for name in shown)
    if told or shown[0] not in ("walking", "running") or abs(net) < _CURVE_DEG:
        return ""
    return f" in a curve of {words.degrees(net)} to the {words.side(net)}"


def _limbs(features: Features) -> str:
    """What the paws do, or that this is not known."""
    fore, hind = (known(features, f"seen_{pair}") or 0.0 for pair in ("forepaws", "hindpaws"))
    if fore < 0.5 and hind < 0.5:
        return "Paws are not tracked."
    text = words.paws_in_words(features)
    front = f"The forepaws are {text.split(' ', 1)[1]}." if text else "Forepaws are not tracked."
    return f"{front} {_hindpaws(features) if hind >= 0.5 else 'Hindpaws are not tracked.'}".strip()


def _hindpaws(features: Features) -> str:
    reach = known(features, "hindpaw_head_distance_low_bl")
    if (known(features, "share_scratching") or 0.0) >= MENTIONED_SHARE and reach is not None:
        return f"A hindpaw beats {reach:.1f} body lengths from the head."
    speed = known(features, "hindpaw_speed_mean_bl_per_s") or 0.0
    if speed < 0.25:
        return "The hindpaws stay in place."
    walked = (known(features, "walked_bl") or 0.0) > 0.5
    return "The hindpaws step." if walked else ""


def _keywords(features: Features, shown: list[str]) -> tuple[str, ...]:
    """Leading behaviour, pace, turn and posture, then other behaviours and who is near."""
    pace = words.pace(features)
    if shown[0] == "still" and pace != words.SHIFTED:
        pace = words.NOT_MOVING
    posture = words.posture(features).removeprefix("at ")
    keywords = [shown[0], pace, words.turn(features), posture, *shown[1:]]
    neighbour = known(features, "neighbour_distance_median_bl")
    if neighbour is not None and neighbour < _CLOSE_BL:
        keywords.append("close to another animal")
    return tuple(dict.fromkeys(word for word in keywords if word))


def _level(beginning: str, text: str) -> str | None:
    return f"{beginning} {text.split(' ', 1)[1]}." if text else None


def _column(behaviour: str) -> str:
    return behaviour.replace(" ", "_")
