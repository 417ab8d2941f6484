"""Files of the eras of Keras 1 and 2, written here to the letter of their formats and checked against NumPy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch

import wubu
from wubu.errors import FileFormatError, SerializationError


def values(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed + 7 * len(shape)).normal(size=shape).astype("float32") * 0.5


def write(
    path: Path,
    config: Any,
    weights: dict[str, Sequence[np.ndarray]],
    version: str | None,
    backend: str | None = None,
    training: Any = None,
    optimizer: dict[str, np.ndarray] | None = None,
) -> Path:
    """An HDF5 file as Keras of that version laid it out."""
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config).encode()
        group = file.create_group("model_weights")
        for owner in (file, group):
            if version is not None:
                owner.attrs["keras_version"] = version.encode()
            if backend is not None:
                owner.attrs["backend"] = backend.encode()
        fill(group, weights)
        if training is not None:
            file.attrs["training_config"] = json.dumps(training).encode()
        if optimizer is not None:
            inner = file.create_group("optimizer_weights")
            inner.attrs["weight_names"] = [n.encode() for n in optimizer]
            for name, array in optimizer.items():
                inner.create_dataset(name, data=array)
    return path


def fill(group: h5py.Group, weights: dict[str, Sequence[np.ndarray]]) -> None:
    group.attrs["layer_names"] = [n.encode() for n in weights]
    for name, arrays in weights.items():
        inner = group.create_group(name)
        names = [f"{name}_W{i}" for i in range(len(arrays))]
        inner.attrs["weight_names"] = np.array([n.encode() for n in names]) if names else np.zeros((0,), "S1")
        for label, array in zip(names, arrays, strict=True):
            inner.create_dataset(label, data=array)


def dense1(name: str, units: int, activation: str = "linear", **extra: Any) -> dict[str, Any]:
    """A Dense of Keras 1."""
    config = {
        "name": name,
        "trainable": True,
        "output_dim": units,
        "init": "glorot_uniform",
        "activation": activation,
        "W_regularizer": None,
        "b_regularizer": None,
        "activity_regularizer": None,
        "W_constraint": None,
        "b_constraint": None,
        "bias": True,
        "input_dim": None,
        **extra,
    }
    return {"class_name": "Dense", "config": config}


def hard_sigmoid(x: np.ndarray) -> np.ndarray:
    return np.clip(0.2 * x + 0.5, 0, 1)


# --- Keras 1 ------------------------------------------------------------------------------------------------------


def test_a_perceptron_of_keras_1_with_its_optimizer(tmp_path: Path) -> None:
    config = {
        "class_name": "Sequential",
        "config": [
            dense1("dense_1", 3, "relu", batch_input_shape=[None, 4], input_dim=4, input_dtype="float32"),
            {"class_name": "Dropout", "config": {"name": "dropout_1", "trainable": True, "p": 0.5}},
            dense1("dense_2", 2, W_regularizer={"name": "WeightRegularizer", "l1": 0.0, "l2": 0.01}),
            {"class_name": "Activation", "config": {"name": "activation_1", "trainable": True, "activation": "softmax"}},
        ],
    }
    w1, b1, w2, b2 = values(4, 3), values(3), values(3, 2), values(2)
    moments = {f"m{i}": np.abs(values(*a.shape, seed=3)) for i, a in enumerate((w1, b1, w2, b2))}
    squares = {f"v{i}": np.abs(values(*a.shape, seed=4)) for i, a in enumerate((w1, b1, w2, b2))}
    training = {
        "optimizer_config": {
            "class_name": "Adam",
            "config": {"lr": 0.01, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8},
        },
        "loss": "categorical_crossentropy",
        "metrics": ["accuracy"],
        "sample_weight_mode": None,
        "loss_weights": None,
    }
    path = write(
        tmp_path / "old.h5",
        config,
        {"dense_1": [w1, b1], "dropout_1": [], "dense_2": [w2, b2], "activation_1": []},
        "1.2.2",
        training=training,
        optimizer={"iterations": np.float32(17), **moments, **squares},
    )
    model = wubu.saving.load_model(path)
    x = values(5, 4, seed=1)
    logits = np.maximum(x @ w1 + b1, 0) @ w2 + b2
    expected = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-5, atol=1e-6)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.01)
    assert int(model.optimizer.iterations) == 17
    slots = {v.path.split("/")[-1]: v.numpy() for v in model.optimizer.variables}
    np.testing.assert_array_equal([v for n, v in slots.items() if n.endswith("dense_1_kernel_momentum")][0], moments["m0"])
    np.testing.assert_array_equal([v for n, v in slots.items() if n.endswith("dense_2_bias_velocity")][0], squares["v3"])
    assert model.layers[2].kernel.regularizer is not None
    model.fit(x, np.eye(2)[[0, 1, 0, 1, 1]], verbose=0)


def conv1(name: str, filters: int, size: int, order: str, **extra: Any) -> dict[str, Any]:
    config = {
        "name": name,
        "trainable": True,
        "nb_filter": filters,
        "nb_row": size,
        "nb_col": size,
        "init": "he_normal",
        "activation": "relu",
        "border_mode": "same",
        "subsample": [1, 1],
        "dim_ordering": order,
        "W_regularizer": None,
        "b_regularizer": None,
        "activity_regularizer": None,
        "W_constraint": {"name": "MaxNorm", "m": 2, "axis": 0},
        "b_constraint": None,
        "bias": True,
        **extra,
    }
    return {"class_name": "Convolution2D", "config": config}


@pytest.mark.parametrize("order", ("th", "tf"))
def test_a_convolution_of_keras_1_in_both_orders(tmp_path: Path, order: str) -> None:
    shape = [None, 2, 6, 6] if order == "th" else [None, 6, 6, 2]
    pool = {"name": "pool", "trainable": True, "pool_size": [2, 2], "strides": [2, 2], "border_mode": "valid"}
    config = {
        "class_name": "Sequential",
        "config": [
            conv1("convolution2d_1", 3, 3, order, batch_input_shape=shape),
            {"class_name": "MaxPooling2D", "config": {**pool, "dim_ordering": order}},
            {"class_name": "Flatten", "config": {"name": "flatten_1", "trainable": True}},
            dense1("dense_1", 2),
        ],
    }
    kernel, bias = values(3, 3, 2, 3), values(3)  # height, width, in, out
    stored = kernel.transpose(3, 2, 0, 1) if order == "th" else kernel
    w, b = values(27, 2), values(2)
    weights = {"convolution2d_1": [stored, bias], "pool": [], "flatten_1": [], "dense_1": [w, b]}
    model = wubu.saving.load_model(write(tmp_path / "old.h5", config, weights, "1.1.0"))
    x = values(4, 6, 6, 2, seed=5)
    out = torch.conv2d(torch.as_tensor(x).permute(0, 3, 1, 2), torch.as_tensor(kernel).permute(3, 2, 0, 1), padding=1)
    out = torch.relu(out + torch.as_tensor(bias)[:, None, None])
    out = torch.max_pool2d(out, 2)
    out = out if order == "th" else out.permute(0, 2, 3, 1)
    expected = out.reshape(4, -1).numpy() @ w + b
    found = model.predict(x.transpose(0, 3, 1, 2) if order == "th" else x, verbose=0)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def recurrent1(kind: str, name: str, units: int, **extra: Any) -> dict[str, Any]:
    config = {
        "name": name,
        "trainable": True,
        "output_dim": units,
        "init": "glorot_uniform",
        "inner_init": "orthogonal",
        "activation": "tanh",
        "inner_activation": "hard_sigmoid",
        "return_sequences": False,
        "go_backwards": False,
        "stateful": False,
        "unroll": False,
        "consume_less": "cpu",
        "input_dim": 3,
        "input_length": None,
        "dropout_W": 0.0,
        "dropout_U": 0.0,
        "W_regularizer": None,
        "U_regularizer": None,
        "b_regularizer": None,
        **extra,
    }
    return {"class_name": kind, "config": config}


def test_an_lstm_of_keras_1_with_its_twelve_arrays(tmp_path: Path) -> None:
    layer = recurrent1("LSTM", "lstm_1", 2, forget_bias_init="one", batch_input_shape=[None, 5, 3])
    config = {"class_name": "Sequential", "config": [layer]}
    gates = {g: (values(3, 2, seed=i), values(2, 2, seed=i + 10), values(2, seed=i + 20)) for i, g in enumerate("icfo")}
    weights = {"lstm_1": [a for g in "icfo" for a in gates[g]]}
    model = wubu.saving.load_model(write(tmp_path / "old.h5", config, weights, "1.0.8"))
    x = values(4, 5, 3, seed=2)
    h = c = np.zeros((4, 2), "float32")
    for t in range(5):
        z = {g: x[:, t] @ w + h @ u + b for g, (w, u, b) in gates.items()}
        c = hard_sigmoid(z["f"]) * c + hard_sigmoid(z["i"]) * np.tanh(z["c"])
        h = hard_sigmoid(z["o"]) * np.tanh(c)
    np.testing.assert_allclose(model.predict(x, verbose=0), h, rtol=1e-4, atol=1e-5)


def test_a_gru_of_keras_1_with_its_nine_arrays(tmp_path: Path) -> None:
    layer = recurrent1("GRU", "gru_1", 2, batch_input_shape=[None, 4, 3])
    config = {"class_name": "Sequential", "config": [layer]}
    gates = {g: (values(3, 2, seed=i), values(2, 2, seed=i + 10), values(2, seed=i + 20)) for i, g in enumerate("zrh")}
    weights = {"gru_1": [a for g in "zrh" for a in gates[g]]}
    model = wubu.saving.load_model(write(tmp_path / "old.h5", config, weights, "1.2.0"))
    x = values(4, 4, 3, seed=2)
    h = np.zeros((4, 2), "float32")
    for t in range(4):
        z, r = (hard_sigmoid(x[:, t] @ gates[g][0] + h @ gates[g][1] + gates[g][2]) for g in "zr")
        w, u, b = gates["h"]
        h = z * h + (1 - z) * np.tanh(x[:, t] @ w + (r * h) @ u + b)
    np.testing.assert_allclose(model.predict(x, verbose=0), h, rtol=1e-4, atol=1e-5)


def merge1(mode: str, **extra: Any) -> dict[str, Any]:
    config = {
        "name": "merge_1",
        "mode": mode,
        "mode_type": "raw",
        "concat_axis": -1,
        "dot_axes": -1,
        "output_shape": None,
        "output_shape_type": "raw",
        "output_mask": None,
        "output_mask_type": "raw",
        "arguments": {},
        **extra,
    }
    return {"class_name": "Merge", "config": config}


MERGES = {
    "sum": np.add,
    "mul": np.multiply,
    "ave": lambda a, b: (a + b) / 2,
    "max": np.maximum,
    "concat": lambda a, b: np.concatenate([a, b], -1),
    "dot": lambda a, b: (a * b).sum(-1, keepdims=True),
}


@pytest.mark.parametrize("mode", MERGES)
def test_a_graph_of_keras_1_with_a_merge_and_a_shared_layer(tmp_path: Path, mode: str) -> None:
    def entry(name: str) -> dict[str, Any]:
        config = {"name": name, "batch_input_shape": [None, 3], "input_dtype": "float32", "sparse": False}
        return {"class_name": "InputLayer", "config": config, "name": name, "inbound_nodes": []}

    layers = [
        entry("input_1"),
        entry("input_2"),
        {**dense1("both", 4), "name": "both", "inbound_nodes": [[["input_1", 0, 0]], [["input_2", 0, 0]]]},
        {**merge1(mode), "name": "merge_1", "inbound_nodes": [[["both", 0, 0], ["both", 1, 0]]]},
    ]
    inner = {
        "name": "model_1",
        "layers": layers,
        "input_layers": [["input_1", 0, 0], ["input_2", 0, 0]],
        "output_layers": [["merge_1", 0, 0]],
    }
    w, b = values(3, 4), values(4)
    weights = {"input_1": [], "input_2": [], "both": [w, b], "merge_1": []}
    model = wubu.saving.load_model(write(tmp_path / "old.h5", {"class_name": "Model", "config": inner}, weights, None))
    x, y = values(5, 3, seed=1), values(5, 3, seed=2)
    expected = MERGES[mode](x @ w + b, y @ w + b)
    np.testing.assert_allclose(model.predict([x, y], verbose=0), expected, rtol=1e-5, atol=1e-5)


def test_a_sequential_of_keras_1_that_begins_with_branches(tmp_path: Path) -> None:
    branches = [
        {
            "class_name": "Sequential",
            "config": [dense1("left", 3, batch_input_shape=[None, 2]), dense1("more", 3)],
        },
        {"class_name": "Sequential", "config": [dense1("right", 4, batch_input_shape=[None, 5])]},
    ]
    config = {"class_name": "Sequential", "config": [merge1("concat", layers=branches), dense1("out", 2)]}
    wl, bl, wm, bm = values(2, 3), values(3), values(3, 3), values(3, seed=1)
    wr, br, wo, bo = values(5, 4), values(4), values(7, 2), values(2)
    weights = {"left": [wl, bl], "more": [wm, bm], "right": [wr, br], "out": [wo, bo]}
    model = wubu.saving.load_model(write(tmp_path / "old.h5", config, weights, "1.2.2"))
    assert [tuple(t.shape) for t in model.inputs] == [(None, 2), (None, 5)]
    x, y = values(3, 2, seed=1), values(3, 5, seed=2)
    expected = np.concatenate([(x @ wl + bl) @ wm + bm, y @ wr + br], -1) @ wo + bo
    np.testing.assert_allclose(model.predict([x, y], verbose=0), expected, rtol=1e-5, atol=1e-5)


def test_a_merge_with_a_function_of_its_own_is_refused() -> None:
    config = {"class_name": "Sequential", "config": [merge1("gASVAAAA", mode_type="lambda"), dense1("out", 2)]}
    with pytest.raises(FileFormatError, match="function of its own"):
        wubu.models.model_from_json(json.dumps(config))


def test_weights_of_2015_without_names(tmp_path: Path) -> None:
    w, b = values(4, 3), values(3)
    with h5py.File(tmp_path / "old.h5", "w") as file:
        file.attrs["nb_layers"] = 2
        first, second = file.create_group("layer_0"), file.create_group("layer_1")
        first.attrs["nb_params"], second.attrs["nb_params"] = 2, 0
        first["param_0"], first["param_1"] = w, b
    model = wubu.Sequential([wubu.Input((4,)), wubu.layers.Dense(3), wubu.layers.Activation("relu")])
    model.load_weights(tmp_path / "old.h5")
    np.testing.assert_array_equal(model.layers[0].kernel.numpy(), w)


def test_layers_that_no_later_version_has_are_named() -> None:
    config = {"class_name": "Sequential", "config": [{"class_name": "MaxoutDense", "config": {"output_dim": 3}}]}
    with pytest.raises(SerializationError, match="MaxoutDense"):
        wubu.models.model_from_json(json.dumps({**config, "keras_version": "1.0.0"}))
    bad = {"class_name": "BatchNormalization", "config": {"name": "bn", "mode": 1, "batch_input_shape": [None, 3]}}
    with pytest.raises(FileFormatError, match="mode=1"):
        wubu.models.model_from_json(json.dumps({"class_name": "Sequential", "config": [bad], "keras_version": "1.0.0"}))


def test_yaml_of_keras_1_and_2() -> None:
    pytest.importorskip("yaml")
    text = """
