"""Module paths of TensorFlow and Keras, public, private and old, and what their names mean."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from typing import Any

import pytest

import wubu
from wubu import layers, models, optimizers

pytestmark = pytest.mark.usefixtures("hooks")

# What programs of every year write after `from`, a name that they want from there, and what it is here.
PATHS: list[tuple[str, str, Any]] = [
    ("keras", "Sequential", models.Sequential),
    ("keras.models", "Sequential", models.Sequential),
    ("keras.layers", "Dense", layers.Dense),
    ("keras.layers.core", "Dense", layers.Dense),
    ("keras.layers.core", "Lambda", layers.Lambda),
    ("keras.layers.convolutional", "Convolution2D", "class"),
    ("keras.layers.convolutional", "Conv2DTranspose", layers.Conv2DTranspose),
    ("keras.layers.merge", "Concatenate", layers.Concatenate),
    ("keras.layers.merge", "concatenate", "function"),
    ("keras.layers", "merge", "function"),
    ("keras.layers.pooling", "MaxPooling2D", layers.MaxPooling2D),
    ("keras.layers.normalization", "BatchNormalization", layers.BatchNormalization),
    ("keras.layers.advanced_activations", "LeakyReLU", layers.LeakyReLU),
    ("keras.layers.embeddings", "Embedding", layers.Embedding),
    ("keras.layers.recurrent", "LSTM", layers.LSTM),
    ("keras.layers.wrappers", "TimeDistributed", layers.TimeDistributed),
    ("keras.layers.noise", "GaussianNoise", layers.GaussianNoise),
    ("keras.layers.local", "LocallyConnected1D", "class"),
    ("keras.layers.containers", "Sequential", models.Sequential),
    ("keras.layers.experimental.preprocessing", "Rescaling", layers.Rescaling),
    ("keras.engine", "Layer", layers.Layer),
    ("keras.engine.topology", "Layer", layers.Layer),
    ("keras.engine.topology", "InputSpec", layers.InputSpec),
    ("keras.engine.base_layer", "Layer", layers.Layer),
    ("keras.engine.training", "Model", models.Model),
    ("keras.engine.sequential", "Sequential", models.Sequential),
    ("keras.optimizers", "adam", "callable"),
    ("keras.optimizers.legacy", "Adam", "class"),
    ("keras.optimizer_v2.adam", "Adam", None),
    ("keras.objectives", "mean_squared_error", "function"),
    ("keras.initializations", "normal", "function"),
    ("keras.utils.np_utils", "to_categorical", wubu.utils.to_categorical),
    ("keras.utils", "np_utils", "module"),
    ("keras.utils.visualize_util", "plot", "function"),
    ("keras.utils.vis_utils", "plot_model", wubu.utils.plot_model),
    ("keras.utils.generic_utils", "Progbar", "class"),
    ("keras.utils.data_utils", "get_file", wubu.utils.get_file),
    ("keras.preprocessing.image", "ImageDataGenerator", "class"),
    ("keras.preprocessing.sequence", "pad_sequences", "function"),
    ("keras.preprocessing.text", "Tokenizer", "class"),
    ("keras.wrappers.scikit_learn", "KerasClassifier", "class"),
    ("keras.wrappers.scikit_learn", "KerasRegressor", "class"),
    ("keras.backend.tensorflow_backend", "set_session", "function"),
    ("keras.backend", "square", "function"),
    ("keras.src.layers", "Dense", layers.Dense),
    ("keras.src.layers.core.dense", "Dense", layers.Dense),
    ("keras.src.losses", "MeanSquaredError", wubu.losses.MeanSquaredError),
    ("keras.src.optimizers", "SGD", optimizers.SGD),
    ("keras.src.engine.keras_tensor", "KerasTensor", wubu.KerasTensor),
    ("keras.api.layers", "Dense", layers.Dense),
    ("keras._tf_keras.keras.layers", "Dense", layers.Dense),
    ("keras.applications.vgg16", "preprocess_input", "function"),
    ("keras.applications.resnet50", "ResNet50", "function"),
    ("keras.datasets.mnist", "load_data", "function"),
    ("tf_keras.layers", "Dense", layers.Dense),
    ("tensorflow.keras", "Sequential", models.Sequential),
    ("tensorflow.keras.layers", "Dense", layers.Dense),
    ("tensorflow.keras.optimizers.legacy", "Adam", "class"),
    ("tensorflow.keras.utils", "to_categorical", wubu.utils.to_categorical),
    ("tensorflow.keras.preprocessing.image", "img_to_array", "function"),
    ("tensorflow.keras.applications.mobilenet_v2", "preprocess_input", "function"),
    ("tensorflow.python.keras.layers", "Dense", layers.Dense),
    ("tensorflow.python.keras.optimizer_v2.adam", "Adam", optimizers.Adam),
    ("tensorflow.python.keras.engine.base_layer", "Layer", layers.Layer),
    ("tensorflow.python.keras.utils.np_utils", "to_categorical", wubu.utils.to_categorical),
    ("tensorflow.python.framework.ops", "convert_to_tensor", "function"),
    ("tensorflow.python.framework.ops", "get_default_graph", "function"),
    ("tensorflow.python.ops", "math_ops", "module"),
    ("tensorflow.python.ops.array_ops", "reshape", "function"),
    ("tensorflow.python.ops.nn_ops", "softmax", "function"),
    ("tensorflow.python.training.adam", "AdamOptimizer", "class"),
    ("tensorflow.python.ops.image_ops", "resize_with_pad", "function"),
    ("tensorflow.python.ops.linalg_ops", "cholesky", "function"),
    ("tensorflow.python.data", "Dataset", "class"),
    ("tensorflow.python.training.moving_averages", "ExponentialMovingAverage", "class"),
    ("tensorflow.compat.v1", "placeholder", "function"),
    ("tensorflow.compat.v1.train", "GradientDescentOptimizer", "class"),
    ("tensorflow.compat.v1.keras.layers", "Dense", layers.Dense),
    ("tensorflow.compat.v1.keras.backend", "set_session", "function"),
    ("tensorflow.compat.v2.summary", "scalar", "function"),
    ("tensorflow.examples.tutorials.mnist.input_data", "read_data_sets", "function"),
    ("tensorflow.examples.tutorials.mnist", "input_data", "module"),
    ("tensorflow.data", "Dataset", "class"),
    ("tensorflow.math", "reduce_sum", "function"),
    ("tensorboard.plugins.hparams.api", "HParam", "class"),
]


@pytest.mark.parametrize(("path", "name", "wanted"), PATHS, ids=[f"{p}:{n}" for p, n, _ in PATHS])
def test_a_path_leads_to_the_name(path: str, name: str, wanted: Any) -> None:
    if wanted is None:
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(path)
        return
    found = getattr(importlib.import_module(path), name)
    kinds = {"class": inspect.isclass, "function": inspect.isroutine, "callable": callable, "module": inspect.ismodule}
    assert kinds[wanted](found) if isinstance(wanted, str) else found is wanted


def test_import_statements_of_every_form() -> None:
    names: dict[str, Any] = {}
    exec(
        "import tensorflow as tf, tensorflow.keras.backend as K\n"
        "import keras.layers.core, keras.utils.np_utils\n"
        "from tensorflow.keras import layers, models as m\n"
        "from keras.layers import *\n"
        "from tensorflow import keras\n",
        names,
    )
    assert names["tf"].keras.layers.Dense is layers.Dense and names["layers"].Dense is layers.Dense
    assert names["keras"].layers.core.Dense is layers.Dense  # from tensorflow import keras; keras.layers.core
    assert names["m"].Sequential is models.Sequential and names["LSTM"] is layers.LSTM
    assert names["K"].epsilon() == pytest.approx(1e-7)


def test_versions_and_specs() -> None:
    import keras
    import tensorflow as tf
    import tf_keras

    assert keras.__version__.startswith("3.") and tf_keras.__version__.startswith("2.")
    assert tf.__version__ == tf.version.VERSION == tf.compat.v1.__version__
    assert importlib.util.find_spec("tensorflow.keras.layers") is not None
    assert "emulated by wubu" in repr(tf)
    assert {"Dense", "Conv2D"} <= set(dir(keras.layers))


def test_looking_through_all_modules_loads_nothing() -> None:
    import tensorflow  # noqa: F401

    before = set(sys.modules)
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("tensorflow", "keras"):
            assert not hasattr(module, "__wrapped__") and isinstance(module.__file__, str)
    assert {n for n in set(sys.modules) - before if n.startswith(("tensorflow", "keras"))} == set()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("from keras.layers import Denze", "Did you mean 'Dense'?"),
        ("import keras.layerz", "or 'layers'?"),
        ("import tensorflow as tf; tf.reduce_maen", "Did you mean 'reduce_mean'"),
        ("import tensorflow.keras.nothing_such", "planned"),
        ("import tensorflow as tf; tf.lite.TFLiteConverter", "Not planned: wubu leaves out TensorFlow Lite"),
        ("import tensorflow as tf; tf.tpu.XLAOptions", "Not planned: wubu leaves out TPUs"),
        ("from keras.layers.convolutional import Kitchen", "Kitchen"),
    ],
)
def test_a_missing_name_says_so_once(statement: str, said: str) -> None:
    with pytest.raises((ImportError, AttributeError)) as caught:
        exec(statement, {})
    assert str(caught.value).count(said) == 1


def test_what_was_asked_for_is_listed() -> None:
    from wubu.hooks import record

    exec("from tensorflow.python.keras.layers import Dense\nfrom keras.engine.topology import Layer\n", {})
    lines = record.listing()
    assert any(line.startswith("tensorflow.python.keras.layers: Dense") for line in lines)
    assert any(line.startswith("keras.engine.topology: Layer") for line in lines)


def test_the_api_of_hparams_needs_no_tensorflow(tmp_path: Any) -> None:
    import tensorflow as tf
    from tensorboard.backend.event_processing import plugin_event_multiplexer
    from tensorboard.plugins.hparams import api as hp
    from tensorboard.plugins.hparams import metadata

    units = hp.HParam("units", hp.Discrete([4, 8]))
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        hp.hparams_config(hparams=[units], metrics=[hp.Metric("accuracy", display_name="Accuracy")])
    for i, n in enumerate(units.domain.values):
        with tf.summary.create_file_writer(str(tmp_path / f"run-{i}")).as_default():
            hp.hparams({units: n})
            tf.summary.scalar("accuracy", 0.5 + i / 10, step=1)
    multiplexer = plugin_event_multiplexer.EventMultiplexer().AddRunsFromDirectory(str(tmp_path))
    multiplexer.Reload()
    found = multiplexer.PluginRunToTagToContent(metadata.PLUGIN_NAME)
    assert sum(metadata.SESSION_START_INFO_TAG in tags for tags in found.values()) == 2
