"""Sentence vectors of a transformers model in a folder or in the cache of downloads. Offline.

Loaded on first use. Knows no mouse: the two ends of an opposite lie close together in such models.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.analysis.vectors.lexicon import without_subject

Vectors = NDArray[np.float32]
LONGEST_TOKENS = 256
_HEAD_BYTES = 1 << 20


class SentenceModel:
    """A sentence model by folder, or by name if it was downloaded before.

    The mean over the tokens of a text, or its first token where the folder's ``1_Pooling`` says
    so, of length 1. Subjects (the mouse) are left out before.

    Raises
    ------
    ValueError
        If there is no such model here; nothing is downloaded.
    """

    def __init__(
        self, model: str, *, revision: str | None = None, batch_size: int = 64, device: str = "cpu"
    ) -> None:
        self.folder = _folder(model, revision)
        self.name = model if not Path(model).is_dir() else Path(model).resolve().name
        self.revision = revision_of(self.folder)
        self.batch_size = batch_size
        self.device = device
        self._loaded: tuple[Any, Any] | None = None
        self._first_token = _first_token(self.folder)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Turn texts into vectors, shape (texts, dimensions); zeros for an empty text."""
        said = [without_subject(text) for text in texts]
        unique = list(dict.fromkeys(said)) or [""]
        place = {text: row for row, text in enumerate(unique)}
        # Texts of like length share a batch, so that little is padded.
        order = sorted(range(len(unique)), key=lambda row: len(unique[row]))
        parts = list(self._batches([unique[row] for row in order]))
        rows = np.empty((len(unique), parts[0].shape[1]), np.float32)
        rows[order] = np.concatenate(parts)
        rows[[row for row, text in enumerate(unique) if not text.strip()]] = 0
        return rows[[place[text] for text in said]]

    def _batches(self, texts: Sequence[str]) -> Iterator[Vectors]:
        import torch

        tokenizer, network = self._load()
        for start in range(0, len(texts), self.batch_size):
            tokens = tokenizer(
                list(texts[start : start + self.batch_size]),
                padding=True,
                truncation=True,
                max_length=LONGEST_TOKENS,
                return_tensors="pt",
            ).to(self.device)
            with torch.inference_mode():
                hidden = network(**tokens).last_hidden_state  # (texts, tokens, dimensions)
            mask = tokens["attention_mask"][..., None].to(hidden.dtype)
            pooled = hidden[:, 0] if self._first_token else (hidden * mask).sum(1) / mask.sum(1)
            yield torch.nn.functional.normalize(pooled.float(), dim=1).cpu().numpy()

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            import transformers
            from transformers import AutoModel, AutoTokenizer

            transformers.logging.disable_progress_bar()
            tokenizer = AutoTokenizer.from_pretrained(self.folder, local_files_only=True)
            network = AutoModel.from_pretrained(
                self.folder, local_files_only=True, use_safetensors=True
            )
            self._loaded = tokenizer, network.to(self.device).eval()
        return self._loaded


def revision_of(folder: Path) -> str:
    """Hash of a model's configuration and of the beginning and size of its weights."""
    digest = hashlib.sha256()
    files = [*folder.glob("*.json"), *folder.glob("*.safetensors"), *folder.glob("1_Pooling/*")]
    for path in sorted(files):
        digest.update(f"{path.name} {path.stat().st_size}".encode())
        with path.open("rb") as file:
            digest.update(file.read(_HEAD_BYTES))
    return digest.hexdigest()[:12]


def _folder(model: str, revision: str | None) -> Path:
    folder = Path(model)
    if not folder.is_dir():
        folder = _downloaded_before(model, revision)
    if not list(folder.glob("*.safetensors")) or not (folder / "config.json").is_file():
        raise ValueError(
            f"{folder}: expected a sentence model (config.json and *.safetensors), found "
            f"{', '.join(sorted(path.name for path in folder.iterdir())[:6]) or 'nothing'}"
        )
    return folder


def _downloaded_before(model: str, revision: str | None) -> Path:
    if model.startswith((".", os.sep)) or model.count("/") > 1:
        raise ValueError(f"{model}: no such folder. Give the folder of a sentence model.")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, revision=revision, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError) as error:
        raise ValueError(
            f"the sentence model {model!r} is not on this machine, and embedding downloads "
            f"nothing. Give the folder of a model, fetch it first with: hf download {model}, or "
            "leave --text out for the built-in lexicon."
        ) from error


def _first_token(folder: Path) -> bool:
    path = folder / "1_Pooling" / "config.json"
    if not path.is_file():
        return False
    try:
        return bool(json.loads(path.read_text(encoding="utf-8")).get("pooling_mode_cls_token"))
    except (ValueError, AttributeError):
        return False
