"""Every operation against real Keras's, on ordinary and edge inputs: values, shapes, types, and symbolic shapes."""

from __future__ import annotations

import inspect

import keras
import numpy as np
import pytest
import torch

from wubu import ops
from wubu.symbolic.keras_tensor import KerasTensor

R = np.random.default_rng(0)
A = R.normal(size=(3, 4)).astype("float32")
B = R.normal(size=(3, 4)).astype("float32")
P = R.uniform(0.1, 0.9, size=(3, 4)).astype("float32")
V = R.normal(size=5).astype("float32")
W = R.normal(size=5).astype("float32")
C = R.normal(size=(2, 3, 4)).astype("float32")
S = R.normal(size=(3, 3)).astype("float32")
SPD = (S @ S.T + 3 * np.eye(3)).astype("float32")
I = R.integers(0, 10, size=(3, 4)).astype("int32")
J = R.integers(1, 6, size=(3, 4)).astype("int32")
K = np.array([True, False, True])
N = np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, -1.0]], "float32")
X = np.array([0.0, -0.0, 1.5, -2.5, 3.5, np.inf, -np.inf, np.nan], "float32")
Z = (A + 1j * B).astype("complex64")

FLOATS = (
    "abs absolute arcsinh arctan cbrt ceil cos cosh deg2rad exp exp2 expm1 floor i0 rad2deg round sign sin sinc sinh square "
    "tan tanh trunc negative isfinite isinf isnan isneginf isposinf signbit nan_to_num erf erfc logical_not fabs"
).split()
UNIT = "arccos arcsin arctanh log log10 log1p log2 sqrt reciprocal rsqrt erfinv".split()
PAIRS = (
    "add subtract multiply divide true_divide maximum minimum fmax fmin arctan2 hypot logaddexp logaddexp2 equal not_equal "
    "less less_equal greater greater_equal logical_and logical_or logical_xor isclose mod floor_divide fmod divide_no_nan "
    "nextafter allclose"
).split()
WHOLE = (
    "bitwise_and bitwise_or bitwise_xor gcd lcm floor_divide mod add subtract multiply true_divide maximum left_shift "
)
WHOLE_PAIRS = (WHOLE + "right_shift bitwise_left_shift bitwise_right_shift power equal").split()
REDUCE = "sum mean max min prod all any var std median ptp amax amin".split()
NAN = "nansum nanmean nanmax nanmin nanprod nanvar nanstd nanmedian".split()

