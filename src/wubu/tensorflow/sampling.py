"""Losses over a few sampled classes instead of all, as word embeddings are trained with."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import torch

from wubu.tensorflow.conversion import convert, host_value_of, integer
from wubu.tensorflow.dispatch import api, to_facade

# fmt: off
__all__ = [
    "fixed_unigram_candidate_sampler", "log_uniform_candidate_sampler", "nce_loss", "sampled_softmax_loss",
    "uniform_candidate_sampler",
]
# fmt: on


class Candidates(NamedTuple):
    """Sampled classes, and how often the true and the sampled ones are expected among them."""

    sampled_candidates: Any
    true_expected_count: Any
    sampled_expected_count: Any


def _drawn(probabilities: np.ndarray, true_classes: Any, count: int, unique: bool, seed: Any) -> Candidates:
    random = np.random.default_rng(int(torch.randint(2**31, (1,))) if seed is None else integer(seed))
    total = len(probabilities)
    if not unique:
        found, expected = random.choice(total, count, p=probabilities), probabilities * count
    else:
        chosen: dict[int, None] = {}
        tries = 0
        while len(chosen) < count:
            for one in random.choice(total, count, p=probabilities).tolist():
                tries += 1
                chosen[one] = None
                if len(chosen) == count:
                    break
        found, expected = np.array(list(chosen)), -np.expm1(tries * np.log1p(-np.minimum(probabilities, 1 - 1e-9)))
    true = host_value_of(convert(true_classes)).astype(np.int64)
    counts = expected.astype(np.float32)
    return Candidates(*(to_facade(torch.as_tensor(x)) for x in (found.astype(np.int64), counts[true], counts[found])))


def log_uniform_candidate_sampler(
    true_classes: Any, num_true: int, num_sampled: int, unique: bool, range_max: int, seed: Any = None, name: Any = None
) -> Candidates:
    """Classes with probability ``log((k + 2) / (k + 1)) / log(range_max + 1)``: frequent words have low numbers.

    Args:
        true_classes: (batch, num_true).
        num_true: how many true classes a sample has.
        num_sampled: how many classes are drawn, for the whole batch.
        unique: whether each at most once.
        range_max: classes are below it.
        seed: for the same ones every time.
    """
    places = np.arange(integer(range_max))
    return _drawn(np.log1p(1 / (places + 1)) / math.log(range_max + 1), true_classes, integer(num_sampled), unique, seed)


def uniform_candidate_sampler(
    true_classes: Any, num_true: int, num_sampled: int, unique: bool, range_max: int, seed: Any = None, name: Any = None
) -> Candidates:
    """Classes with equal probability; see ``log_uniform_candidate_sampler``."""
    count = integer(range_max)
    return _drawn(np.full(count, 1 / count), true_classes, integer(num_sampled), unique, seed)


def fixed_unigram_candidate_sampler(
    true_classes: Any, num_true: int, num_sampled: int, unique: bool, range_max: int, vocab_file: str = "",
    distortion: float = 1.0, num_reserved_ids: int = 0, num_shards: int = 1, shard: int = 0, unigrams: Any = (),
    seed: Any = None, name: Any = None,
) -> Candidates:  # fmt: skip
    """Classes with probabilities proportional to ``unigrams ** distortion``; see ``log_uniform_candidate_sampler``."""
    weights = np.zeros(integer(range_max))
    weights[num_reserved_ids:] = np.asarray(unigrams, float)[: len(weights) - num_reserved_ids] ** distortion
    return _drawn(weights / weights.sum(), true_classes, integer(num_sampled), unique, seed)


def _logits(
    weights: Any, biases: Any, labels: Any, inputs: Any, num_sampled: Any, num_classes: Any, num_true: int,
    sampled_values: Any, remove_accidental_hits: bool, seed: Any,
) -> tuple[torch.Tensor, torch.Tensor]:  # fmt: skip
    parts = weights if isinstance(weights, list | tuple) else [weights]
    table, bias, x = torch.cat([convert(p) for p in parts]), convert(biases), convert(inputs)
    true = convert(labels).long().reshape(-1, num_true)
    if x.is_meta or true.is_meta:  # a graph is being built: only the shapes matter
        made = torch.empty(x.shape[0], num_true + integer(num_sampled), dtype=x.dtype, device="meta")
        return made, made
    if sampled_values is None:
        sampled_values = log_uniform_candidate_sampler(true, num_true, num_sampled, True, integer(num_classes), seed)
    sampled, true_expected, sampled_expected = (convert(part) for part in sampled_values)
    sampled = sampled.long()
    near = (x.unsqueeze(1) * table[true]).sum(-1) + bias[true] - torch.log(true_expected.reshape(-1, num_true))
    far = x @ table[sampled].T + bias[sampled]
    if remove_accidental_hits:
        hits = (true.unsqueeze(-1) == sampled).any(1)
        far = torch.where(hits, far + torch.finfo(far.dtype).min, far)
    far = far - torch.log(sampled_expected)
    wanted = torch.cat([torch.full_like(near, 1 / num_true), torch.zeros_like(far)], 1)
    return torch.cat([near, far], 1), wanted


@api
def sampled_softmax_loss(
    weights: Any, biases: Any, labels: Any, inputs: Any, num_sampled: Any, num_classes: Any, num_true: int = 1,
    sampled_values: Any = None, remove_accidental_hits: bool = True, seed: Any = None,
) -> torch.Tensor:  # fmt: skip
    """The softmax cross-entropy over the true classes and a few sampled ones, one for each sample.

    Args:
        weights, biases: (classes, size) and (classes,).
        labels: (batch, num_true).
        inputs: (batch, size).
        num_sampled, num_classes: how many classes are drawn, of how many.
        sampled_values: what a sampler gave; default ``log_uniform_candidate_sampler``.
        remove_accidental_hits: whether true classes among the sampled ones count nothing.
        seed: of the sampler.
    """
    logits, wanted = _logits(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values, remove_accidental_hits, seed
    )
    return -(wanted * torch.log_softmax(logits, -1)).sum(-1)


@api
def nce_loss(
    weights: Any, biases: Any, labels: Any, inputs: Any, num_sampled: Any, num_classes: Any, num_true: int = 1,
    sampled_values: Any = None, remove_accidental_hits: bool = False, seed: Any = None,
) -> torch.Tensor:  # fmt: skip
    """The noise-contrastive loss (Gutmann and Hyvärinen, 2010), one for each sample; see ``sampled_softmax_loss``."""
    logits, wanted = _logits(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values, remove_accidental_hits, seed
    )
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none").sum(-1)
