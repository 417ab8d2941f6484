"""Import hooks: paths by name, only where asked for, and never in front of a real TensorFlow."""

from __future__ import annotations

import importlib
import inspect
import sys
import types

import pytest

import wubu
from wubu import layers, losses, models, optimizers
from wubu.core import legacy
from wubu.hooks import install, installed, uninstall


@pytest.fixture
def hooks():
    """The hooks in place, with other packages of these names out of the way."""
    roots = ("keras", "tensorflow", "tf_keras")
    kept = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in roots}
    for name in kept:
        del sys.modules[name]
    legacy.tell_through(lambda text: None)
    install()
    yield
    uninstall()
    legacy.tell_through(None)
    sys.modules.update(kept)


def found(path):
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


@pytest.mark.parametrize(
    ("path", "means"),
    [
        ("keras.layers.Dense", layers.Dense),
        ("keras.models.Sequential", models.Sequential),
        ("tensorflow.keras.layers.Dense", layers.Dense),
        ("tensorflow.python.keras.layers.Dense", layers.Dense),
        ("tensorflow.python.keras.layers.core.Dense", layers.Dense),
        ("tensorflow.python.keras.optimizer_v2.adam.Adam", optimizers.Adam),
        ("tensorflow.compat.v1.keras.layers.Dense", layers.Dense),
        ("tf_keras.layers.Dense", layers.Dense),
        ("keras.src.layers.core.dense.Dense", layers.Dense),
        ("keras.src.losses.MeanSquaredError", losses.MeanSquaredError),
        ("keras.api.layers.Dense", layers.Dense),
        ("keras.api._v2.keras.layers.Dense", layers.Dense),
        ("keras.engine.topology.Layer", layers.Layer),
        ("keras.engine.training.Model", models.Model),
        ("keras.engine.Input", layers.Input),
        ("keras.layers.core.Dense", layers.Dense),
        ("keras.layers.convolutional.Conv2D", layers.Conv2D),
        ("keras.layers.advanced_activations.LeakyReLU", layers.LeakyReLU),
        ("keras.layers.normalization.BatchNormalization", layers.BatchNormalization),
        ("keras.layers.merge.Concatenate", layers.Concatenate),
        ("keras.layers.recurrent.LSTM", layers.LSTM),
        ("keras.layers.embeddings.Embedding", layers.Embedding),
        ("keras.layers.wrappers.TimeDistributed", layers.TimeDistributed),
        ("keras.layers.experimental.preprocessing.Rescaling", layers.Rescaling),
        ("keras.objectives.mean_squared_error", losses.mean_squared_error),
        ("keras.optimizers.schedules.ExponentialDecay", optimizers.schedules.ExponentialDecay),
        ("keras.optimizers.adam", optimizers.Adam),
        ("keras.datasets.mnist.load_data", wubu.datasets.mnist.load_data),
        ("keras.preprocessing.sequence.pad_sequences", wubu.utils.pad_sequences),
        ("keras.backend.tensorflow_backend.square", wubu.backend.square),
    ],
)
def test_a_path_leads_to_the_name(hooks, path, means):
    assert found(path) is means


@pytest.mark.parametrize(
    "path",
    [
        "keras.utils.np_utils.to_categorical",
        "keras.utils.visualize_util.plot",
        "keras.utils.vis_utils.plot_model",
        "keras.utils.generic_utils.Progbar",
        "keras.utils.multi_gpu_model",
        "keras.utils.data_utils.get_file",
        "keras.wrappers.scikit_learn.KerasClassifier",
        "keras.initializations.normal",
        "keras.legacy.interfaces.legacy_dense_support",
        "tensorflow.examples.tutorials.mnist.input_data",
        "tensorflow.compat.v1.placeholder",
        "tensorflow.python.framework.ops.reset_default_graph",
        "tensorflow.nn.relu",
        "tensorflow.data.Dataset",
    ],
)
def test_a_name_of_some_time_is_there(hooks, path):
    assert found(path) is not None


@pytest.mark.parametrize("path", ["keras.layrs", "keras.layers.lstm_cell", "keras.foo.bar", "tensorflow.nothing_like_it"])
def test_what_never_was_is_not_there(hooks, path):
    with pytest.raises(ModuleNotFoundError, match="wubu stands in"):
        importlib.import_module(path)


def test_the_nearest_name_is_said(hooks):
    with pytest.raises(ImportError, match="Did you mean 'Conv2D'"):
        exec("from keras.layers import Conv2d")
    with pytest.raises(AttributeError, match="Did you mean 'Sequential'"):
        found("keras.Sequentail")


def test_versions_and_modules(hooks):
    import keras
    import tensorflow as tf

    assert keras.__name__ == "keras" and keras.__version__.startswith("3.")
    assert tf.__version__.startswith("2.") and tf.keras.__version__ == keras.__version__
    assert tf.keras.layers.Dense is keras.layers.Dense
    assert "Dense" in dir(keras.layers) and "Dense" in keras.layers.__all__
    assert not hasattr(keras.layers, "torch")
    with pytest.raises(AttributeError):
        keras.layers.registry  # noqa: B018 - what the room imports for itself


def test_merge_is_a_function_and_a_module(hooks):
    from keras.layers import Input, merge
    from keras.layers.merge import add

    x = Input((3,))
    assert add([x, x]).shape == (None, 3)
    import keras.layers

    assert keras.layers.merge([x, x], mode="concat").shape == (None, 6)
    assert merge([x, x], mode="sum").shape == (None, 3)


def test_looking_at_all_modules_loads_nothing(hooks):
    """Whoever asks every module in sys.modules for something must not set imports off."""
    import keras.objectives  # noqa: F401

    before = set(sys.modules)
    inspect.getmodule(test_merge_is_a_function_and_a_module)
    for module in list(sys.modules.values()):
        getattr(module, "__file__", None), getattr(module, "__wrapped__", None)
    assert not {name for name in set(sys.modules) - before if name.startswith("wubu")}


def test_they_answer_only_when_asked_to():
    assert not installed()
    install()
    install()
    assert installed() and sum(type(f).__module__ == "wubu.hooks.finder" for f in sys.meta_path) == 1
    uninstall()
    assert not installed()


def test_a_real_tensorflow_is_never_hidden(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", types.ModuleType("tensorflow"))
    with pytest.raises(ValueError, match="tensorflow is loaded already"):
        install()
    assert not installed()
