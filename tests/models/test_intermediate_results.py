"""A graph holds a layer's output only until the last layer that reads it has run."""

from __future__ import annotations

import weakref
from typing import Any

import torch

import wubu
from wubu import layers


class Watch(layers.Layer):
    """Hands its input on as a tensor of its own, and notes which of the earlier ones are still there."""

    made: list[Any] = []
    alive: list[list[int]] = []

    def call(self, x: torch.Tensor) -> torch.Tensor:
        Watch.alive.append([number for number, one in enumerate(Watch.made) if one() is not None])
        result = x + 1
        Watch.made.append(weakref.ref(result))
        return result


def test_what_nobody_reads_any_more_is_gone() -> None:
    x = wubu.Input((3,))
    first = Watch()(x)
    second = Watch()(first)
    third = Watch()(second)
    fourth = Watch()(third)
    fifth = Watch()(fourth)
    model = wubu.Model(x, [layers.Add()([first, fifth]), second])
    Watch.made, Watch.alive = [], []
    sums, kept = model(torch.zeros(2, 3))
    # The first is read again at the end, and the second is an output; the third goes as soon as the fourth is made.
    assert Watch.alive == [[], [0], [0, 1], [0, 1, 2], [0, 1, 3]]
    assert torch.equal(sums, torch.full((2, 3), 6.0)) and torch.equal(kept, torch.full((2, 3), 2.0))
