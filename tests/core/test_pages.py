"""Memory from the system is zero, aligned, private, and as good as torch's own."""

from __future__ import annotations

import copy
import io
import os
from pathlib import Path

import pytest
import torch

from wubu.core import pages
from wubu.core.arena import ALIGNMENT

LARGE = pages._FROM // 4


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("count", [0, 5, 2 * LARGE + 3])
def test_zeros(count: int, dtype: torch.dtype) -> None:
    made = pages.zeros_like(torch.empty(count, dtype=dtype))
    assert made.shape == (count,) and made.dtype == dtype and made.storage_offset() == 0
    assert not made.any()
    assert not count or made.data_ptr() % ALIGNMENT == 0
    made.fill_(3)
    twin = copy.deepcopy(made)
    file = io.BytesIO()
    torch.save(made, file)
    file.seek(0)
    assert torch.equal(made, twin) and torch.equal(torch.load(file), made)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell how much memory is in use")
def test_it_takes_no_room_until_it_is_touched() -> None:
    def used() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    like = torch.empty(8 * LARGE)  # a quarter of a GiB, which is not touched either
    before = used()
    made = pages.zeros_like(like)
    assert used() - before < made.nbytes / 8
    made.fill_(1)
    assert used() - before > made.nbytes / 2
    del made
    assert used() - before < like.nbytes / 8


def test_an_optimizer_of_a_large_model_begins_at_zero() -> None:
    from wubu.optimizers import Adam

    weight = torch.nn.Parameter(torch.ones(LARGE + 7))
    plain = torch.nn.Parameter(torch.ones(LARGE + 7))
    ours, theirs = Adam(0.1), torch.optim.Adam([plain], 0.1, eps=1e-7)
    ours.build([weight])
    assert all(not slot.any() for slot in ours.variables if slot.shape == weight.shape)
    for step in range(3):
        gradient = torch.full_like(plain, step + 1.0)
        ours.apply([gradient.clone()], [weight])
        plain.grad = gradient
        theirs.step()
    torch.testing.assert_close(weight.detach(), plain.detach(), rtol=1e-4, atol=1e-5)
