"""Arguments of Keras 1 and 2 in today's constructors."""

from __future__ import annotations

import numpy as np
import pytest

from wubu import Input, Sequential, layers
from wubu.core import legacy
from wubu.legacy import layers as old
from wubu.legacy.initializations import normal


@pytest.fixture
def told():
    """The lines that old names give."""
    lines: list[str] = []
    legacy.forget()
    legacy.tell_through(lines.append)
    yield lines
    legacy.tell_through(None)


def config(layer, *names):
    return {name: getattr(layer, name) for name in names}


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        (lambda: layers.Convolution2D(8, 3, 5), {"filters": 8, "kernel_size": (3, 5), "strides": (1, 1)}),
        (lambda: layers.Convolution2D(8, 3, 3, subsample=(2, 2)), {"kernel_size": (3, 3), "strides": (2, 2)}),
        (lambda: layers.Convolution2D(nb_filter=8, nb_row=2, nb_col=3), {"filters": 8, "kernel_size": (2, 3)}),
        (lambda: layers.Convolution2D(8, 3, nb_col=4), {"filters": 8, "kernel_size": (3, 4)}),
        (lambda: layers.Convolution2D(8, (3, 3), padding="same"), {"kernel_size": (3, 3), "padding": "same"}),
        (lambda: layers.Conv2D(8, 3, 3, border_mode="same"), {"kernel_size": (3, 3), "padding": "same"}),
        (lambda: layers.Conv2D(8, 3, 3), {"kernel_size": (3, 3), "strides": (3, 3)}),  # as in Keras 3
        (lambda: layers.Conv2D(8, 3, dim_ordering="th", border_mode="same"), {"data_format": "channels_first"}),
        (lambda: layers.Convolution3D(4, 1, 2, 3), {"kernel_size": (1, 2, 3)}),
        (lambda: layers.Convolution1D(4, 3, border_mode="same", subsample_length=2), {"strides": (2,), "padding": "same"}),
        (lambda: layers.SeparableConvolution2D(4, 3, 3), {"kernel_size": (3, 3)}),
        (lambda: old.AtrousConvolution2D(4, 3, 3, atrous_rate=(2, 2)), {"dilation_rate": (2, 2)}),
        (lambda: old.Deconvolution2D(4, 3, 3, (None, 6, 6, 4), subsample=(2, 2)), {"strides": (2, 2)}),
        (lambda: layers.MaxPooling1D(pool_length=3, stride=2), {"pool_size": (3,), "strides": (2,)}),
        (lambda: layers.Dense(output_dim=5, bias=False), {"units": 5, "use_bias": False}),
        (lambda: layers.Dropout(p=0.25), {"rate": 0.25}),
        (lambda: layers.GaussianNoise(sigma=0.5), {"stddev": 0.5}),
        (lambda: layers.LSTM(output_dim=4, dropout_W=0.1), {"units": 4, "dropout": 0.1}),
        (lambda: layers.Embedding(10, 4, input_length=3), {"input_dim": 10, "output_dim": 4}),
    ],
)
def test_arguments(make, wanted, told):
    layer = make()
    assert config(layer, *wanted) == wanted


def test_a_line_for_each_name_and_no_more(told):
    for _ in range(3):
        layers.Dense(output_dim=3, init="uniform")
    assert told == ["output_dim= is an old form; today: units=", "init= is an old form; today: kernel_initializer="]


def test_todays_arguments_are_silent(told):
    layers.Conv2D(4, 3, padding="same", kernel_initializer="he_normal")
    layers.LSTM(4, implementation=2)
    assert told == []


def test_the_sizes_of_2015(told):
    layer = layers.Dense(20, 64, init="uniform")
    assert layer.units == 64
    assert Sequential([layer]).output_shape == (None, 64)
    assert type(layers.Dense(3, "normal").kernel_initializer).__name__ == "RandomNormal"


def test_a_programs_own_class_keeps_its_arguments(told):
    class Own(layers.Layer):
        def __init__(self, output_dim, **kwargs):
            self.output_dim = output_dim
            super().__init__(**kwargs)

    assert Own(output_dim=3).output_dim == 3 and told == []


def test_an_old_class_is_todays(told):
    layer = layers.Convolution2D(4, 3, 3)
    assert type(layer) is layers.Conv2D and isinstance(layer, layers.Convolution2D)
    assert issubclass(layers.Conv2D, layers.Convolution2D)

    class Own(layers.Convolution2D):
        def __init__(self, count):
            super().__init__(count, 3, 3, border_mode="same")

    assert Own(4)(np.zeros((1, 5, 5, 2), "float32")).shape == (1, 5, 5, 4)


def test_an_initializer_of_shape_and_name(told):
    layer = layers.Dense(4, input_dim=3, init=lambda shape, name=None: normal(shape, scale=0.01, name=name))
    assert abs(Sequential([layer]).get_weights()[0]).max() < 0.1


def test_what_cannot_be_says_so(told):
    with pytest.raises(ValueError, match="LayerNormalization"):
        layers.BatchNormalization(mode=1)
    with pytest.raises(ValueError, match="border_mode='full'"):
        layers.Conv1D(4, 3, border_mode="full")
    with pytest.raises(TypeError, match="unitz"):
        layers.Dense(3, unitz=3)


def test_without_a_program_to_tell_it_is_a_warning():
    legacy.forget()
    with pytest.warns(legacy.OldNameWarning, match="output_dim= is an old form") as found:
        layers.Dense(output_dim=3)
    assert found[0].filename == __file__


def test_merging(told):
    x = Input((4,))
    for mode, width in (("sum", 4), ("mul", 4), ("ave", 4), ("max", 4), ("concat", 8), ("dot", 1), ("cos", 1)):
        assert old.merge([x, x], mode=mode).shape == (None, width), mode
    assert old.merge([x, x], mode=lambda parts: parts[0] * 2).shape == (None, 4)
    with pytest.raises(ValueError, match="mode"):
        old.merge([x, x], mode="nonsense")


@pytest.mark.parametrize(
    ("layer", "shape", "out"),
    [
        (lambda: old.MaxoutDense(3), (2, 4), (2, 3)),
        (lambda: old.Highway(activation="relu"), (2, 4), (2, 4)),
        (lambda: old.ParametricSoftplus(), (2, 4), (2, 4)),
        (lambda: old.SReLU(), (2, 4), (2, 4)),
        (lambda: old.LocallyConnected1D(3, 2), (2, 5, 4), (2, 4, 3)),
        (lambda: old.LocallyConnected2D(3, (2, 3)), (2, 5, 6, 4), (2, 4, 4, 3)),
    ],
)
def test_dropped_layers(layer, shape, out):
    made = layer()
    x = np.random.RandomState(0).rand(*shape).astype("float32")
    y = made(x)
    assert tuple(y.shape) == out
    again = type(made).from_config(made.get_config())
    again(x)
    again.set_weights(made.get_weights())
    np.testing.assert_allclose(again(x).detach(), y.detach(), rtol=1e-6)


def test_locally_connected_is_a_convolution_with_a_kernel_for_each_place():
    x = np.random.RandomState(0).rand(2, 5, 6, 3).astype("float32")
    layer = old.LocallyConnected2D(4, (3, 2), strides=(2, 1))
    y = layer(x).detach().numpy()
    kernel, bias = layer.get_weights()
    for i in range(2):
        for j in range(5):
            patch = x[:, 2 * i : 2 * i + 3, j : j + 2].reshape(2, -1)
            np.testing.assert_allclose(y[:, i, j], patch @ kernel[i * 5 + j] + bias[i, j], rtol=1e-4, atol=1e-5)
