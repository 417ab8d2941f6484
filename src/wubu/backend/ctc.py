"""Connectionist temporal classification: the loss, and the reading of what a network says (Graves et al., 2006)."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from wubu.core.settings import epsilon
from wubu.core.tensors import as_tensor
from wubu.symbolic.function import op

__all__ = ["ctc_batch_cost", "ctc_decode", "ctc_label_dense_to_sparse"]


@op
def ctc_batch_cost(y_true: Any, y_pred: Any, input_length: Any, label_length: Any) -> torch.Tensor:
    """The loss of each sample.

    Args:
        y_true: labels, (batch, longest label).
        y_pred: probabilities, (batch, steps, classes); the last class is the blank.
        input_length: (batch, 1), the steps of each sample.
        label_length: (batch, 1), the length of each label.

    Returns:
        (batch, 1).
    """
    y_pred = as_tensor(y_pred)
    logs = torch.log(y_pred.transpose(0, 1) + epsilon())  # (steps, batch, classes)
    if y_pred.is_meta:  # torch's loss cannot run without values
        return y_pred[:, 0, :1]
    logs = F.log_softmax(logs, dim=-1)
    found = F.ctc_loss(
        logs,
        as_tensor(y_true).long(),
        as_tensor(input_length).long().reshape(-1),
        as_tensor(label_length).long().reshape(-1),
        blank=y_pred.shape[-1] - 1,
        reduction="none",
    )
    return found.unsqueeze(-1)


def ctc_label_dense_to_sparse(labels: Any, label_lengths: Any) -> list[torch.Tensor]:
    """The labels of each sample without what comes after their end."""
    return [row[: int(n)] for row, n in zip(as_tensor(labels), as_tensor(label_lengths).reshape(-1))]


def ctc_decode(
    y_pred: Any, input_length: Any, greedy: bool = True, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[torch.Tensor], torch.Tensor]:
    """The most probable labels.

    Args:
        y_pred: probabilities, (batch, steps, classes); the last class is the blank.
        input_length: (batch,), the steps of each sample.
        greedy: whether the most probable class of each step decides, rather than a search of ``beam_width`` paths.
        beam_width: the paths that a search keeps.
        top_paths: how many labels a search gives.

    Returns:
        A list of (batch, longest) tensors, filled up with -1; and log-probabilities, (batch, top_paths), for the greedy
        way negative sums of logarithms, (batch, 1), as TensorFlow has them.
    """
    logs = np.log(as_tensor(y_pred).detach().cpu().numpy().astype(np.float64) + epsilon())
    lengths = [int(n) for n in as_tensor(input_length).reshape(-1)]
    if greedy:
        rows = [_greedy(sample[:n]) for sample, n in zip(logs, lengths)]
        scores = [[-float(sample[:n].max(axis=1).sum())] for sample, n in zip(logs, lengths)]
        return [_padded(rows)], torch.tensor(scores, dtype=torch.float32)
    beams = [_search(sample[:n], beam_width, top_paths) for sample, n in zip(logs, lengths)]
    decoded = [_padded([beam[k][0] for beam in beams]) for k in range(top_paths)]
    return decoded, torch.tensor([[score for _, score in beam] for beam in beams], dtype=torch.float32)


def _greedy(logs: np.ndarray) -> list[int]:
    best = logs.argmax(axis=1)
    blank = logs.shape[1] - 1
    return [int(c) for i, c in enumerate(best) if c != blank and (i == 0 or c != best[i - 1])]


def _search(logs: np.ndarray, width: int, top: int) -> list[tuple[list[int], float]]:
    """Prefix beam search: for each prefix the log-probabilities that it ends in a blank, and that it does not."""
    blank = logs.shape[1] - 1
    nothing = -np.inf
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, nothing)}
    for step in logs:
        after: dict[tuple[int, ...], tuple[float, float]] = {}

        def add(prefix: tuple[int, ...], in_blank: float, in_label: float, after: Any = after) -> None:
            old = after.get(prefix, (nothing, nothing))
            after[prefix] = (np.logaddexp(old[0], in_blank), np.logaddexp(old[1], in_label))

        for prefix, (ends_blank, ends_label) in beams.items():
            total = np.logaddexp(ends_blank, ends_label)
            add(prefix, total + step[blank], nothing)
            if prefix:
                add(prefix, nothing, ends_label + step[prefix[-1]])
            for c in range(blank):
                before = ends_blank if prefix and c == prefix[-1] else total
                if before > nothing:
                    add((*prefix, c), nothing, before + step[c])
        ranked = sorted(after.items(), key=lambda item: -np.logaddexp(*item[1]))
        beams = dict(ranked[:width])
    found = [(list(prefix), float(np.logaddexp(*ends))) for prefix, ends in beams.items()]
    found += [([], nothing)] * (top - len(found))
    return found[:top]


def _padded(rows: list[list[int]]) -> torch.Tensor:
    longest = max((len(row) for row in rows), default=0)
    return torch.tensor([row + [-1] * (longest - len(row)) for row in rows], dtype=torch.int64).reshape(len(rows), longest)
