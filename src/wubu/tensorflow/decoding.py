"""The labels that scores of steps mean, and how far two sequences are apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.ops.nn.alignment import ctc_decode
from wubu.tensorflow.conversion import convert, integer
from wubu.tensorflow.dispatch import to_facade
from wubu.tensorflow.sparse_tensor import SparseTensor, rows_of

__all__ = ["ctc_beam_search_decoder", "ctc_greedy_decoder", "edit_distance"]


def _sparse(paths: torch.Tensor) -> SparseTensor:
    """Labels of shape (batch, steps), -1 after the last."""
    labels = paths.cpu().numpy()
    places = np.argwhere(labels >= 0)
    longest = int(places[:, 1].max()) + 1 if len(places) else 0
    return SparseTensor(places, labels[labels >= 0].astype(np.int64), [len(labels), longest])


def ctc_greedy_decoder(
    inputs: Any, sequence_length: Any, merge_repeated: bool = True, blank_index: Any = None, name: Any = None
) -> tuple[list[SparseTensor], Any]:
    """The best class of each step, without blanks.

    Args:
        inputs: logits, (steps, batch, classes).
        sequence_length: how many steps count, (batch,).
        merge_repeated: whether equal neighbours are one.
        blank_index: the class that says nothing; default the last.

    Returns:
        A list of one ``SparseTensor``, and minus the sum of the best logits, (batch, 1).
    """
    scores = convert(inputs).transpose(0, 1)
    blank = scores.shape[-1] - 1 if blank_index is None else integer(blank_index) % scores.shape[-1]
    found, total = ctc_decode(scores, convert(sequence_length), "greedy", 1, 1, merge_repeated, blank)
    return [_sparse(found[0])], to_facade(total)


def ctc_beam_search_decoder(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1, name: Any = None
) -> tuple[list[SparseTensor], Any]:
    """The most probable sequences; the last class says nothing.

    Args:
        inputs: logits, (steps, batch, classes).
        sequence_length: how many steps count, (batch,).
        beam_width: how many sequences are kept at each step.
        top_paths: how many are returned.

    Returns:
        A list of ``SparseTensor``, and their log-probabilities, (batch, top_paths).
    """
    scores = convert(inputs).transpose(0, 1)
    found, total = ctc_decode(
        scores, convert(sequence_length), "beam_search", beam_width, top_paths, True, scores.shape[-1] - 1
    )
    return [_sparse(path) for path in found], to_facade(total)


def edit_distance(hypothesis: SparseTensor, truth: SparseTensor, normalize: bool = True, name: Any = None) -> Any:
    """How many insertions, deletions and substitutions make one sequence of another (Levenshtein, 1965).

    Args:
        hypothesis, truth: sparse tensors of sequences along the last axis.
        normalize: whether to divide by the length of the truth.
    """
    (mine, _), (theirs, _) = rows_of(hypothesis), rows_of(truth)
    shape = tuple(max(a, b) for a, b in zip(hypothesis._sizes[:-1], truth._sizes[:-1]))
    made = np.array([_distance(a, b) for a, b in zip(mine, theirs)], np.float32)
    if normalize:
        lengths = np.array([len(row) for row in theirs], np.float32)
        with np.errstate(divide="ignore", invalid="ignore"):
            made = np.where((lengths == 0) & (made == 0), 0, made / lengths).astype(np.float32)
    return to_facade(torch.from_numpy(made.reshape(shape)))


def _distance(a: list[Any], b: list[Any]) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]