class_name: Sequential
config:
- class_name: Dense
  config: {W_constraint: null, W_regularizer: null, activation: relu, bias: true,
    batch_input_shape: !!python/tuple [null, 4], init: glorot_uniform, name: dense_1, output_dim: 3, trainable: true}
- class_name: Dropout
  config: {name: !!python/unicode 'dropout_1', p: 0.25, trainable: true}
keras_version: 1.2.2
"""
    model = wubu.models.model_from_yaml(text)
    assert [type(layer).__name__ for layer in model.layers] == ["Dense", "Dropout"]
    assert model.layers[1].rate == 0.25 and model.output_shape == (None, 3)
    text = """
backend: tensorflow
class_name: Sequential
config:
  layers:
  - class_name: Dense
    config:
      activation: linear
      batch_input_shape: !!python/tuple
      - null
      - 4
      name: d
      units: 2
  name: sequential_1
keras_version: 2.2.4
"""
    assert wubu.models.model_from_yaml(text).count_params() == 10


# --- Keras 2 ------------------------------------------------------------------------------------------------------


def dense2(name: str, units: int, **extra: Any) -> dict[str, Any]:
    initializer = {
        "class_name": "VarianceScaling",
        "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None},
    }
    config = {
        "name": name,
        "trainable": True,
        "units": units,
        "activation": "linear",
        "use_bias": True,
        "kernel_initializer": initializer,
        "bias_initializer": {"class_name": "Zeros", "config": {}},
        "kernel_regularizer": None,
        "bias_regularizer": None,
        "activity_regularizer": None,
        "kernel_constraint": None,
        "bias_constraint": None,
        **extra,
    }
    return {"class_name": "Dense", "config": config}


def test_a_file_of_keras_2_on_theano_has_kernels_backwards(tmp_path: Path) -> None:
    conv = {
        "name": "conv2d_1",
        "trainable": True,
        "batch_input_shape": [None, 5, 5, 1],
        "dtype": "float32",
        "filters": 2,
        "kernel_size": [3, 3],
        "strides": [1, 1],
        "padding": "valid",
        "data_format": "channels_last",
        "dilation_rate": [1, 1],
        "activation": "linear",
        "use_bias": False,
        "kernel_initializer": "glorot_uniform",
    }
    config = {"class_name": "Sequential", "config": [{"class_name": "Conv2D", "config": conv}]}
    kernel = values(3, 3, 1, 2)
    flipped = np.ascontiguousarray(kernel[::-1, ::-1])
    for backend, stored in (("theano", flipped), ("tensorflow", kernel)):
        path = write(tmp_path / f"{backend}.h5", config, {"conv2d_1": [stored]}, "2.0.8", backend)
        np.testing.assert_array_equal(wubu.saving.load_model(path).get_weights()[0], kernel)


@pytest.mark.parametrize("kind", ("LSTM", "GRU"))
def test_layers_of_cudnn_become_plain_ones(tmp_path: Path, kind: str) -> None:
    """A CuDNN file against the plain layer with the weights that CuDNN's formulas mean."""
    gates = 4 if kind == "LSTM" else 3
    kernels = [values(3, 2, seed=i) for i in range(gates)]
    recurrents = [values(2, 2, seed=10 + i) for i in range(gates)]
    input_bias, recurrent_bias = values(2 * gates, seed=20), values(2 * gates, seed=21)
    # Keras kept each matrix as CuDNN has it in memory: (units, inputs), reshaped to (inputs, units).
    stored = [
        np.hstack([k.T.reshape(k.shape) for k in kernels]),
        np.hstack([u.T for u in recurrents]),
        np.concatenate([input_bias, recurrent_bias]),
    ]
    config = {
        "name": "rnn",
        "trainable": True,
        "batch_input_shape": [None, 4, 3],
        "units": 2,
        "return_sequences": False,
        "return_state": False,
        "go_backwards": False,
        "stateful": False,
        "kernel_initializer": "glorot_uniform",
    }
    if kind == "LSTM":
        config["unit_forget_bias"] = True
    sequential = {"class_name": "Sequential", "config": [{"class_name": f"CuDNN{kind}", "config": config}]}
    model = wubu.saving.load_model(write(tmp_path / "cudnn.h5", sequential, {"rnn": stored}, "2.2.4", "tensorflow"))
    kernel, recurrent, bias = model.get_weights()
    np.testing.assert_array_equal(recurrent, np.hstack(recurrents))
    np.testing.assert_allclose(np.hsplit(kernel, gates)[1], kernels[1])
    if kind == "LSTM":
        np.testing.assert_allclose(bias, input_bias + recurrent_bias)
    else:
        np.testing.assert_array_equal(bias, np.stack([input_bias, recurrent_bias]))
    assert model.predict(values(2, 4, 3), verbose=0).shape == (2, 2)