CASES: list[tuple] = []
CASES += [(n, (x,), {}) for n in FLOATS for x in (A, X)] + [(n, (I,), {}) for n in FLOATS if n not in ("fabs",)]
CASES += [(n, (P,), {}) for n in UNIT] + [("arccosh", (P + 1,), {})]
CASES += (
    [(n, (A, B), {}) for n in PAIRS] + [(n, (A, V[:4]), {}) for n in PAIRS] + [(n, (I, J), {}) for n in WHOLE_PAIRS]
)
CASES += [
    ("power", (P, B), {}),
    ("power", (A, 2), {}),
    ("add", (A, 1), {}),
    ("add", (I, 1.5), {}),
    ("subtract", (2, A), {}),
]
CASES += [(n, (A,), k) for n in REDUCE for k in ({}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 1)})]
CASES += [(n, (I,), {"axis": 1}) for n in REDUCE]
CASES += [(n, (N,), k) for n in NAN for k in ({}, {"axis": 0}, {"axis": 1, "keepdims": True})]
CASES += [
    ("angle", (A,), {}),
    ("angle", (Z,), {}),
    ("real", (Z,), {}),
    ("imag", (Z,), {}),
    ("conj", (Z,), {}),
    ("isreal", (Z,), {}),
    ("append", (A, B), {}),
    ("append", (A, B), {"axis": 1}),
    ("arange", (5,), {}),
    ("arange", (1, 7, 2), {}),
    ("arange", (0.0, 1.0, 0.25), {}),
    ("argmax", (A,), {}),
    ("argmax", (A,), {"axis": 1}),
    ("argmin", (A,), {"axis": 0}),
    ("argmax", (A,), {"axis": 1, "keepdims": True}),
    ("argsort", (A,), {}),
    ("argsort", (A,), {"axis": 0}),
    ("array_split", (V, 3), {}),
    ("average", (A,), {}),
    ("average", (A,), {"axis": 1, "weights": B}),
    ("average", (A,), {"axis": 1, "weights": V[:4]}),
    ("bartlett", (7,), {}),
    ("blackman", (7,), {}),
    ("hamming", (7,), {}),
    ("hanning", (7,), {}),
    ("kaiser", (7, 3.0), {}),
    ("bincount", (np.array([0, 1, 1, 4]),), {}),
    ("bincount", (np.array([0, 1, 1, 4]),), {"minlength": 7}),
    ("bincount", (np.array([0, 1]),), {"weights": V[:2]}),
    ("broadcast_to", (V, (3, 5)), {}),
    ("clip", (A, -0.5, 0.5), {}),
    ("concatenate", ([A, B],), {"axis": 1}),
    ("concatenate", ([A, I],), {}),
    ("copy", (A,), {}),
    ("corrcoef", (A,), {}),
    ("correlate", (V, W), {"mode": "full"}),
    ("correlate", (V, W[:3]), {"mode": "valid"}),
    ("correlate", (V, W[:3]), {"mode": "same"}),
    ("count_nonzero", (I,), {}),
    ("count_nonzero", (I,), {"axis": 0}),
    ("cross", (C[..., :3], C[..., :3][::-1].copy()), {}),
    ("cumprod", (A,), {"axis": 1}),
    ("cumsum", (A,), {}),
    ("cumsum", (I,), {"axis": 0}),
    ("diag", (V,), {}),
    ("diag", (A,), {"k": 1}),
    ("diagflat", (A,), {}),
    ("diagonal", (C,), {"offset": 1, "axis1": 1, "axis2": 2}),
    ("diff", (A,), {}),
    ("diff", (A,), {"n": 2, "axis": 0}),
    ("digitize", (A, np.array([-1.0, 0.0, 1.0], "float32")), {}),
    ("dot", (A, B.T.copy()), {}),
    ("dot", (V, W), {}),
    ("dsplit", (C, 2), {}),
    ("dstack", ([A, B],), {}),
    ("einsum", ("ij,kj->ik", A, B), {}),
    ("empty_like", (A * 0,), None),
    ("expand_dims", (A, 1), {}),
    ("expand_dims", (A, (0, 2)), {}),
    ("eye", (3,), {}),
    ("eye", (3, 4), {"k": 1}),
    ("flip", (A,), {}),
    ("flip", (A,), {"axis": 1}),
    ("fliplr", (A,), {}),
    ("flipud", (A,), {}),
    ("full", ((2, 3), 7), {}),
    ("full_like", (A, 2.0), {}),
    ("geomspace", (1.0, 1000.0), {"num": 4}),
    ("get_item", (A, 1), {}),
    ("heaviside", (X[:5], 0.5), {}),
    ("histogram", (A,), {"bins": 5}),
    ("histogram", (A,), {"bins": 4, "range": (-1.0, 1.0)}),
    ("hsplit", (A, 2), {}),
    ("hstack", ([A, B],), {}),
    ("identity", (3,), {}),
    ("inner", (A, B), {}),
    ("isin", (I, J), {}),
    ("kron", (A, S), {}),
    ("ldexp", (A, I), {}),
    ("linspace", (0.0, 1.0), {"num": 5}),
    ("linspace", (0.0, 1.0), {"num": 5, "endpoint": False}),
    ("linspace", (V, W), {"num": 3, "axis": 1}),
    ("logspace", (0.0, 2.0), {"num": 3}),
    ("matmul", (C, B.T.copy()), {}),
    ("max", (A,), {"initial": 1.0}),
    ("meshgrid", (V, W[:3]), {}),
    ("meshgrid", (V, W[:3]), {"indexing": "ij"}),
    ("moveaxis", (C, 0, -1), {}),
    ("moveaxis", (C, (0, 1), (1, 2)), {}),
    ("nanargmax", (N[:1],), {"axis": 1}),
    ("nanargmin", (N[:1],), {"axis": 1}),
    ("nancumsum", (N,), {"axis": 1}),
    ("nancumprod", (N,), {"axis": 1}),
    ("nonzero", (I,), {}),
    ("ones", ((2, 3),), {}),
    ("ones_like", (I,), {}),
    ("outer", (V, W), {}),
    ("pad", (A, 1), {}),
    ("pad", (A, ((1, 2), (0, 1))), {"constant_values": 3.0}),
    ("pad", (A, ((1, 2), (2, 1))), {"mode": "reflect"}),
    ("pad", (A, ((1, 2), (2, 1))), {"mode": "symmetric"}),
    ("percentile", (A, 30), {"axis": 1}),
    ("quantile", (A, 0.3), {}),
    ("quantile", (A, [0.25, 0.5]), {"axis": 1}),
    ("quantile", (A, 0.3), {"axis": 0, "keepdims": True, "method": "nearest"}),
    ("nanquantile", (N, 0.5), {"axis": 1}),
    ("nanpercentile", (N, 50), {}),
    ("ravel", (A,), {}),
    ("repeat", (A, 2), {}),
    ("repeat", (A, [1, 2, 3]), {"axis": 0}),
    ("reshape", (A, (2, -1)), {}),
    ("roll", (A, 1), {}),
    ("roll", (A, 2), {"axis": 1}),
    ("rot90", (A,), {}),
    ("round", (A,), {"decimals": 2}),
    ("searchsorted", (np.sort(V), W), {}),
    ("size", (A,), {}),
    ("ndim", (C,), {}),
    ("select", ([K, ~K], [V[:3], W[:3]]), {}),
    ("slogdet", (SPD,), {}),
    ("sort", (A,), {"axis": 0}),
    ("split", (A, 2), {"axis": 1}),
    ("split", (V, [1, 3]), {}),
    ("squeeze", (A[None],), {}),
    ("squeeze", (A[:, None],), {"axis": 1}),
    ("stack", ([A, B],), {"axis": 1}),
    ("swapaxes", (C, 0, 2), {}),
    ("take", (A, [2, 0]), {"axis": 0}),
    ("take", (A, I[:2, :2]), {}),
    ("take", (A, -1), {"axis": 1}),
    ("take_along_axis", (A, I % 4), {"axis": 1}),
    ("tensordot", (C, B), {"axes": [[1, 2], [0, 1]]}),
    ("tensordot", (A, B.T.copy()), {"axes": 1}),
    ("tile", (A, (2, 1)), {}),
    ("tile", (V, 2), {}),
    ("trace", (S,), {}),
    ("transpose", (C,), {}),
    ("transpose", (C, (0, 2, 1)), {}),
    ("trapezoid", (A,), {}),
    ("trapezoid", (V,), {"x": np.sort(W)}),
    ("tri", (3, 4), {"k": -1}),
    ("tril", (A,), {}),
    ("triu", (A,), {"k": 1}),
    ("unravel_index", (np.array([3, 5]), (2, 4)), {}),
    ("vander", (V,), {}),
    ("vander", (V,), {"N": 3, "increasing": True}),
    ("vdot", (V, W), {}),
    ("view", (A,), {"dtype": "int32"}),
    ("vsplit", (C, 2), {}),
    ("vstack", ([V, W],), {}),
    ("where", (A > 0, A, B), {}),
    ("where", (A > 0, 1.0, B), {}),
    ("zeros", ((2, 2),), {"dtype": "int32"}),
    ("zeros_like", (A,), {}),
    ("array", ([[1, 2], [3, 4]],), {}),
    ("bitwise_not", (I,), {}),
    ("cast", (A, "int32"), {}),
    ("saturate_cast", (A * 1000, "uint8"), {}),
    ("saturate_cast", (I - 5, "uint8"), {}),
    ("scatter", (np.array([[0, 1], [2, 2]]), np.array([1.0, 2.0], "float32"), (3, 3)), {}),
    ("scatter_update", (A, np.array([[0], [2]]), B[:2]), {}),
    ("slice", (C, (0, 1, 1), (2, 2, 2)), {}),
    ("slice_update", (A, (1, 1), B[:2, :2]), {}),
    ("unstack", (A,), {"axis": 1}),
    ("stop_gradient", (A,), {}),
    ("logsumexp", (A,), {"axis": 1}),
    ("logsumexp", (A,), {}),
    ("top_k", (A, 2), {}),
    ("in_top_k", (np.array([0, 1, 2]), A, 2), {}),
    ("segment_sum", (A, np.array([0, 0, 1])), {"num_segments": 3}),
    ("segment_max", (A, np.array([0, 0, 1])), {"num_segments": 2}),
    ("fft", ((A, B),), {}),
    ("fft2", ((A, B),), {}),
    ("ifft2", ((A, B),), {}),
    ("rfft", (A,), {}),
    ("irfft", ((A, B),), {}),
    ("extract_sequences", (V, 3, 1), {}),
    ("stft", (np.tile(V, 8), 8, 4, 8), {}),
    ("stft", (np.tile(V, 8), 6, 3, 8), {"window": "hamming", "center": False}),
    ("view_as_real", (Z,), {}),
    ("logdet", (SPD,), {}),
    ("cdist", (A, B), {}),
    ("cholesky", (SPD,), {}),
    ("cholesky_inverse", (np.linalg.cholesky(SPD).astype("float32"),), {}),
    ("det", (S,), {}),
    ("inv", (SPD,), {}),
    ("pinv", (A,), {}),
    ("matrix_rank", (A,), {}),
    ("norm", (A,), {}),
    ("norm", (A,), {"ord": 1, "axis": 1}),
    ("norm", (A,), {"ord": "nuc"}),
    ("norm", (A,), {"ord": np.inf, "axis": 0, "keepdims": True}),
    ("norm", (C,), {"axis": (1, 2), "ord": "fro"}),
    ("solve", (SPD, A), {}),
    ("solve_triangular", (np.tril(SPD), V[:3]), {"lower": True}),
    ("lstsq", (A.T.copy(), V[:4]), {}),
    ("eigh", (SPD,), None),
    ("qr", (A,), None),
    ("svd", (A,), {"compute_uv": False}),
    ("lu_factor", (SPD,), {}),
]


