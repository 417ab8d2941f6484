"""Memory that is used again, and only when nobody holds it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from wubu.data.dataset.memory import Buffers, fresh

SHAPE = (2, 1 << 20)  # 8 MB of float32


def place(array: Any) -> int:
    return array.__array_interface__["data"][0]


def test_memory_that_is_free_is_used_again() -> None:
    buffers = Buffers()
    first = buffers.empty(SHAPE, np.float32)
    at = place(first)
    del first
    again = buffers.empty(SHAPE, np.float32)
    assert place(again) == at and again.shape == SHAPE and again.dtype == np.float32
    del again
    assert place(buffers.empty((1, 1 << 20), np.float64)) == at  # as many bytes
    assert place(buffers.empty((1, 1 << 20), np.float32)) == at  # a last batch with half as many


@pytest.mark.parametrize(
    "holder",
    [
        lambda array: array,
        lambda array: array[1:, :5],
        lambda array: array.view(np.uint8),
        torch.from_numpy,
        lambda array: torch.from_numpy(array)[0].view(torch.int32),
        lambda array: memoryview(array),
        np.asarray,
    ],
)
def test_memory_that_somebody_holds_is_not(holder: Callable[[Any], Any]) -> None:
    buffers = Buffers()
    first = buffers.empty(SHAPE, np.float32)
    first[...] = 1.0
    at, held = place(first), holder(first)
    del first
    others = [buffers.empty(SHAPE, np.float32) for _ in range(6)]
    for other in others:
        other[...] = 2.0
    assert at not in map(place, others) and len(set(map(place, others))) == 6
    assert (np.asarray(held).view(np.float32) == 1.0).all()


def test_no_more_than_asked_for_is_kept() -> None:
    buffers = Buffers(most=2)
    held = [buffers.empty(SHAPE, np.float32) for _ in range(5)]
    assert len({place(array) for array in held}) == 5
    assert len(buffers._pieces) == 2


def test_small_arrays_and_copies() -> None:
    buffers = Buffers()
    buffers.empty((10,), np.float32)
    assert not buffers._pieces
    buffers.empty(SHAPE, np.float32)
    copy = pickle.loads(pickle.dumps(buffers))
    assert isinstance(copy, Buffers) and not copy._pieces


def test_fresh_memory_can_be_written() -> None:
    for size in (10, 8 << 20):
        array = fresh(size)
        array[:] = 7
        assert array.nbytes == size and array.sum(dtype=np.int64) == 7 * size
