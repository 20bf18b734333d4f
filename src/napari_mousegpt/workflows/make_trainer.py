"""What every training begins with: records, a freshly loaded base, and what of it is trained."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from napari_mousegpt.captioning.mousegpt_tiny import MouseGPTTiny, has_reader
from napari_mousegpt.captioning.seen_facts.fact_reader import FILE as READER
from napari_mousegpt.captioning.transformers_vlm import TransformersVLM
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.group_table import GroupTable
from napari_mousegpt.training.adapters import add_adapter
from napari_mousegpt.training.head_trainer import HeadTrainer
from napari_mousegpt.training.records import RECORDS, Record
from napari_mousegpt.training.settings import LARGE_PARAMETERS, TrainSettings
from napari_mousegpt.training.trainer import Trainer
from napari_mousegpt.workflows.captioner_choice import CaptionSettings
from napari_mousegpt.workflows.steps import Step
from napari_mousegpt.workflows.training_records import Dataset, prepare_records
from napari_mousegpt.workflows.training_windows import kind_of


def trainable_records(
    recordings: Sequence[Recording],
    captioning: CaptionSettings,
    folder: Path,
    settings: TrainSettings,
    *,
    animals: GroupTable | None,
    held_out: float,
) -> Generator[Step[Dataset], None, Dataset]:
    """Write records, yielding how far it is; return them with their captioner.

    Raises
    ------
    ValueError
        If too little is labelled, or the base is no model that can be trained, or not so.
    """
    if settings.method == "head" and not takes_head(captioning):
        raise ValueError(
            f"a head can be taught to {MouseGPTTiny.name} alone, or to a folder with its {READER}; "
            f"found {captioning.model or captioning.captioner}. Use --method adapter."
        )
    dataset: Dataset | None = None
    for step in prepare_records(
        recordings, captioning, folder, animals=animals, held_out=held_out, seed=settings.seed
    ):
        dataset = step.result
        yield step
    assert dataset is not None
    if not isinstance(dataset.captioner, TransformersVLM):
        name = dataset.captioner.name
        raise ValueError(f"{name} cannot be trained; choose a model of transformers")
    return dataset


def takes_head(captioning: CaptionSettings) -> bool:
    """Whether a base has an eye whose conclusions a head can be put behind."""
    return captioning.captioner == MouseGPTTiny.name and has_reader(captioning.model)


def make_trainer(
    dataset: Dataset, records: Sequence[Record], folder: Path, settings: TrainSettings
) -> tuple[Trainer | HeadTrainer, Any]:
    """Load the base anew and make a trainer of records of the dataset, its state in ``folder``.

    Returns
    -------
    tuple
        The trainer, and peft's view of the network; None for that if no adapter is trained.
    """
    captioner: Any = dataset.captioner
    captioner.unload()
    captioner.load()
    if settings.method == "head":
        kinds = {record.behaviour: kind_of(record.behaviour) for record in records}
        return HeadTrainer(captioner, records, folder, settings, kinds), None
    settings = settings.for_size(sum(p.numel() for p in captioner._network.parameters()))
    adapted, weights = _weights(captioner, settings)
    identity = identity_of(dataset, captioner, settings)
    if len(records) < len(dataset.records):
        identity = f"{identity} {len(records)}"
    trainer = Trainer(captioner, weights, records, folder, settings, identity=identity)
    return trainer, adapted


def _weights(captioner: TransformersVLM, settings: TrainSettings) -> tuple[Any, dict[str, Any]]:
    """Peft's view of the network (None for all weights), and what is trained."""
    network = captioner._network
    large = sum(parameter.numel() for parameter in network.parameters()) > LARGE_PARAMETERS
    adapted = None
    if settings.method == "full":
        network.float()
        weights = dict(network.named_parameters())
    else:
        adapted = add_adapter(network, rank=settings.rank, seed=settings.seed)
        weights = {n: p for n, p in adapted.named_parameters() if p.requires_grad}
    if large:
        network.gradient_checkpointing_enable({"use_reentrant": False})
        network.enable_input_require_grads()
    return adapted, weights


def identity_of(dataset: Dataset, captioner: TransformersVLM, settings: TrainSettings) -> str:
    """Hash of all that the trained weights depend on."""
    values = {
        "records": sha256_of(dataset.folder / RECORDS),
        "model": captioner.model,
        "revision": captioner.revision,
        "prompt": captioner.prompt_text,
        "settings": asdict(replace(settings, save_every_s=0.0)),
        "held_out": "chosen on one part, reported on the other",
    }
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """Hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
