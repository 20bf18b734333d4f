"""What a person's labels add to what the eye concludes. Knows no picture and no training.

A linear layer behind the behaviour: the built-in conclusions are where it begins, so that a few
labelled windows move it as far as they tell, and no labels leave it where it was.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.captioning.model_files import LABEL_HEAD

FILE = LABEL_HEAD


@dataclass(frozen=True, slots=True, eq=False)
class LabelHead:
    """Logits of one's own behaviours from what the eye's built-in behaviours rest on.

    Attributes
    ----------
    labels, kinds
        The names, and the built-in behaviour that each stands for; the name itself if none.
    middle, scale
        Of the hidden values, shape (width,).
    weight, bias
        Shapes (width, labels) and (labels,).
    base
        Revision of the model whose hidden values these are; others mean something else by them.
    """

    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    middle: NDArray[np.float32]
    scale: NDArray[np.float32]
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    base: str

    def __post_init__(self) -> None:
        width, number = len(self.middle), len(self.labels)
        shapes = [one.shape for one in (self.middle, self.scale, self.weight, self.bias)]
        wanted = [(width,), (width,), (width, number), (number,)]
        if shapes != wanted or len(self.kinds) != number:
            raise ValueError(f"expected shapes {wanted}, found {shapes}")
        arrays = (self.middle, self.scale, self.weight, self.bias)
        if not all(np.isfinite(one).all() for one in arrays):
            raise ValueError("expected numbers, found values that are not finite")

    def logits(
        self, hidden: NDArray[np.float32], built_in: NDArray[np.float64], names: tuple[str, ...]
    ) -> NDArray[np.float64]:
        """Logits of the labels, shape (clips, labels).

        Parameters
        ----------
        hidden
            Shape (clips, width).
        built_in, names
            Logits of the built-in behaviours, shape (clips, names), and their names.
        """
        before = prior_logits(built_in, names, self.kinds)
        moved = (hidden - self.middle) / self.scale @ self.weight + self.bias
        return before + moved.astype(np.float64)

    def save(self, folder: Path) -> None:
        """Write ``label_head.safetensors``."""
        from safetensors.numpy import save_file

        arrays = {
            name: np.ascontiguousarray(getattr(self, name), np.float32)
            for name in ("middle", "scale", "weight", "bias")
        }
        told = {"labels": json.dumps(self.labels), "kinds": json.dumps(self.kinds)}
        told["base"] = self.base
        save_file(arrays, folder / FILE, metadata=told)
        (folder / FILE).chmod(0o644)

    @classmethod
    def load(cls, folder: Path) -> LabelHead:
        """Read what `save` wrote.

        Raises
        ------
        ValueError
            If the file is no such head.
        """
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(folder / FILE, framework="np") as file:
                told = file.metadata() or {}
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            labels, kinds = (tuple(json.loads(told[name])) for name in ("labels", "kinds"))
            return cls(labels, kinds, **arrays, base=told["base"])
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"{folder / FILE}: expected what mousegpt train wrote, found something else "
                f"({error}). Train it again."
            ) from error


def untaught(labels: tuple[str, ...], kinds: tuple[str, ...], width: int, base: str) -> LabelHead:
    """A head that says what the model concludes, by other names."""
    return LabelHead(
        labels,
        kinds,
        middle=np.zeros(width, np.float32),
        scale=np.ones(width, np.float32),
        weight=np.zeros((width, len(labels)), np.float32),
        bias=np.zeros(len(labels), np.float32),
        base=base,
    )


def prior_logits(
    built_in: NDArray[np.float64], names: tuple[str, ...], kinds: tuple[str, ...]
) -> NDArray[np.float64]:
    """What the eye's own conclusions say of other names, shape (clips, kinds).

    Names of one kind share its probability; a name of no built-in kind begins with the mean share.
    """
    whole = np.logaddexp.reduce(built_in, axis=1)
    columns = []
    for kind in kinds:
        if kind in names:
            columns.append(built_in[:, names.index(kind)] - np.log(kinds.count(kind)))
        else:
            columns.append(whole - np.log(len(names)))
    return np.stack(columns, axis=1)