ACTIVATIONS = (
    "celu elu gelu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu log_sigmoid log_softmax relu relu6 selu "
    "sigmoid silu soft_shrink softmax softplus softsign sparse_plus sparse_sigmoid sparsemax squareplus swish tanh_shrink glu"
).split()
CASES += [(n, (A * 3,), {}) for n in ACTIVATIONS]
D = R.normal(size=(2, 4, 4, 8)).astype("float32")
CASES += [
    ("softmax", (C,), {"axis": 1}),
    ("threshold", (A, 0.1, -1.0), {}),
    ("one_hot", (I % 7, 7), {}),
    ("one_hot", (I, 10), {"axis": 0, "dtype": "int32"}),
    ("multi_hot", (I % 5, 5), {}),
    ("depth_to_space", (D, 2), {}),
    ("space_to_depth", (D, 2), {}),
    ("depth_to_space", (D, 2), {"data_format": "channels_first"}),
    ("space_to_depth", (D, 2), {"data_format": "channels_first"}),
    ("psnr", (A, B, 1.0), {}),
    ("polar", (P, B), {}),
    ("moments", (C, (0, 1)), {}),
    ("moments", (C, -1), {"keepdims": True}),
    ("normalize", (A,), {}),
    ("normalize", (A,), {"order": 1, "axis": 0}),
    ("batch_normalization", (D, V[:4].repeat(2), np.abs(V[:4]).repeat(2), -1), {}),
    ("batch_normalization", (C, V[:3], np.abs(V[:3]), 1), {"offset": W[:3], "scale": V[1:4]}),
    ("layer_normalization", (C,), {"gamma": V[:4], "beta": W[:4]}),
    ("rms_normalization", (C,), {"scale": V[:4]}),
]


