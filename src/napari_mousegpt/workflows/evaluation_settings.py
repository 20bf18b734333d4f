"""What to compare, how, and which annotators that means in one recording or label file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from napari_mousegpt.io.recording_folder import is_recording
from napari_mousegpt.workflows.evaluation_films import labels_in
from napari_mousegpt.workflows.evaluation_sides import Side, Sides, read_against


@dataclass(frozen=True, slots=True)
class EvaluationSettings:
    """What to compare and how; see `analysis.agreement.agreement.agreement` for the numbers.

    ``mapping`` renames behaviours on both sides before anything else. ``described_by`` is the run
    whose descriptions are scored: that of the annotator compared, else the last, if None.
    ``same_film`` compares with ``against`` whatever the lengths of the films say.
    """

    against: str | None = None
    annotators: tuple[str, ...] = ()
    against_annotator: str | None = None
    behaviours: tuple[str, ...] = ()
    mapping: tuple[tuple[str, str], ...] = ()
    tolerance_s: float = 0.5
    fps: float | None = None
    n_draws: int = 1000
    n_shifts: int = 20
    seed: int = 0
    described_by: str | None = None
    bert_model: Path | None = None
    same_film: bool = False


def several_sides(sides: Sides, annotators: Sequence[str]) -> list[Side]:
    """Those named, or everybody.

    Raises
    ------
    ValueError
        If they are fewer than two.
    """
    if annotators:
        return [sides.chosen(name, "--annotator") for name in annotators]
    if len(sides.everyone) < 2:
        heard = ", ".join(side.name for side in sides.everyone) or "nobody"
        raise ValueError(
            f"{sides.name}: expected two annotators or more, found {heard}. "
            "Name a label file with --against."
        )
    return list(sides.everyone)


def two_sides(
    sides: Sides, settings: EvaluationSettings, warnings: list[str], *, by_name: bool = False
) -> tuple[Side, Side, Mapping[str, int]]:
    """The reference that ``settings.against`` names, the other, and the frames of each video.

    A folder that is no recording has a label file called like the film. ``by_name`` is as for
    `evaluation_sides.read_against`.

    Raises
    ------
    ValueError
        If it is not clear whose bouts are meant, or the reference is about another film.
    """
    assert settings.against is not None
    path = Path(settings.against)
    names = settings.annotators
    if len(names) > 1:
        raise ValueError(
            f"expected one annotator to compare with {settings.against}, found {', '.join(names)}. "
            "Leave --against out to compare several."
        )
    wanted = names[0] if names else None
    if not path.exists():
        reference = sides.chosen(settings.against, "--against")
        rest = tuple(side for side in sides.everyone if side is not reference)
        others = Sides(sides.name, rest, sides.fps, sides.frames)
        return reference, others.chosen(wanted, "--annotator"), sides.frames
    if path.is_dir() and not is_recording(path) and sides.recording is not None:
        path = labels_in(path, sides.name, sides.recording.videos[0])
        by_name = False
    there = read_against(
        path, sides, fps=settings.fps, same_film=settings.same_film, by_name=by_name
    )
    if there.fps and sides.fps and abs(there.fps / sides.fps - 1) > 0.001:
        warnings.append(
            f"{there.name} is at {there.fps:g} frames/s, {sides.name} at {sides.fps:g}: frame "
            "numbers are compared as they are. If one is wrong, give the right one with --fps"
        )
    reference = there.chosen(settings.against_annotator, "--against-annotator")
    other = sides.chosen(wanted, "--annotator")
    if reference.name == other.name:
        reference = reference.replace(name=f"{reference.name} ({there.name})")
    return reference, other, {**there.frames, **sides.frames}
