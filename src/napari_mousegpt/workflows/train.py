"""Recordings to a captioner of one's own: records, training, and the folder that comes of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from napari_mousegpt.captioning.mousegpt_tiny import FOLDER
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.durable import write_json
from napari_mousegpt.io.group_table import GroupTable
from napari_mousegpt.training.adapters import save_adapter
from napari_mousegpt.training.head_trainer import HeadTrainer
from napari_mousegpt.training.layouts import write_layouts
from napari_mousegpt.training.model_card import CARD, METRICS, model_card
from napari_mousegpt.training.records import RECORDS
from napari_mousegpt.training.settings import Method, TrainSettings
from napari_mousegpt.training.trainer import Progress, Trainer
from napari_mousegpt.workflows.captioner_choice import CaptionSettings
from napari_mousegpt.workflows.make_trainer import (
    make_trainer,
    sha256_of,
    takes_head,
    trainable_records,
)
from napari_mousegpt.workflows.steps import Step
from napari_mousegpt.workflows.training_records import Dataset, prepare_records

TINY = "mousegpt-tiny"
VERSIONS = ("napari-mousegpt", "torch", "transformers", "peft")


@dataclass(frozen=True, slots=True)
class Trained:
    """The result: its folder, and what stands in its ``training.json``."""

    folder: Path
    metrics: dict[str, Any]


Happening = Step[Dataset] | Progress | Trained


def work_folder(output: Path) -> Path:
    """Where records and the state of a training lie: beside the result, since they hold pixels."""
    return output.with_name(f"{output.name}.training")


def base_settings(base: str, **changes: Any) -> CaptionSettings:
    """How windows are cut and shown for a base model: a preset, hub id, folder, or the built-in.

    A folder that was trained from the built-in model is taken as one.
    """
    folder = Path(base).expanduser()
    metrics = folder / METRICS
    if metrics.is_file() and _json(metrics).get("captioner") == TINY:
        return CaptionSettings(captioner=TINY, model=str(folder), **changes)
    if base == TINY:
        return CaptionSettings(captioner=TINY, **changes)
    return CaptionSettings(captioner="transformers", model=base, **changes)


def usual_method(captioning: CaptionSettings) -> Method:
    """How a base is trained where nobody chooses: few labels move what the built-in model concludes
    much more than its words."""
    return "head" if takes_head(captioning) else "adapter"


def export_records(
    recordings: Sequence[Recording],
    captioning: CaptionSettings,
    folder: Path,
    *,
    animals: GroupTable | None = None,
    held_out: float = 0.2,
    seed: int = 0,
) -> Iterator[Step[Dataset]]:
    """Write records, and the three layouts that other trainers read."""
    for step in prepare_records(
        recordings, captioning, folder, animals=animals, held_out=held_out, seed=seed
    ):
        if step.result is not None:
            write_layouts(folder, step.result.records, step.result.captioner, seed=seed)
        yield step


def train_recordings(
    recordings: Sequence[Recording],
    captioning: CaptionSettings,
    output: Path,
    settings: TrainSettings,
    *,
    animals: GroupTable | None = None,
    held_out: float = 0.2,
) -> Generator[Happening, None, None]:
    """Train, yielding what happens; the last thing is a `Trained`.

    A training that was stopped goes on where it was, if recordings, labels and settings are the
    same; otherwise it begins anew.

    Raises
    ------
    ValueError
        If too little is labelled, the base is no model that can be trained, or ``output`` holds
        something else.
    """
    _check_output(output)
    work = work_folder(output)
    dataset = yield from trainable_records(
        recordings, captioning, work, settings, animals=animals, held_out=held_out
    )
    yield Progress(0, 0, float("nan"), note="loading the base model")
    trainer, adapted = make_trainer(dataset, dataset.records, work / "state", settings)
    yield from trainer.run()
    yield _save(output, trainer, dataset, adapted)


def _save(output: Path, trainer: Trainer | HeadTrainer, dataset: Dataset, adapted: Any) -> Trained:
    """Write the result beside its place, and put it there whole."""
    captioner, method = trainer.captioner, trainer.settings.method
    beside = output.with_name(f".{output.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    if method == "head":
        captioner.head.save(beside)
    elif method == "full":
        captioner._network.save_pretrained(beside)
        captioner._processor.save_pretrained(beside)
    else:
        save_adapter(adapted, beside, base=captioner.model, revision=captioner.revision)
    for path in beside.iterdir():
        path.chmod(0o644)
    metrics = _metrics(output, trainer, dataset)
    write_json(beside / METRICS, metrics)
    (beside / CARD).write_text(model_card(metrics), encoding="utf-8")
    old = output.with_name(f".{output.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if output.exists():
        output.replace(old)
    beside.replace(output)
    shutil.rmtree(old, ignore_errors=True)
    return Trained(output, metrics)


def _metrics(output: Path, trainer: Trainer | HeadTrainer, dataset: Dataset) -> dict[str, Any]:
    captioner, course, measuring = trainer.captioner, trainer.course, trainer.measuring
    method = trainer.settings.method
    learned = [record for record in dataset.records if not record.held_out]
    held = [record for record in dataset.records if record.held_out]
    assert course.before is not None
    assert course.of_best is not None
    assert course.after is not None
    model = "" if captioner.source == str(FOLDER) else f"--model {captioner.source} "
    what = f"--model {output}" if method == "full" else f"{model}--adapter {output}"
    settings = asdict(trainer.settings) | {"learning_rate": trainer.settings.rate}
    if isinstance(trainer, HeadTrainer):
        settings = {name: settings[name] for name in ("method", "measured_windows", "seed")}
        settings["hold"] = trainer.hold
    return {
        "name": output.name,
        "captioner": captioner.name,
        "base": captioner.model,
        "base_revision": captioner.revision,
        "method": method,
        "command": f"mousegpt caption VIDEO --captioner {captioner.name} {what}",
        "data": {
            "recordings_number": len(dataset.videos),
            "videos": dataset.videos,
            "records_sha256": sha256_of(dataset.folder / RECORDS),
            "learned_number": len(learned),
            "corrected_number": sum(record.corrected is not None for record in learned),
            **dataset.counts,
        },
        "split": {
            "unit": dataset.unit,
            "learned": sorted({record.group for record in learned}),
            "held_out": sorted({record.group for record in held}),
            "held_out_number": len({record.group for record in held}),
            "warnings": list(dataset.warnings),
        },
        "before": asdict(course.before),
        "after": asdict(course.after),
        "chosen_on": {
            "apart": measuring.apart,
            **asdict(course.of_best),
            "groups": sorted({record.group for record in measuring.choosing}),
            "reported_groups": sorted({record.group for record in measuring.reporting}),
        },
        "best_step": course.best_step,
        "steps_done": course.step,
        "history": course.history,
        "settings": settings,
        "versions": {name: version(name) for name in VERSIONS},
    }


def _check_output(output: Path) -> None:
    known = (output / METRICS).is_file()
    if output.exists() and not known and (not output.is_dir() or any(output.iterdir())):
        raise ValueError(
            f"{output}: expected a new folder, or one that an earlier training wrote; found "
            "something else. Choose another place with -o."
        )


def _json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
