"""A behaviour as the predicate of a sentence, with the numbers that speak for it. By rule."""

from __future__ import annotations

from napari_mousegpt.captioning.kinematic_words import (
    Features,
    degrees,
    direction,
    known,
    length_in_words,
    posture,
    side,
)

_PLAIN = {
    "face grooming": "grooms its face: both forepaws beat at the snout",
    "scratching": "scratches its head with a hindpaw",
    "stretch attend": "stretches forward with its hind body in place",
    "digging": "digs: its forepaws beat while the body stays in place",
}


def behaviour_phrase(behaviour: str, features: Features) -> str:
    """Say that the mouse does this, without the subject: ``walks 1.2 body lengths forward``.

    Parameters
    ----------
    behaviour
        One of `datamodel.description.BEHAVIOURS`.
    features
        One row of `kinematics.window_features` by name.
    """
    if behaviour in ("walking", "running"):
        return _locomotion(behaviour, features)
    if behaviour in ("turning left", "turning right"):
        return _turn(behaviour.removeprefix("turning "), features)
    if behaviour == "still":
        return _stillness(features)
    if behaviour == "sniffing":
        return _sniffing(features)
    if behaviour == "rearing":
        return _rearing(features)
    if behaviour == "body grooming":
        return _curl(features)
    return _PLAIN[behaviour]


def _locomotion(behaviour: str, features: Features) -> str:
    verb = "runs" if behaviour == "running" else "walks"
    towards = direction(features, "walked", "walked_forward_bl")
    return " ".join(filter(None, (verb, length_in_words(features, "walked"), towards)))


def _turn(towards: str, features: Features) -> str:
    """Turn by what the whole window shows, if that goes the same way."""
    turned = known(features, f"turned_{towards}_deg") or 0.0
    net = (known(features, "net_turn_deg") or 0.0) * (1 if towards == "left" else -1)
    on_the_spot = (known(features, "displacement_bl") or 0.0) < 0.5
    return f"turns {towards} by {degrees(max(turned, net))}{' on the spot' if on_the_spot else ''}"


def _stillness(features: Features) -> str:
    if (known(features, "shifted_bl") or 0.0) > 0.25:
        way = length_in_words(features, "shifted")
        return f"holds still while it is shifted as a whole by {way}"
    return "stays still"


def _sniffing(features: Features) -> str:
    """Movement on the spot that no tracked part explains better."""
    forward = known(features, "edged_forward_bl") or 0.0
    if forward > 0.25:
        return "edges forward and moves its head, as in sniffing"
    if forward < -0.25:
        return "draws back and moves its head, as in looking around"
    if posture(features) == "hunched or upright":
        return "moves its head on the spot with its body hunched, as in sniffing or grooming"
    if (known(features, "displacement_bl") or 0.0) > 0.5:
        return "shifts its body and moves its head, as in sniffing or looking around"
    return "moves its head on the spot, as in sniffing or looking around"


def _rearing(features: Features) -> str:
    pitch = known(features, "pitch_high_deg")
    if pitch is not None:
        return f"rears up, its body raised by {degrees(pitch)}"
    low = known(features, "elongation_low") or 0.0
    return f"rears: its body looks shortened to {low:.1f} of its length"


def _curl(features: Features) -> str:
    angle = known(features, "head_angle_mean_deg")
    if angle is None or abs(angle) < 15:
        return "is curled up on the spot, as in body grooming"
    return f"is curled to its {side(angle)} on the spot, as in body grooming"