# Where Keras on torch departs from its own documentation, which is NumPy's.
NUMPY_IS_RIGHT = {"cross", "pad", "histogram", "repeat", "linspace"}


def as_theirs(value):
    """Some of Keras's functions on torch take tensors only."""
    return keras.ops.convert_to_tensor(value) if isinstance(value, np.ndarray) else value


def as_arrays(value):
    if isinstance(value, list | tuple):
        return [a for v in value for a in as_arrays(v)]
    return [keras.ops.convert_to_numpy(value) if isinstance(value, torch.Tensor) else np.asarray(value)]


@pytest.mark.parametrize(("name", "args", "kwargs"), CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(CASES)])
def test_equals_keras(name, args, kwargs):
    ours = as_arrays(getattr(ops, name)(*args, **(kwargs or {})))
    if name in NUMPY_IS_RIGHT:
        theirs = as_arrays(getattr(np, name)(*args, **(kwargs or {})))
    else:
        theirs = as_arrays(getattr(keras.ops, name)(*map(as_theirs, args), **(kwargs or {})))
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs):
        assert a.shape == b.shape
        assert a.dtype.kind == b.dtype.kind, (a.dtype, b.dtype)
        if kwargs is not None:  # None: only up to signs or memory
            np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)
        elif name != "empty_like":
            np.testing.assert_allclose(np.abs(a), np.abs(b), rtol=2e-4, atol=2e-5)


