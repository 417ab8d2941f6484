"""What an expression of ``tf`` gives, as plain data: run in TensorFlow's interpreter and in this one alike.

``python describing.py < expressions.json`` evaluates a list of expressions with the real TensorFlow and prints the results.
Nothing here may import wubu.
"""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile

import numpy as np

CHUNK = 80  # numbers; of larger results only a digest is kept


def namespace(tf):
    """The names that expressions may use."""

    def rnd(*shape, seed=0):
        return np.random.RandomState(seed).uniform(-2, 2, shape).astype("float32")

    def pos(*shape, seed=0):
        return np.random.RandomState(seed).uniform(0.1, 3, shape).astype("float32")

    def unit(*shape, seed=0):
        return np.random.RandomState(seed).uniform(-0.99, 0.99, shape).astype("float32")

    def ints(*shape, low=-5, high=6, seed=0, dtype="int32"):
        return np.random.RandomState(seed).randint(low, high, shape).astype(dtype)

    def grads(function, *values):
        found = [tf.constant(v) for v in values]
        with tf.GradientTape(persistent=True) as tape:
            for one in found:
                tape.watch(one)
            made = function(*found)
        return [tape.gradient(made, one) for one in found]

    folders = []

    def tmp(name=""):
        # One folder for each path that is asked for: expressions must not meet each other's files.
        folders.append(tempfile.TemporaryDirectory())
        return os.path.join(folders[-1].name, name) if name else folders[-1].name

    def then(*values):
        return values[-1]

    edge = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 2.5, 1e-30, 1e30, np.inf, -np.inf, np.nan], "float32")
    helpers = (rnd, pos, unit, ints, grads, tmp, then)
    return {"tf": tf, "np": np, "edge": edge, **{helper.__name__: helper for helper in helpers}}


def describe(value):
    """A result as JSON has it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return {"int": value}
    if isinstance(value, float):
        return {"float": _number(value)}
    if isinstance(value, bytes):
        return {"bytes": value.decode("latin-1")}
    kind = type(value).__name__
    if kind == "DType":
        return {"dtype": value.name}
    if kind == "TensorShape":
        return {"shape": None if value.rank is None else value.as_list()}
    if kind in ("RaggedTensor",):
        return {"ragged": _nested(value.to_list())}
    if kind == "SparseTensor":
        return {"sparse": [describe(value.indices), describe(value.values), describe(value.dense_shape)]}
    if isinstance(value, dict):
        return {"dict": {str(k): describe(v) for k, v in sorted(value.items(), key=lambda p: str(p[0]))}}
    if isinstance(value, (list, tuple)):
        return [describe(v) for v in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return {"array": value.dtype.name, "of": list(value.shape), "is": _values(np.asarray(value))}
    if hasattr(value, "numpy") and hasattr(value, "dtype"):
        raw = value.numpy()
        array = np.array(raw, object) if isinstance(raw, bytes) else np.asarray(raw)
        return {"tensor": value.dtype.name, "of": [int(n) for n in value.shape], "is": _values(array)}
    return {"object": kind}


def _nested(value):
    if isinstance(value, list):
        return [_nested(v) for v in value]
    return value.decode("latin-1") if isinstance(value, bytes) else _number(value)


def _values(array):
    flat = array.reshape(-1)
    if flat.dtype.kind == "O":
        return [v.decode("latin-1") if isinstance(v, bytes) else str(v) for v in flat]
    if flat.dtype.kind == "c":
        return [[_number(v.real), _number(v.imag)] for v in flat.tolist()]
    if flat.size > CHUNK:
        flat = flat.astype("float64")
        weights = np.cos(np.arange(flat.size))
        return ["digest", _number(flat.mean()), _number((flat * weights).mean()), _number(np.abs(flat).max())]
    return [_number(v) for v in flat.tolist()]


def _number(value):
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    return float(f"{value:.7g}") if isinstance(value, float) else value


def evaluate(expression, names):
    """The described result of an expression, or the names of what it raises and of what that is a kind of."""
    try:
        return describe(eval(expression, dict(names)))
    except Exception as error:
        return {"raises": [kind.__name__ for kind in type(error).__mro__]}


if __name__ == "__main__":
    import tensorflow

    names = namespace(tensorflow)
    results = [evaluate(e, names) for e in json.load(sys.stdin)]
    for result in results:
        if isinstance(result, dict) and "raises" in result:
            result["raises"] = result["raises"][0]
    print(json.dumps(results))
