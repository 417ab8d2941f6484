"""Every layer in a .keras file: Keras opens ours and predicts the same, and the reverse; weights and arguments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import wubu

Make = Callable[[Any], Any]
VECTOR, SEQUENCE, IMAGE, VOLUME, TOKENS = (6,), (7, 4), (8, 9, 3), (5, 6, 4, 2), "tokens"

# name of the case -> (shape of the input, the layer's class, its arguments)
LAYERS: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "Dense": (VECTOR, "Dense", {"units": 4, "activation": "gelu", "kernel_regularizer": "l2", "kernel_constraint": "max_norm"}),
    "EinsumDense": (SEQUENCE, "EinsumDense", {"equation": "abc,cd->abd", "output_shape": (None, 5), "bias_axes": "d"}),
    "Embedding": (TOKENS, "Embedding", {"input_dim": 11, "output_dim": 3}),
    "Activation": (VECTOR, "Activation", {"activation": "softplus"}),
    "Flatten": (IMAGE, "Flatten", {}),
    "Reshape": (VECTOR, "Reshape", {"target_shape": (3, 2)}),
    "Permute": (SEQUENCE, "Permute", {"dims": (2, 1)}),
    "RepeatVector": (VECTOR, "RepeatVector", {"n": 3}),
    "Identity": (VECTOR, "Identity", {}),
    "Masking": (SEQUENCE, "Masking", {"mask_value": 0.5}),
    "ReLU": (VECTOR, "ReLU", {"max_value": 1.0, "negative_slope": 0.1, "threshold": 0.2}),
    "LeakyReLU": (VECTOR, "LeakyReLU", {"negative_slope": 0.2}),
    "PReLU": (IMAGE, "PReLU", {"alpha_initializer": "random_normal", "shared_axes": [1, 2]}),
    "ELU": (VECTOR, "ELU", {"alpha": 0.7}),
    "Softmax": (SEQUENCE, "Softmax", {"axis": 1}),
    "BatchNormalization": (IMAGE, "BatchNormalization", {"scale": False, "epsilon": 0.01}),
    "LayerNormalization": (IMAGE, "LayerNormalization", {"axis": [-1, -2]}),
    "GroupNormalization": ((6, 6, 4), "GroupNormalization", {"groups": 2}),
    "UnitNormalization": (VECTOR, "UnitNormalization", {}),
    "RMSNormalization": (VECTOR, "RMSNormalization", {}),
    "SpectralNormalization": (VECTOR, "SpectralNormalization", {"layer": ("Dense", {"units": 3})}),
    "Conv1D": (SEQUENCE, "Conv1D", {"filters": 5, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}),
    "Conv2D": (IMAGE, "Conv2D", {"filters": 6, "kernel_size": (3, 2), "strides": 2, "padding": "same", "groups": 3}),
    "Conv3D": (VOLUME, "Conv3D", {"filters": 3, "kernel_size": 2}),
    "Conv1DTranspose": (SEQUENCE, "Conv1DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2}),
    "Conv2DTranspose": (IMAGE, "Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"}),
    "Conv3DTranspose": (VOLUME, "Conv3DTranspose", {"filters": 3, "kernel_size": 2}),
    "DepthwiseConv1D": (SEQUENCE, "DepthwiseConv1D", {"kernel_size": 3, "depth_multiplier": 2}),
    "DepthwiseConv2D": (IMAGE, "DepthwiseConv2D", {"kernel_size": 3, "padding": "same"}),
    "SeparableConv1D": (SEQUENCE, "SeparableConv1D", {"filters": 5, "kernel_size": 3}),
    "SeparableConv2D": (IMAGE, "SeparableConv2D", {"filters": 5, "kernel_size": 3}),
    "MaxPooling1D": (SEQUENCE, "MaxPooling1D", {"pool_size": 3, "strides": 2, "padding": "same"}),
    "MaxPooling2D": (IMAGE, "MaxPooling2D", {"pool_size": (2, 3)}),
    "MaxPooling3D": (VOLUME, "MaxPooling3D", {"pool_size": 2}),
    "AveragePooling1D": (SEQUENCE, "AveragePooling1D", {"pool_size": 3, "padding": "same"}),
    "AveragePooling2D": (IMAGE, "AveragePooling2D", {"pool_size": 2}),
    "GlobalMaxPooling1D": (SEQUENCE, "GlobalMaxPooling1D", {"keepdims": True}),
    "GlobalMaxPooling2D": (IMAGE, "GlobalMaxPooling2D", {}),
    "GlobalAveragePooling1D": (SEQUENCE, "GlobalAveragePooling1D", {}),
    "GlobalAveragePooling2D": (IMAGE, "GlobalAveragePooling2D", {}),
    "ZeroPadding1D": (SEQUENCE, "ZeroPadding1D", {"padding": (1, 2)}),
    "ZeroPadding2D": (IMAGE, "ZeroPadding2D", {"padding": ((1, 2), (0, 3))}),
    "Cropping1D": (SEQUENCE, "Cropping1D", {"cropping": (1, 2)}),
    "Cropping2D": (IMAGE, "Cropping2D", {"cropping": ((1, 2), (0, 3))}),
    "UpSampling1D": (SEQUENCE, "UpSampling1D", {"size": 2}),
    "UpSampling2D": (IMAGE, "UpSampling2D", {"size": (2, 3), "interpolation": "bilinear"}),
    "Dropout": (VECTOR, "Dropout", {"rate": 0.5, "seed": 3}),
    "SpatialDropout2D": (IMAGE, "SpatialDropout2D", {"rate": 0.5}),
    "GaussianNoise": (VECTOR, "GaussianNoise", {"stddev": 0.5}),
    "GaussianDropout": (VECTOR, "GaussianDropout", {"rate": 0.5}),
    "AlphaDropout": (VECTOR, "AlphaDropout", {"rate": 0.5}),
    "ActivityRegularization": (VECTOR, "ActivityRegularization", {"l2": 0.1}),
    "LSTM": (SEQUENCE, "LSTM", {"units": 3, "return_sequences": True, "unit_forget_bias": False}),
    "GRU": (SEQUENCE, "GRU", {"units": 3, "reset_after": False, "go_backwards": True}),
    "SimpleRNN": (SEQUENCE, "SimpleRNN", {"units": 3, "activation": "relu"}),
    "RNN of cells": (SEQUENCE, "RNN", {"cell": [("LSTMCell", {"units": 3}), ("GRUCell", {"units": 2})]}),
    "StackedRNNCells": (SEQUENCE, "RNN", {"cell": ("StackedRNNCells", {"cells": [("SimpleRNNCell", {"units": 3})]})}),
    "Bidirectional": (SEQUENCE, "Bidirectional", {"layer": ("LSTM", {"units": 3}), "merge_mode": "sum"}),
    "TimeDistributed": (SEQUENCE, "TimeDistributed", {"layer": ("Dense", {"units": 3})}),
    "ConvLSTM1D": ((4, 7, 2), "ConvLSTM1D", {"filters": 3, "kernel_size": 3}),
    "ConvLSTM2D": ((3, 6, 6, 2), "ConvLSTM2D", {"filters": 3, "kernel_size": 3, "padding": "same"}),
    "Rescaling": (IMAGE, "Rescaling", {"scale": 0.5, "offset": 1.0}),
    "Normalization": (VECTOR, "Normalization", {"mean": 0.5, "variance": 2.0}),
    "Resizing": (IMAGE, "Resizing", {"height": 4, "width": 5}),
    "CenterCrop": (IMAGE, "CenterCrop", {"height": 4, "width": 5}),
    "CategoryEncoding": (TOKENS, "CategoryEncoding", {"num_tokens": 11, "output_mode": "multi_hot"}),
    "Discretization": (VECTOR, "Discretization", {"bin_boundaries": [-1.0, 0.0, 1.0]}),
    "RandomFlip": (IMAGE, "RandomFlip", {"mode": "horizontal"}),
    "RandomRotation": (IMAGE, "RandomRotation", {"factor": 0.2}),
    "RandomZoom": (IMAGE, "RandomZoom", {"height_factor": 0.2}),
}


def made(k: Any, case: str) -> Any:
    shape, name, arguments = LAYERS[case]
    if not hasattr(wubu.layers, name):
        pytest.skip(f"{name} is not there yet")

    def layer(value: Any) -> Any:
        if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], dict):
            return getattr(k.layers, value[0])(**{key: layer(v) for key, v in value[1].items()})
        if isinstance(value, list) and value and isinstance(value[0], tuple):
            return [layer(v) for v in value]
        return value

    inputs = k.Input((7,), dtype="int32") if shape == TOKENS else k.Input(shape)
    model = k.Sequential([inputs, layer((name, arguments))])
    r = np.random.default_rng(1)
    model.set_weights([np.abs(r.normal(size=w.shape)).astype(str(w.dtype)) * 0.4 for w in model.get_weights()])
    return model


def inputs(case: str) -> np.ndarray:
    shape = LAYERS[case][0]
    r = np.random.default_rng(0)
    return r.integers(0, 11, (3, 7)).astype("int32") if shape == TOKENS else r.normal(size=(3, *shape)).astype("float32")


@pytest.mark.parametrize("case", LAYERS)
def test_from_keras(tmp_path: Path, case: str) -> None:
    theirs = made(keras, case)
    theirs.save(tmp_path / "m.keras")
    ours = wubu.saving.load_model(tmp_path / "m.keras")
    expected = theirs.predict(inputs(case), verbose=0)
    np.testing.assert_allclose(ours.predict(inputs(case), verbose=0), expected, rtol=1e-5, atol=1e-5)
    assert [w.shape for w in ours.get_weights()] == [w.shape for w in theirs.get_weights()]


@pytest.mark.parametrize("case", LAYERS)
def test_to_keras(tmp_path: Path, case: str) -> None:
    ours = made(wubu, case)
    ours.save(tmp_path / "m.keras")
    theirs = keras.models.load_model(tmp_path / "m.keras")
    expected = ours.predict(inputs(case), verbose=0)
    np.testing.assert_allclose(theirs.predict(inputs(case), verbose=0), expected, rtol=1e-5, atol=1e-5)


# --- functional models whose calls have more than one tensor --------------------------------------------------------


def attention(k: Any) -> tuple[Any, list[np.ndarray]]:
    q, v = k.Input((5, 4)), k.Input((6, 4))
    x = k.layers.MultiHeadAttention(num_heads=2, key_dim=3)(q, v)
    y = k.layers.Attention(use_scale=True)([q, v])
    z = k.layers.AdditiveAttention()([q, v])
    w = k.layers.GroupQueryAttention(head_dim=3, num_query_heads=4, num_key_value_heads=2)(q, v)
    return k.Model([q, v], k.layers.Concatenate()([x, y, z, w])), [(5, 4), (6, 4)]  # type: ignore[list-item]


def merging(k: Any) -> tuple[Any, list[Any]]:
    layers = k.layers
    a, b = k.Input((4,)), k.Input((4,))
    merged = [m()([a, b]) for m in (layers.Add, layers.Subtract, layers.Multiply, layers.Average, layers.Maximum)]
    merged += [layers.Minimum()([a, b]), layers.Dot(axes=1, normalize=True)([a, b])]
    return k.Model([a, b], layers.Concatenate(axis=-1)(merged)), [(4,), (4,)]


def masked(k: Any) -> tuple[Any, list[Any]]:
    layers = k.layers
    tokens = k.Input((7,), dtype="int32")
    x = layers.Embedding(11, 4, mask_zero=True)(tokens)
    y = layers.Bidirectional(layers.GRU(3, return_sequences=True))(x)
    y = layers.LSTM(3)(layers.Dropout(0.2)(y))
    return k.Model(tokens, layers.Dense(2)(y)), ["tokens"]


def operators(k: Any) -> tuple[Any, list[Any]]:
    x = k.Input((6,))
    y = k.layers.Dense(4)(x)
    z = (1.0 - y * 2.0 + 0.5) / 3.0
    z = z[:, 1:3] ** 2
    z = k.ops.concatenate([z, k.ops.relu(y), -y], axis=-1)
    z = k.ops.mean(z, axis=-1, keepdims=True) + k.ops.reshape(y, (-1, 4)) * k.ops.exp(-k.ops.abs(y))
    return k.Model(x, z), [(6,)]


def states(k: Any) -> tuple[Any, list[Any]]:
    x = k.Input((5, 3))
    _, h, c = k.layers.LSTM(4, return_state=True)(x)
    y = k.layers.LSTM(4, return_sequences=True)(x, initial_state=[h, c])
    return k.Model(x, [y, h]), [(5, 3)]


def models_in_models(k: Any) -> tuple[Any, list[Any]]:
    layers = k.layers
    deep = k.Sequential([k.Input((4,)), layers.Dense(3, name="same"), layers.Dense(4, name="other")], name="deep")
    middle_in = k.Input((4,))
    middle = k.Model(middle_in, deep(layers.Dense(4, name="same")(middle_in)), name="middle")
    last_in = k.Input((4,))
    last = k.Model(last_in, layers.Dense(2)(last_in))
    x = k.Input((4,))
    y = middle(x)
    return k.Model(x, [middle(y), last(middle(y)), last(y), y]), [(4,)]


GRAPHS = (attention, merging, masked, operators, states, models_in_models)


@pytest.mark.parametrize("build", GRAPHS)
@pytest.mark.parametrize("ending", (".keras", ".h5"))
@pytest.mark.parametrize("direction", ("from keras", "to keras"))
def test_graphs(tmp_path: Path, build: Any, ending: str, direction: str) -> None:
    if build is attention and not hasattr(wubu.layers, "GroupQueryAttention"):
        pytest.skip("attention is not there yet")
    source, target = (keras, wubu) if direction == "from keras" else (wubu, keras)
    model, shapes = build(source)
    r = np.random.default_rng(1)
    model.set_weights([np.abs(r.normal(size=w.shape)).astype("float32") * 0.4 for w in model.get_weights()])
    x = [
        r.integers(0, 11, (3, 7)).astype("int32") if s == "tokens" else r.normal(size=(3, *s)).astype("float32")
        for s in shapes
    ]
    given: Any = x if len(x) > 1 else x[0]
    model.save(tmp_path / f"m{ending}")
    again = target.models.load_model(tmp_path / f"m{ending}")
    expected, found = model.predict(given, verbose=0), again.predict(given, verbose=0)
    pairs = zip(expected, found, strict=True) if isinstance(expected, list | tuple) else [(expected, found)]
    for a, b in pairs:
        np.testing.assert_allclose(b, a, rtol=1e-5, atol=1e-5)
