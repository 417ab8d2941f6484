"""``wubu::adam_``: one formula, two implementations."""

import pytest
import torch

from wubu.optimizers.adam_op import adam_


def operands(shape=(7, 5), strided=False):
    generator = torch.Generator().manual_seed(2)
    p, g, m, v = (torch.randn(shape, generator=generator) for _ in range(4))
    v = v.square()
    if strided:  # the plain formula
        return [t.t().contiguous().t() for t in (p, g, m, v)]
    return [p, g, m, v]


@pytest.mark.parametrize("step", [0, 1, 10, 100000])
@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.0, 0.0), (0.5, 0.9)])
def test_both_implementations_follow_the_formula(step, betas):
    rate, epsilon, t = 0.01, 1e-7, step + 1
    p, g, m, v = (x.double() for x in operands())
    m = betas[0] * m + (1 - betas[0]) * g
    v = betas[1] * v + (1 - betas[1]) * g**2
    alpha = rate * (1 - betas[1] ** t) ** 0.5 / (1 - betas[0] ** t)
    expected = (p - alpha * m / (v.sqrt() + epsilon), g, m, v)
    for strided in (False, True):
        found = operands(strided=strided)
        adam_(*found, torch.tensor(rate), torch.tensor(step), *betas, epsilon)
        for a, b in zip(found, expected):
            torch.testing.assert_close(a.double(), b, rtol=2e-6, atol=1e-7)


def test_other_types_and_extreme_betas():
    for dtype in (torch.float64, torch.bfloat16):
        found = [x.to(dtype) for x in operands()]
        before = found[0].clone()
        adam_(*found, torch.tensor(0.01), torch.tensor(0), 0.9, 0.999, 1e-7)
        assert not torch.equal(found[0], before)
    found = operands()
    adam_(*found, torch.tensor(0.01), torch.tensor(0), 1.0, 0.999, 1e-7)
    empty = [torch.zeros(0) for _ in range(4)]
    adam_(*empty, torch.tensor(0.01), torch.tensor(0), 0.9, 0.999, 1e-7)


def test_schema():
    arguments = (*operands(), torch.tensor(0.01), torch.tensor(3), 0.9, 0.999, 1e-7)
    torch.library.opcheck(torch.ops.wubu.adam_.default, arguments, test_utils=("test_schema", "test_faketensor"))
