"""What types go in and which comes out, beside Keras, with the values.

Where Keras on torch falls from 64 to 32 bits, wubu keeps 64, so these are left out here.
"""

from __future__ import annotations

import itertools

import keras
import numpy as np
import pytest
import torch

import wubu

TYPES = ["bool", "uint8", "int8", "int16", "int32", "float16", "bfloat16", "float32"]
FUNCTIONS = (
    "abs all amax any argmax argsort cbrt ceil copy corrcoef cos count_nonzero cumprod cumsum deg2rad diagonal diff exp exp2 "
    "expm1 flip floor isfinite isnan log log1p log2 logsumexp max mean median min nan_to_num nancumsum nanmax "
    "nanmean nanmedian nanmin nanprod nanstd nansum nanvar negative norm ones_like prod ravel reciprocal relu round rsqrt "
    "selu sigmoid sign sin sinc softmax softplus sort sqrt square squeeze std sum tan tanh trace transpose tril trunc var "
    "zeros_like"
).split()
PAIRS = (
    "add subtract multiply divide floor_divide mod power maximum minimum logical_and equal greater less_equal isclose matmul "
    "inner dot vdot tensordot outer kron fmod isin digitize"
).split()
VECTORS = ("inner", "vdot", "kron")


def numbers(dtype, seed=0):
    values = np.random.default_rng(seed).integers(1, 5, (4, 4))
    if dtype == "bool":
        return torch.tensor(values > 2)
    whole = torch.tensor(values)
    return (whole.double() / 4 + 0.1 if "float" in dtype else whole).to(getattr(torch, dtype))


def compare(name, *arguments):
    try:
        theirs = getattr(keras.ops, name)(*arguments)
    except (RuntimeError, TypeError, ValueError, NotImplementedError):
        return  # Keras cannot
    ours = getattr(wubu.ops, name)(*arguments)
    told = [getattr(a, "dtype", a) for a in arguments]
    assert ours.dtype == theirs.dtype, f"{name}{told}: {ours.dtype}, Keras {theirs.dtype}"
    assert ours.shape == theirs.shape, f"{name}{told}"
    short = ours.dtype in (torch.float16, torch.bfloat16)
    tolerance = {"rtol": 2e-2, "atol": 1e-2} if short else {"rtol": 1e-5, "atol": 1e-5}
    torch.testing.assert_close(ours, theirs, equal_nan=True, msg=lambda m: f"{name}{told}: {m}", **tolerance)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_of_one(name):
    for dtype in TYPES:
        compare(name, numbers(dtype))


@pytest.mark.parametrize("name", PAIRS)
def test_of_two(name):
    for first, second in itertools.product(TYPES, TYPES):
        a, b = numbers(first), numbers(second, 1)
        if name in VECTORS:
            a, b = a[0], b[0]
        if name == "digitize":
            b = torch.unique(b.float()).to(b.dtype)
        compare(name, a, b)


@pytest.mark.parametrize("name", PAIRS[:14])
def test_with_a_number(name):
    for dtype, number in itertools.product(TYPES, (2, 2.5, True)):
        compare(name, numbers(dtype), number)
        compare(name, number, numbers(dtype))


def test_long_types_are_kept():
    x = torch.tensor([1.5, 2.5], dtype=torch.float64)
    for name in ("floor", "cumsum", "median", "average", "norm"):
        assert getattr(wubu.ops, name)(x).dtype == torch.float64
    big = torch.tensor([2**40, 1])
    assert int(wubu.ops.max(wubu.ops.cumsum(big))) == 2**40 + 1
