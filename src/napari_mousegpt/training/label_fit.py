"""A linear layer from few labels: what was known before counts, and labels move it.

Multinomial logistic regression whose logits begin at the model's own and whose weights are held
near zero, so that it is the model's own conclusion without labels. How strongly they are held is
chosen by leaving out whole groups of what is learned from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HOLDS = (1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5)
USUAL_HOLD = 1e-3
FEWEST_GROUPS, MOST_PARTS = 3, 5
STEPS = 60
BALANCE = 0.5
"""0 counts behaviours as often as they were labelled, 1 counts all of them equally."""


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Looks at labelled windows.

    Attributes
    ----------
    hidden, prior
        What they are told by, and the logits of the labels before, shapes (looks, width) and
        (looks, labels), float32.
    label
        Which label each has, shape (looks,).
    window, group
        Which window each is a look at, and what is left out as a whole, shape (looks,).
    film
        Whose windows share one weight, shape (looks,).
    """

    hidden: NDArray[np.float32]
    prior: NDArray[np.float32]
    label: NDArray[np.int64]
    window: NDArray[np.int64]
    group: NDArray[np.int64]
    film: NDArray[np.int64]

    def part(self, rows: NDArray[np.bool_]) -> Examples:
        """Some of the looks."""
        return Examples(*(getattr(self, name)[rows] for name in self.__slots__))


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Weight (width, labels) and bias (labels,), and how strongly they were held near zero."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    hold: float


def fit_labels(examples: Examples) -> Fitted:
    """Fit with the hold that tells left-out groups best."""
    hold = chosen_hold(examples)
    return Fitted(*_fit(examples, hold), hold)


def chosen_hold(examples: Examples) -> float:
    """The hold with the least mean loss on groups left out in turn; the usual one of few groups."""
    groups = np.unique(examples.group)
    if len(groups) < FEWEST_GROUPS:
        return USUAL_HOLD
    order = np.random.default_rng(0).permutation(groups)
    parts = [order[part :: min(MOST_PARTS, len(groups))] for part in range(MOST_PARTS)]
    losses = [_left_out_loss(examples, [p for p in parts if len(p)], hold) for hold in HOLDS]
    return HOLDS[int(np.argmin(losses))]


def _left_out_loss(examples: Examples, parts: Sequence[NDArray[np.int64]], hold: float) -> float:
    found = []
    for part in parts:
        out = np.isin(examples.group, part)
        if out.all():
            continue
        weight, bias = _fit(examples.part(~out), hold)
        told = examples.part(out)
        logits = told.prior + told.hidden @ weight + bias
        logits = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        loss = -logits[np.arange(len(logits)), told.label]
        found.append((loss * _weights(told)).sum())
    return float(np.mean(found))


def _fit(examples: Examples, hold: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    import torch
    from torch.nn.functional import cross_entropy

    hidden, prior = torch.from_numpy(examples.hidden), torch.from_numpy(examples.prior)
    label = torch.from_numpy(examples.label)
    count = torch.from_numpy(_weights(examples).astype(np.float32))
    weight = torch.zeros(hidden.shape[1], prior.shape[1], requires_grad=True)
    bias = torch.zeros(prior.shape[1], requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        each = cross_entropy(prior + hidden @ weight + bias, label, reduction="none")
        held = hold * (weight.square().sum() + 0.1 * bias.square().sum())
        total: torch.Tensor = (each * count).sum() + held
        total.backward()
        return total

    with torch.enable_grad():
        optimiser.step(loss)
    return weight.detach().numpy(), bias.detach().numpy()


def _weights(examples: Examples) -> NDArray[np.float64]:
    """Films count equally, rare behaviours more than their share; they sum to one."""
    windows, looks = np.unique(examples.window, return_counts=True)
    of_window = dict(zip(windows.tolist(), looks.tolist(), strict=True))
    count = np.array([1 / of_window[window] for window in examples.window.tolist()])
    count /= np.bincount(examples.film, weights=count)[examples.film]
    by_label = np.bincount(examples.label, weights=count)
    count /= by_label[examples.label] ** BALANCE
    whole: NDArray[np.float64] = count / count.sum()
    return whole