def test_long_lists_of_names_come_in_pieces(tmp_path: Path) -> None:
    names = [f"a_layer_with_a_name_that_is_rather_long_and_tells_everything_{i:04d}" for i in range(1100)]
    layers = [dense2(names[0], 1, batch_input_shape=[None, 1]), *(dense2(n, 1) for n in names[1:])]
    weights = {n: [values(1, 1, seed=i), values(1, seed=i)] for i, n in enumerate(names)}
    path = write(tmp_path / "long.h5", {"class_name": "Sequential", "config": layers[:1]}, {}, "2.2.4")
    with h5py.File(path, "r+") as file:
        group = file["model_weights"]
        del group.attrs["layer_names"]
        for i, piece in enumerate(np.array_split(np.array([n.encode() for n in names]), 3)):
            group.attrs[f"layer_names{i}"] = piece
        for name, arrays in weights.items():
            inner = group.create_group(name)
            inner.attrs["weight_names"] = [b"kernel:0", b"bias:0"]
            inner["kernel:0"], inner["bias:0"] = arrays
    model = wubu.Sequential([wubu.Input((1,)), *(wubu.layers.Dense(1, name=n) for n in names)])
    model.load_weights(path)
    np.testing.assert_array_equal(model.layers[-1].kernel.numpy(), weights[names[-1]][0])
    model.save_weights(tmp_path / "ours.h5")
    with h5py.File(tmp_path / "ours.h5") as file:
        assert "layer_names0" in file.attrs and "layer_names" not in file.attrs
    again = wubu.Sequential([wubu.Input((1,)), *(wubu.layers.Dense(1, name=n) for n in names)])
    again.load_weights(tmp_path / "ours.h5")
    np.testing.assert_array_equal(again.layers[700].kernel.numpy(), weights[names[700]][0])


