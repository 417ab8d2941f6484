"""The room's public names against Keras's."""

from __future__ import annotations

import inspect

import keras
import pytest

import wubu.layers
from wubu.core import registry
from wubu.layers.base import Layer

# JAX's, Flax's and TensorFlow's own objects as layers.
ABSENT = {"FlaxLayer", "JaxLayer", "TFSMLayer"}
# wubu's name of Keras's class, where they differ.
OWN_NAME = {"TorchModuleWrapper": "TorchModule"}


def _keras_names():
    return [name for name in dir(keras.layers) if not name.startswith("_")]


def _is_preprocessing(name):
    return "preprocessing" in getattr(getattr(keras.layers, name), "__module__", "")


@pytest.mark.parametrize("name", _keras_names())
def test_every_public_name_of_keras_is_there(name):
    if name in ABSENT:
        pytest.skip("an object of another framework")
    if not hasattr(wubu.layers, name) and _is_preprocessing(name):
        pytest.skip("preprocessing layers have a room of their own")
    assert hasattr(wubu.layers, name), name


def _own_names():
    """The public names that this room defines; older names live in the room of legacy."""
    return [n for n in wubu.layers.__all__ if getattr(wubu.layers, n).__module__.startswith("wubu.layers")]


def _own_classes():
    return [n for n in _own_names() if isinstance(getattr(wubu.layers, n), type)]


@pytest.mark.parametrize("name", [n for n in _keras_names() if n in _own_names()])
def test_arguments_have_keras_s_names_order_and_defaults(name):
    theirs, ours = getattr(keras.layers, name), getattr(wubu.layers, name)
    if inspect.isclass(theirs):
        theirs, ours = theirs.__init__, ours.__init__
    mine = inspect.signature(ours).parameters
    takes_any = any(p.kind == p.VAR_KEYWORD for p in mine.values())
    skipped = {"self", "name", "dtype", "lora_rank", "lora_alpha", "quantization_config", "gptq_unpacked_column_size"}
    order = [p for p in inspect.signature(theirs).parameters if p in mine]
    assert order == [p for p in mine if p in order] or name in ("BatchNormalization",)
    for key, parameter in inspect.signature(theirs).parameters.items():
        if key in skipped or parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if key not in mine and takes_any and name in ("Input", "InputLayer"):
            continue
        if name in ("serialize", "deserialize", *_functions()):
            continue
        assert key in mine, f"{name} has no argument {key}"
        if parameter.default is not parameter.empty and isinstance(parameter.default, int | float | str | bool | tuple):
            default = mine[key].default
            same = default == parameter.default or str(default).lower() == str(parameter.default).lower()
            assert same, f"{name}({key}={default!r}), Keras {parameter.default!r}"


def _functions():
    return [n for n in dir(keras.layers) if n.islower()]


def test_the_list_is_sorted_and_true():
    assert wubu.layers.__all__ == sorted(wubu.layers.__all__)
    assert all(hasattr(wubu.layers, name) for name in wubu.layers.__all__)


@pytest.mark.parametrize("name", _own_classes())
def test_a_class_is_found_by_its_name_in_any_writing(name):
    cls = getattr(wubu.layers, name)
    assert registry.lookup("layers", name) is cls
    if issubclass(cls, Layer):
        assert registry.find_builtin("keras.layers", name) is cls
        assert registry.find_builtin("keras.src.layers.core", name) is cls


@pytest.mark.parametrize("name", _own_classes())
def test_a_class_says_what_it_is(name):
    cls = getattr(wubu.layers, name)
    assert cls.__doc__ and len(cls.__doc__) > 60
    for method in ("build", "call", "compute_output_shape", "get_config"):
        own = cls.__dict__.get(method)
        assert own is None or not callable(own) or own.__doc__, f"{name}.{method}"


@pytest.mark.parametrize(
    "name", ["Conv2D", "Dense", "ELU", "GlobalMaxPooling1D", "LSTM", "MaxPooling2D", "PReLU", "RNN", "ReLU"]
)
def test_automatic_names_are_keras_s(name):
    arguments = {"Dense": (1,), "Conv2D": (1, 1), "LSTM": (1,), "RNN": ([],)}.get(name, ())
    if name == "RNN":
        arguments = (wubu.layers.LSTMCell(1),)
    keras.backend.clear_session()
    theirs = getattr(keras.layers, name)(*(arguments if name != "RNN" else (keras.layers.LSTMCell(1),)))
    ours = getattr(wubu.layers, name)(*arguments)
    assert ours.name == theirs.name


def test_serialize_and_deserialize():
    layer = wubu.layers.Dense(3, activation="relu", name="first")
    again = wubu.layers.deserialize(wubu.layers.serialize(layer))
    assert again.units == 3 and again.name == "first"
    assert wubu.layers.deserialize(keras.layers.serialize(keras.layers.Conv2D(3, 2))).filters == 3
    assert isinstance(wubu.layers.get("flatten"), wubu.layers.Flatten)
    assert wubu.layers.get(layer) is layer and wubu.layers.get(None) is None
    with pytest.raises(ValueError, match="Expected the config of a layer"):
        wubu.layers.deserialize({})
