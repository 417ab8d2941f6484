"""Batches on their way to a GPU."""

from __future__ import annotations

import pytest
import torch

from wubu.data import Dataset, adapt
from wubu.data.source import to_device
from wubu.data.transfer import transferred

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


def test_batches_arrive_whole_and_in_order() -> None:
    device = torch.device("cuda")
    batches = [(torch.full((1 << 20,), float(i)), torch.tensor([i])) for i in range(20)]
    total = 0
    for i, (x, y) in enumerate(transferred(iter(batches), device, lambda batch: to_device(batch, device))):
        assert x.device.type == y.device.type == "cuda"
        assert int(y) == i and bool((x == i).all())
        total += 1
    assert total == 20


def test_errors_come_through() -> None:
    data = Dataset.range(10).map(lambda x: 1 // (int(x) - 7), vectorize=False).batch(2)
    with pytest.raises(ValueError, match="element 7"):
        list(adapt(data).batches())