def test_weights_by_name_and_what_does_not_fit(tmp_path: Path) -> None:
    layers = wubu.layers

    def build(last: int, name: str) -> Any:
        return wubu.Sequential([wubu.Input((4,)), layers.Dense(3, name="base"), layers.Dense(last, name=name)])

    source = build(2, "head")
    source.save_weights(tmp_path / "w.h5")
    other = build(5, "new_head")
    before = other.layers[1].kernel.numpy()
    other.load_weights(tmp_path / "w.h5", by_name=True)
    np.testing.assert_array_equal(other.layers[0].kernel.numpy(), source.layers[0].kernel.numpy())
    np.testing.assert_array_equal(other.layers[1].kernel.numpy(), before)
    same_name = build(5, "head")
    with pytest.raises(FileFormatError, match="head"):
        same_name.load_weights(tmp_path / "w.h5", by_name=True)
    with pytest.warns(UserWarning, match="head"):
        same_name.load_weights(tmp_path / "w.h5", by_name=True, skip_mismatch=True)
    np.testing.assert_array_equal(same_name.layers[0].kernel.numpy(), source.layers[0].kernel.numpy())
    with pytest.raises(FileFormatError, match="layers with weights"):
        wubu.Sequential([wubu.Input((4,)), layers.Dense(3)]).load_weights(tmp_path / "w.h5")


def test_an_optimizer_that_no_longer_exists_leaves_the_model_uncompiled(tmp_path: Path) -> None:
    config = {"class_name": "Sequential", "config": [dense2("d", 2, batch_input_shape=[None, 3])]}
    training = {"optimizer_config": {"class_name": "TFOptimizer", "config": {}}, "loss": "mse", "metrics": None}
    path = write(tmp_path / "x.h5", config, {"d": [values(3, 2), values(2)]}, "2.2.4", training=training)
    with pytest.warns(UserWarning, match="uncompiled"):
        model = wubu.saving.load_model(path)
    assert model.predict(values(1, 3), verbose=0).shape == (1, 2)
