"""Sequences of labels that are not aligned with steps: their loss, and the best one for given scores.

Graves et al., "Connectionist temporal classification", 2006.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.losses.ctc_op import aligned_loss
from wubu.ops.promotion import floating
from wubu.symbolic.function import op


@op
def ctc_loss(
    target: Any, output: Any, target_length: Any, output_length: Any, mask_index: int = 0
) -> torch.Tensor:
    """Minus the log-probability of all alignments that spell the labels.

    Args:
        target: class indices, (batch, labels).
        output: logits, (batch, steps, classes).
        target_length: how many labels count, (batch,).
        output_length: how many steps count, (batch,).
        mask_index: the class that stands for nothing.

    Returns:
        (batch,).
    """
    scores = floating(output)
    scores = scores.float() if scores.dtype in (torch.float16, torch.bfloat16) else scores
    logs = torch.log_softmax(scores.transpose(0, 1), dim=-1)  # (steps, batch, classes)
    labels, lengths, steps = (as_tensor(t).long() for t in (target, target_length, output_length))
    return aligned_loss(logs, labels, steps, lengths, mask_index)


@op
def ctc_decode(
    inputs: Any,
    sequence_lengths: Any,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The most probable labels for scores of classes at steps.

    Args:
        inputs: logits, (batch, steps, classes).
        sequence_lengths: how many steps count, (batch,).
        strategy: ``"greedy"``, the best class of each step, or ``"beam_search"``, which adds up alignments.
        beam_width: how many sequences a beam search keeps.
        top_paths: how many sequences a beam search returns.
        merge_repeated: whether greedy decoding merges equal neighbours.
        mask_index: the class that stands for nothing; None for the last (greedy).

    Returns:
        The labels, (paths, batch, steps), -1 after the last one; and minus the sum of the chosen scores for
        greedy decoding, or the log-probabilities for a beam search: (batch, paths).
    """
    scores = floating(inputs)
    scores = scores.float() if scores.dtype in (torch.float16, torch.bfloat16) else scores
    lengths = as_tensor(sequence_lengths).to(scores.device)
    blank = scores.shape[-1] - 1 if mask_index is None else mask_index
    if strategy == "greedy":
        return _greedy(scores, lengths, merge_repeated, blank)
    if strategy == "beam_search":
        return _beams(scores, lengths, beam_width, top_paths, blank)
    raise ArgumentError(f"Expected strategy 'greedy' or 'beam_search'. Received: strategy={strategy!r}")


def _greedy(
    scores: torch.Tensor, lengths: torch.Tensor, merge_repeated: bool, blank: int
) -> tuple[torch.Tensor, torch.Tensor]:
    steps = scores.shape[1]
    best, labels = scores.max(dim=-1)  # (batch, steps)
    places = torch.arange(steps, device=scores.device)
    over = places >= lengths[:, None]
    labels = torch.where(over, blank, labels)
    skipped = labels == blank
    if merge_repeated:
        skipped = skipped | torch.nn.functional.pad(labels[:, 1:] == labels[:, :-1], (1, 0))
    order = torch.argsort(torch.where(skipped, steps, places), dim=-1, stable=True)
    labels = torch.where(skipped, -1, labels).gather(-1, order).to(torch.int32)
    return labels.unsqueeze(0), -torch.where(over, 0.0, best).sum(1, keepdim=True)


def _beams(
    scores: torch.Tensor, lengths: torch.Tensor, width: int, paths: int, blank: int
) -> tuple[torch.Tensor, torch.Tensor]:
    batch, steps, _ = scores.shape
    if scores.device.type == "meta":
        return scores.new_empty((paths, batch, steps), dtype=torch.int32), scores.new_empty((batch, paths))
    # Sequences grow one by one, so the host does it; this is the wait for the device.
    logs = torch.log_softmax(scores, dim=-1).detach().cpu().numpy().astype(np.float64)
    labels = np.full((paths, batch, steps), -1, np.int32)
    totals = np.full((batch, paths), -np.inf)
    for row, length in enumerate(lengths.tolist()):
        found = _search(logs[row, : max(int(length), 1)], width, blank)[:paths]
        for place, (sequence, total) in enumerate(found):
            labels[place, row, : len(sequence)] = sequence
            totals[row, place] = total
    device = scores.device
    return torch.from_numpy(labels).to(device), torch.from_numpy(totals).to(device, scores.dtype)


def _search(logs: np.ndarray, width: int, blank: int) -> list[tuple[tuple[int, ...], float]]:
    """The best sequences of one row and their log-probabilities, by prefixes that end in a label or in nothing."""
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, -math.inf)}  # ends in nothing, ends in a label
    for step in logs:
        grown: dict[tuple[int, ...], list[float]] = {}
        for prefix, (silent, voiced) in beams.items():
            both = np.logaddexp(silent, voiced)
            entry = grown.setdefault(prefix, [-math.inf, -math.inf])
            entry[0] = np.logaddexp(entry[0], both + step[blank])
            for label, score in enumerate(step):
                if label == blank:
                    continue
                if prefix and prefix[-1] == label:
                    entry[1] = np.logaddexp(entry[1], voiced + score)
                    added = silent + score  # the label again, after nothing
                else:
                    added = both + score
                longer = grown.setdefault((*prefix, label), [-math.inf, -math.inf])
                longer[1] = np.logaddexp(longer[1], added)
        best = sorted(grown.items(), key=lambda item: -np.logaddexp(item[1][0], item[1][1]))[:width]
        beams = {prefix: (ends[0], ends[1]) for prefix, ends in best}
    return [(prefix, float(np.logaddexp(*ends))) for prefix, ends in beams.items()]
