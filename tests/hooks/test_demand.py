"""What public programs use, counted in the list beside the checkout: every name is there and every argument is taken."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wubu
from wubu import callbacks, layers, models, optimizers

pytestmark = pytest.mark.usefixtures("hooks")

# Left out on purpose; a program is told so.
LEFT_OUT = {
    "keras.src.testing.TestCase": "a helper of Keras's own tests",
    "tf.compat.v1.estimator.RunConfig": "estimators, which TensorFlow dropped",
    "tf.compat.v1.keras.estimator": "estimators, which TensorFlow dropped",
    "tf.lite.Interpreter": "TensorFlow Lite",
    "tf.lite.TFLiteConverter": "TensorFlow Lite",
}


@pytest.fixture(scope="module")
def demand(shared: Path) -> dict[str, int]:
    """Name -> how many programs use it."""
    found: dict[str, int] = {}
    for line in (shared / "design" / "API_DEMAND.md").read_text(encoding="utf-8").splitlines():
        match = re.match(r"(\d+): (.+)", line)
        if match:
            found.update(dict.fromkeys(match[2].split(" · "), int(match[1])))
    return found


def resolve(name: str) -> Any:
    """What ``import`` and attribute access make of a dotted name; either may be how a program gets there."""
    parts = name.split(".")
    parts[0] = {"tf": "tensorflow"}.get(parts[0], parts[0])
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise ImportError(name)


def test_every_dotted_name_is_there(demand: dict[str, int]) -> None:
    missing = []
    for name in demand:
        if name.startswith(("tf.", "keras.")) and name not in LEFT_OUT:
            try:
                assert resolve(name) is not None or name.endswith("newaxis")
            except (ImportError, AttributeError) as error:
                missing.append(f"{demand[name]} {name}: {error}")
    assert not missing, "\n".join(missing)


def test_what_is_left_out_says_so() -> None:
    for name in LEFT_OUT:
        if name.startswith("tf."):
            with pytest.raises((ImportError, AttributeError), match="Not planned"):
                resolve(name)


def test_every_method_is_there(demand: dict[str, int]) -> None:
    import tensorflow as tf
    from keras.preprocessing.image import ImageDataGenerator
    from keras.preprocessing.text import Tokenizer

    owners = [
        models.Sequential, models.Model, layers.Layer, layers.TextVectorization, layers.Bidirectional, optimizers.Optimizer,
        wubu.metrics.Metric, callbacks.Callback, tf.data.Dataset, tf.Tensor, tf.Variable, tf.GradientTape, ImageDataGenerator,
        Tokenizer, tf.compat.v1.train.Optimizer, tf.summary.SummaryWriter, models.Sequential(), callbacks.EarlyStopping(),
    ]  # fmt: skip
    methods = [name for name in demand if re.fullmatch(r"\.\w+", name)]
    assert len(methods) > 50
    # Only of graphs, of v1's data sets, of slots in optimizers, and of keyword dictionaries.
    elsewhere = {".make_one_shot_iterator", ".add_slot"}
    missing = [n for n in methods if n not in elsewhere and not any(hasattr(owner, n[1:]) for owner in owners)]
    assert not missing


def test_every_name_in_quotes_is_understood(demand: dict[str, int]) -> None:
    def compiled(**options: Any) -> None:
        model = models.Sequential([layers.Input((4,)), layers.Dense(3, "softmax")])
        model.compile(**{"optimizer": "sgd", "loss": "mse", **options})
        y = np.eye(3, dtype="float32")[[0, 1, 2, 0]]
        if "sparse" in str(options):
            y = np.array([0, 1, 2, 0])
        model.train_on_batch(np.ones((4, 4), "float32"), y)

    takes: dict[str, Callable[[str], Any]] = {
        "activation": lambda v: layers.Dense(2, activation=v),
        "border_mode": lambda v: layers.Convolution2D(2, 3, 3, border_mode=v),
        "init": lambda v: layers.Dense(2, init=v),
        "kernel_initializer": lambda v: layers.Dense(2, kernel_initializer=v),
        "loss": lambda v: compiled(loss=v),
        "metrics": lambda v: compiled(loss=f"{'sparse_' * ('sparse' in v)}categorical_crossentropy", metrics=[v]),
        "monitor": lambda v: callbacks.EarlyStopping(monitor=v),
        "optimizer": lambda v: compiled(optimizer=v),
        "padding": lambda v: v == "post" or layers.Conv2D(2, 3, padding=v),
        "class_mode": lambda v: v in ("binary", "categorical"),
    }
    seen = 0
    for name in demand:
        match = re.fullmatch(r'(\w+)="(\w+)"', name)
        if match:
            takes[match[1]](match[2])
            seen += 1
    assert seen > 40


def test_every_argument_is_taken(demand: dict[str, int]) -> None:
    x, y = np.random.rand(8, 4).astype("float32"), np.random.randint(0, 2, 8)

    def fitted(**options: Any) -> None:
        model = models.Sequential([layers.Dense(1, activation="sigmoid", input_dim=4)])
        model.compile("sgd", "binary_crossentropy")
        model.fit(x, y, verbose=0, **options)

    def generated(**options: Any) -> None:
        def batches() -> Any:
            while True:
                yield x, y

        model = models.Sequential([layers.Dense(1, activation="sigmoid", input_dim=4)])
        model.compile("sgd", "binary_crossentropy")
        model.fit_generator(batches(), verbose=0, **{"steps_per_epoch": 2, "epochs": 1, **options})

    def joined(**options: Any) -> None:
        a = layers.Input((4,))
        models.Model(**{"inputs": a, "outputs": layers.Dense(2)(a), **options})

    def keras_1_model() -> None:
        a = layers.Input((4,))
        models.Model(input=a, output=layers.Dense(2)(a))

    class Fixed(layers.Layer):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)

    calls: dict[str, Callable[[], Any]] = {
        "lr=": lambda: optimizers.SGD(lr=0.1),
        "decay=": lambda: optimizers.Adam(lr=0.1, decay=1e-6),
        "nb_epoch=": lambda: fitted(nb_epoch=1),
        "validation_freq=": lambda: fitted(validation_data=(x, y), validation_freq=1),
        "samples_per_epoch=": lambda: generated(samples_per_epoch=8, nb_epoch=1, steps_per_epoch=None, epochs=1),
        "nb_val_samples=": lambda: generated(validation_data=(x, y), nb_val_samples=8),
        "max_q_size=": lambda: generated(max_q_size=2),
        "workers=": lambda: generated(workers=1),
        "input_dim=": lambda: layers.Dense(2, input_dim=4),
        "output_dim=": lambda: layers.Dense(output_dim=2),
        "input_length=": lambda: layers.Embedding(9, 2, input_length=3),
        "batch_input_shape=": lambda: layers.LSTM(2, batch_input_shape=(2, 3, 1), stateful=True),
        "batch_shape=": lambda: layers.Input(batch_shape=(2, 3)),
        "border_mode=": lambda: layers.Convolution2D(2, 3, 3, border_mode="same"),
        "subsample=": lambda: layers.Convolution2D(2, 3, 3, subsample=(2, 2)),
        "nb_filter=": lambda: layers.Convolution2D(nb_filter=2, nb_row=3, nb_col=3),
        "bias=": lambda: layers.Dense(2, bias=False),
        "init=": lambda: layers.Dense(2, init="uniform"),
        "input=": keras_1_model,
        "output=": keras_1_model,
        "weights=": lambda: layers.Dense(2, weights=[np.ones((4, 2)), np.zeros(2)], input_dim=4),
        "data_format=": lambda: layers.MaxPooling2D(2, data_format="channels_last"),
        "recurrent_dropout=": lambda: layers.LSTM(2, recurrent_dropout=0.1),
        "unroll=": lambda: layers.LSTM(2, unroll=True),
        "dynamic=": lambda: Fixed(dynamic=True),
        "restore_best_weights=": lambda: callbacks.EarlyStopping(restore_best_weights=True),
        "period=": lambda: callbacks.ModelCheckpoint("w.keras", period=2),
        "save_freq=": lambda: callbacks.ModelCheckpoint("w.keras", save_freq="epoch"),
        "nb_words=": lambda: importlib.import_module("keras.preprocessing.text").Tokenizer(nb_words=5),
        "test_split=": lambda: None,  # of load_data, which needs a download
    }
    names = [name for name in demand if re.fullmatch(r"\w+=", name)]
    assert [name for name in names if name not in calls] == []
    wrong = []
    for name in names:
        try:
            calls[name]()
        except Exception as error:
            wrong.append(f"{name} {type(error).__name__}: {error}")
    assert not wrong, "\n".join(wrong)
