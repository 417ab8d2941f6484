"""Functions as layers."""

from __future__ import annotations

import keras
import pytest
import torch
from layer_parity import check

import wubu.layers
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.errors import UnsafeFileError


def double(x, factor=2.0):
    return x * factor


def test_parity():
    check("Lambda", {"function": lambda module: double}, (2, 3), configs_too=False, half=False)


def test_shapes_are_found_or_given():
    x = wubu.layers.Input((6,))
    assert wubu.layers.Lambda(lambda t: t[:, :3])(x).shape == (None, 3)
    assert wubu.layers.Lambda(lambda t: t, output_shape=(4,))(x).shape == (None, 4)
    assert wubu.layers.Lambda(lambda t: t, output_shape=lambda s: (s[0], 9))(x).shape == (None, 9)
    assert wubu.layers.Lambda(lambda t: t.argmax(1))(x).dtype == "int64"


def test_arguments_masks_and_training():
    assert wubu.layers.Lambda(double, arguments={"factor": 3.0})(torch.ones(2)).tolist() == [3.0, 3.0]
    layer = wubu.layers.Lambda(lambda x, training=None: x * (2.0 if training else 1.0))
    assert layer(torch.ones(1)).item() == 1.0
    assert layer(torch.ones(1), training=True).item() == 2.0
    masked = wubu.layers.Lambda(lambda x, mask=None: x * mask.unsqueeze(-1), mask=lambda x, mask: mask)
    x = torch.ones(1, 2, 1)
    x._keras_mask = torch.tensor([[True, False]])
    made = masked(x)
    assert made.flatten().tolist() == [1.0, 0.0]
    assert made._keras_mask.tolist() == [[True, False]]


def test_a_named_function_is_saved_by_name():
    layer = wubu.layers.Lambda(double, name="twice", arguments={"factor": 3.0})
    config = serialize_keras_object(layer)
    again = deserialize_keras_object(config, custom_objects={"double": double})
    assert again(torch.ones(1)).item() == 3.0
    theirs = keras.saving.deserialize_keras_object(config, custom_objects={"double": double})
    assert float(theirs(torch.ones(1))) == 3.0


def test_bytecode_is_only_loaded_when_asked():
    config = serialize_keras_object(wubu.layers.Lambda(lambda x: x + 1))
    with pytest.raises(UnsafeFileError):
        deserialize_keras_object(config)
    again = deserialize_keras_object(config, safe_mode=False)
    assert again(torch.ones(1)).item() == 2.0


def test_keras_s_own_config_is_understood():
    theirs = keras.saving.serialize_keras_object(keras.layers.Lambda(lambda x: x + 1))
    assert deserialize_keras_object(theirs, safe_mode=False)(torch.ones(1)).item() == 2.0