SYMBOLIC = [
    c
    for c in CASES
    if c[1]
    and isinstance(c[1][0], np.ndarray)
    and c[1][0].dtype == np.float32
    and c[1][0].ndim > 1
    and c[0] not in ("nonzero", "histogram", "size", "ndim", "average", "cdist", "corrcoef", "lstsq")
]


@pytest.mark.parametrize(("name", "args", "kwargs"), SYMBOLIC, ids=[f"{c[0]}-{i}" for i, c in enumerate(SYMBOLIC)])
def test_symbolic_shape_is_the_real_one(name, args, kwargs):
    function = getattr(ops, name)
    made = function(KerasTensor(args[0].shape, "float32"), *args[1:], **(kwargs or {}))
    real = as_arrays(function(*args, **(kwargs or {})))
    made = list(made) if isinstance(made, list | tuple) else [made]
    assert [tuple(t.shape) for t in made] == [a.shape for a in real]


def test_signatures_are_keras_own():
    for name in ops.__all__:
        theirs = getattr(keras.ops, name, None)
        if theirs is None:
            continue
        ours = list(inspect.signature(getattr(ops, name)).parameters)
        assert ours == list(inspect.signature(theirs).parameters), name


def test_istft_undoes_stft():
    x = np.sin(np.linspace(0, 30, 200)).astype("float32")
    spectrum = ops.stft(x, 16, 4, 16)
    np.testing.assert_allclose(ops.istft(spectrum, 16, 4, 16, length=200).numpy(), x, atol=1e-5)
    theirs = keras.ops.istft(keras.ops.stft(x, 16, 4, 16), 16, 4, 16, length=200)
    np.testing.assert_allclose(
        ops.istft(spectrum, 16, 4, 16, length=200).numpy(), keras.ops.convert_to_numpy(theirs), atol=1e-5
    )


def test_control_flow():
    assert float(ops.cond(torch.tensor(True), lambda: 1.0, lambda: 2.0)) == 1
    assert int(ops.while_loop(lambda i: i < 5, lambda i: i + 1, 0)) == 5
    total, steps = ops.scan(lambda c, x: (c + x, c * x), torch.tensor(0.0), torch.arange(4.0))
    assert float(total) == 6 and steps.tolist() == [0, 0, 2, 9]
    assert ops.map(lambda x: x * 2, torch.arange(3)).tolist() == [0, 2, 4]
    assert ops.vectorized_map(lambda x: x * 2, torch.arange(3)).tolist() == [0, 2, 4]
    assert ops.fori_loop(0, 4, lambda i, v: v + i, 0) == 6
    assert ops.associative_scan(lambda a, b: a + b, torch.arange(5)).tolist() == [0, 1, 3, 6, 10]
    assert ops.switch(1, [lambda x: x, lambda x: -x], 3) == -3
    values = ops.unique(torch.tensor([3, 1, 3]), return_counts=True, return_index=True)
    assert [v.tolist() for v in values] == [[1, 3], [1, 0], [1, 2]]


def test_custom_gradient():
    @ops.custom_gradient
    def tripled(x):
        def grad(*args, upstream=None):
            return (args[0] if upstream is None else upstream) * 100

        return x * 3, grad

    x = torch.ones(2, requires_grad=True)
    tripled(x).sum().backward()
    assert x.grad.tolist() == [100, 100]
