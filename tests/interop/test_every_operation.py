"""Operations in a model's graph: Keras opens ours and predicts the same, and the reverse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import wubu

# of the operations o, numbers x and y of shape (None, 4, 6), counts n of shape (None, 5), matrices m, pictures p
OPERATIONS: dict[str, Callable[..., Any]] = {
    # one by one
    **{
        name: (lambda o, x, y, n, m, p, name=name: getattr(o, name)(x))
        for name in (
            *("abs", "absolute", "arcsinh", "arctan", "cbrt", "ceil", "conjugate", "cos", "cosh", "deg2rad", "exp", "exp2"),
            *("expm1", "floor", "isfinite", "isinf", "isnan", "isneginf", "isposinf", "isreal", "log10", "log1p"),
            *("log2", "log", "logical_not", "nan_to_num", "negative", "rad2deg", "real", "reciprocal", "round", "sign"),
            *("signbit", "sin", "sinc", "sinh", "sqrt", "square", "tan", "tanh", "trunc", "ones_like", "zeros_like"),
            *("elu", "erf", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_tanh", "leaky_relu", "log_sigmoid"),
            *("log_softmax", "logsumexp", "relu", "relu6", "rsqrt", "selu", "sigmoid", "silu", "soft_shrink", "softmax"),
            *("softplus", "softsign", "sparse_plus", "sparse_sigmoid", "squareplus", "swish", "tanh_shrink", "ravel"),
            *("all", "any", "amax", "amin", "max", "min", "mean", "sum", "prod", "std", "var", "median", "count_nonzero"),
            *("argmax", "argmin", "argsort", "sort", "celu", "glu", "sparsemax", "hard_swish", "erfinv", "flip"),
        )
    },
    # two by two
    **{
        name: (lambda o, x, y, n, m, p, name=name: getattr(o, name)(x, y))
        for name in (
            *("add", "arctan2", "divide", "divide_no_nan", "equal", "floor_divide", "greater", "greater_equal", "less"),
            *("less_equal", "logaddexp", "logical_and", "logical_or", "logical_xor", "maximum", "minimum", "mod", "multiply"),
            *("not_equal", "power", "subtract", "true_divide", "isclose", "hypot"),
        )
    },
    "append": lambda o, x, y, n, m, p: o.append(x, y, axis=1),
    "bitwise": lambda o, x, y, n, m, p: o.bitwise_or(o.bitwise_and(n, n + 3), o.bitwise_xor(n, n * 2)),
    "cast": lambda o, x, y, n, m, p: o.cast(x, "int32"),
    "clip": lambda o, x, y, n, m, p: o.clip(x, 0.2, 0.7),
    "concatenate": lambda o, x, y, n, m, p: o.concatenate([x, y], axis=-1),
    "cross": lambda o, x, y, n, m, p: o.cross(x[..., :3], y[..., :3]),
    "cumprod": lambda o, x, y, n, m, p: o.cumprod(x, axis=1),
    "cumsum": lambda o, x, y, n, m, p: o.cumsum(x, axis=1),
    "diagonal": lambda o, x, y, n, m, p: o.diagonal(m, axis1=1, axis2=2),
    "diff": lambda o, x, y, n, m, p: o.diff(x, axis=-1),
    "digitize": lambda o, x, y, n, m, p: o.digitize(x, np.array([0.3, 0.6], "float32")),
    "dot": lambda o, x, y, n, m, p: o.dot(x, np.ones((6, 2), "float32")),
    "einsum": lambda o, x, y, n, m, p: o.einsum("abc,abd->acd", x, y),
    "expand_dims": lambda o, x, y, n, m, p: o.expand_dims(x, 1),
    "full_like": lambda o, x, y, n, m, p: o.full_like(x, 2.5),
    "get_item": lambda o, x, y, n, m, p: x[:, 1:3, ::2] + x[:, 0, 1][:, None, None] + x[..., -1][..., None][:, :2],
    "inner": lambda o, x, y, n, m, p: o.inner(x, np.ones((3, 6), "float32")),
    "linalg": lambda o, x, y, n, m, p: [o.det(m), o.inv(m), o.norm(x, axis=-1), o.solve(m, y[:, :4])],
    "matmul": lambda o, x, y, n, m, p: o.matmul(x, o.transpose(y, (0, 2, 1))),
    "moveaxis": lambda o, x, y, n, m, p: o.moveaxis(x, 1, 2),
    "outer": lambda o, x, y, n, m, p: o.outer(x, np.ones(3, "float32")),
    "pad": lambda o, x, y, n, m, p: o.pad(x, ((0, 0), (1, 2), (0, 1)), constant_values=3.0),
    "repeat": lambda o, x, y, n, m, p: o.repeat(x, 2, axis=1),
    "reshape": lambda o, x, y, n, m, p: o.reshape(x, (-1, 3, 8)),
    "roll": lambda o, x, y, n, m, p: o.roll(x, 2, axis=1),
    "searchsorted": lambda o, x, y, n, m, p: o.searchsorted(np.array([0.2, 0.5]), o.reshape(x, (-1,))),
    "split": lambda o, x, y, n, m, p: o.split(x, 3, axis=-1),
    "squeeze": lambda o, x, y, n, m, p: o.squeeze(x[:, :1], axis=1),
    "stack": lambda o, x, y, n, m, p: o.stack([x, y], axis=2),
    "swapaxes": lambda o, x, y, n, m, p: o.swapaxes(x, 1, 2),
    "take": lambda o, x, y, n, m, p: o.take(x, np.array([0, 2]), axis=1),
    "take_along_axis": lambda o, x, y, n, m, p: o.take_along_axis(x, o.argsort(y, axis=1), axis=1),
    "tensordot": lambda o, x, y, n, m, p: o.tensordot(x, np.ones((6, 3), "float32"), axes=1),
    "tile": lambda o, x, y, n, m, p: o.tile(x, (1, 2, 1)),
    "top_k": lambda o, x, y, n, m, p: o.top_k(x, 2)[0],
    "in_top_k": lambda o, x, y, n, m, p: o.in_top_k(n[:, 0], y[:, 0], 2),
    "trace": lambda o, x, y, n, m, p: o.trace(m, axis1=1, axis2=2),
    "transpose": lambda o, x, y, n, m, p: o.transpose(x, (0, 2, 1)),
    "tril": lambda o, x, y, n, m, p: o.tril(m),
    "triu": lambda o, x, y, n, m, p: o.triu(m, k=1),
    "unstack": lambda o, x, y, n, m, p: o.unstack(x, axis=1),
    "vstack": lambda o, x, y, n, m, p: [o.vstack([x, y]), o.hstack([x, y])],
    "where": lambda o, x, y, n, m, p: o.where(x > 0.5, x, y),
    "average": lambda o, x, y, n, m, p: o.average(x, axis=-1),
    "quantile": lambda o, x, y, n, m, p: o.quantile(x, 0.3, axis=1),
    "one_hot": lambda o, x, y, n, m, p: o.one_hot(n, 8),
    "multi_hot": lambda o, x, y, n, m, p: o.multi_hot(n, 8),
    "normalize": lambda o, x, y, n, m, p: o.normalize(x, axis=-1),
    "moments": lambda o, x, y, n, m, p: list(o.moments(x, axes=[1])),
    "threshold": lambda o, x, y, n, m, p: o.threshold(x, 0.5, 0.1),
    "conv": lambda o, x, y, n, m, p: o.conv(p, np.ones((3, 3, 3, 2), "float32") * 0.1, padding="same"),
    "max_pool": lambda o, x, y, n, m, p: o.max_pool(p, 2),
    "average_pool": lambda o, x, y, n, m, p: o.average_pool(p, 2, strides=1, padding="same"),
    "resize": lambda o, x, y, n, m, p: o.image.resize(p, (4, 5)),
    "rgb_to_grayscale": lambda o, x, y, n, m, p: o.image.rgb_to_grayscale(p),
    "rgb_to_hsv": lambda o, x, y, n, m, p: o.image.rgb_to_hsv(p),
    "segment_sum": lambda o, x, y, n, m, p: o.segment_sum(o.reshape(n, (-1,)), o.reshape(n, (-1,)) * 0 + 1, num_segments=3),
    "layer_normalization": lambda o, x, y, n, m, p: o.layer_normalization(x, axis=-1),
    "rms_normalization": lambda o, x, y, n, m, p: o.rms_normalization(x, np.ones(6, "float32")),
    "batch_normalization": lambda o, x, y, n, m, p: o.batch_normalization(
        x, np.zeros(6, "float32"), np.ones(6, "float32"), axis=-1
    ),
    "binary_crossentropy": lambda o, x, y, n, m, p: o.binary_crossentropy(o.cast(x > 0.5, "float32"), y),
    "categorical_crossentropy": lambda o, x, y, n, m, p: o.categorical_crossentropy(o.softmax(x), y, from_logits=True),
    "sparse_categorical_crossentropy": lambda o, x, y, n, m, p: o.sparse_categorical_crossentropy(
        n[:, :4], y, from_logits=True
    ),
    "fft": lambda o, x, y, n, m, p: list(o.rfft(x)),
    "stft": lambda o, x, y, n, m, p: list(o.stft(o.reshape(x, (-1, 24)), 8, 4, 8)),
    "cholesky": lambda o, x, y, n, m, p: o.cholesky(o.matmul(m, o.transpose(m, (0, 2, 1)))),
    "depth": lambda o, x, y, n, m, p: o.slice(p, (0, 1, 1, 0), (2, 2, 2, 3)),
    "logdet": lambda o, x, y, n, m, p: o.logdet(o.matmul(m, o.transpose(m, (0, 2, 1)))),
}
GROUPS = [sorted(OPERATIONS)[i::8] for i in range(8)]


def made(k: Any, names: list[str]) -> Any:
    x, y = k.Input((4, 6), name="x"), k.Input((4, 6), name="y")
    n, m, p = k.Input((5,), dtype="int32", name="n"), k.Input((4, 4), name="m"), k.Input((6, 8, 3), name="p")
    outputs = []
    for name in names:
        found = OPERATIONS[name](k.ops, x, y, n, m, p)
        outputs += list(found) if isinstance(found, list | tuple) else [found]
    return k.Model([x, y, n, m, p], outputs)


def batch() -> list[np.ndarray]:
    r = np.random.default_rng(0)
    x, y = (r.uniform(0.1, 0.9, (2, 4, 6)).astype("float32") for _ in range(2))
    m = (np.eye(4) + 0.1 * r.normal(size=(2, 4, 4))).astype("float32")
    return [x, y, r.integers(0, 6, (2, 5)).astype("int32"), m, r.random((2, 6, 8, 3)).astype("float32")]


def assert_goes(source: Any, target: Any, names: list[str], path: Path) -> None:
    model = made(source, names)
    model.save(path)
    again = target.models.load_model(path)
    given = batch()
    found, expected = again(given), model(given)
    found, expected = (v if isinstance(v, list | tuple) else [v] for v in (found, expected))
    for a, b in zip(expected, found, strict=True):
        a, b = (np.asarray(v.detach() if hasattr(v, "detach") else v) for v in (a, b))
        assert a.shape == b.shape
        np.testing.assert_allclose(np.asarray(b, "float64"), np.asarray(a, "float64"), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("direction", ("from keras", "to keras", "to wubu"))
@pytest.mark.parametrize("names", GROUPS, ids=range(len(GROUPS)))
def test_operations(tmp_path: Path, names: list[str], direction: str) -> None:
    source, target = {"from keras": (keras, wubu), "to keras": (wubu, keras), "to wubu": (wubu, wubu)}[direction]
    assert_goes(source, target, names, tmp_path / "m.keras")
