"""What tf.keras 2 wrote, read by wubu without TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wubu

KINDS = ("stack", "convolutional", "shared_and_nested", "several_outputs", "recurrent", "functions", "many_layers")
OPTIMIZERS = (
    *("SGD", "RMSprop", "Adam", "AdamW", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl", "Lion", "Schedule"),
    *("legacy SGD", "legacy RMSprop", "legacy Adam", "legacy Adagrad", "legacy Adadelta", "legacy Adamax", "legacy Ftrl"),
    "legacy decay",
)


def flat(value: Any) -> list[np.ndarray]:
    if isinstance(value, dict):
        return [value[k] for k in sorted(value)]
    return list(value) if isinstance(value, list | tuple) else [value]


def assert_predicts(model: Any, folder: Path, kind: str, generator: Any) -> None:
    x, _ = generator.batch(kind, 999)
    expected = np.load(folder / "predictions.npz")
    found = flat(model.predict(x, verbose=0))
    assert len(found) == len(expected.files)
    for i, array in enumerate(found):
        np.testing.assert_allclose(array, expected[str(i)], rtol=1e-5, atol=1e-5)


def assert_trains_on(model: Any, folder: Path, kind: str, generator: Any) -> None:
    for seed in range(100, 110):
        model.train_on_batch(*generator.batch(kind, seed))
    expected, before = np.load(folder / "after.npz"), np.load(folder / "weights.npz")
    for i, array in enumerate(model.get_weights()):
        np.testing.assert_allclose(array, expected[str(i)], rtol=1e-4, atol=1e-4, err_msg=model.weights[i].path)
    assert max(np.abs(expected[k] - before[k]).max() for k in expected.files) > 1e-4


@pytest.mark.parametrize("file", ("whole.h5", "whole.keras", "saved_model"))
@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_model_predicts_and_trains_on(written: Path, generator: Any, kind: str, file: str) -> None:
    model = wubu.saving.load_model(written / kind / file)
    assert_predicts(model, written / kind, kind, generator)
    assert_trains_on(model, written / kind, kind, generator)


@pytest.mark.parametrize("file", ("weights.h5", "ckpt", "whole.h5", "saved_model", "whole.keras"))
@pytest.mark.parametrize("kind", KINDS)
def test_weights_fit_the_architecture(written: Path, generator: Any, kind: str, file: str) -> None:
    model = wubu.models.model_from_json((written / kind / "architecture.json").read_text())
    model.load_weights(written / kind / file)
    assert_predicts(model, written / kind, kind, generator)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_state_of_every_optimizer_in_hdf5(written: Path, generator: Any, name: str) -> None:
    folder = written / "optimizers" / name
    model = wubu.saving.load_model(folder / "whole.h5")
    assert int(model.optimizer.iterations) == 5
    assert_predicts(model, folder, "stack", generator)
    assert_trains_on(model, folder, "stack", generator)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_state_of_every_optimizer_in_a_checkpoint(written: Path, generator: Any, name: str) -> None:
    folder = written / "optimizers" / name
    model = wubu.saving.load_model(folder / "whole.h5")
    for variable in (*model.weights, *(v for v in model.optimizer.variables if v.name != "learning_rate")):
        variable.assign(variable.detach() * 0)
    model.load_weights(folder / "ckpt").assert_existing_objects_matched()
    assert int(model.optimizer.iterations) == 5
    assert_predicts(model, folder, "stack", generator)
    assert_trains_on(model, folder, "stack", generator)


class Subclass(wubu.Model):
    """The generator's subclass, on wubu."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        layers = wubu.layers
        self.first = layers.Dense(4, activation="relu")
        self.blocks = [layers.Dense(4), layers.BatchNormalization()]
        self.heads = {"a": layers.Dense(2), "b": layers.Dense(2)}
        self._hidden = layers.Dense(4)
        self.scale = self.add_weight(shape=(2,), initializer="ones", name="scale")

    def call(self, x: Any, training: Any = None) -> Any:
        x = self._hidden(self.first(x))
        x = self.blocks[1](self.blocks[0](x), training=training)
        return (self.heads["a"](x) + self.heads["b"](x)) * self.scale


@pytest.mark.parametrize("built", (True, False))
@pytest.mark.parametrize("file", ("ckpt", "saved_model"))
def test_the_weights_of_a_subclass(written: Path, generator: Any, file: str, built: bool) -> None:
    model = Subclass()
    model.compile("adam", "mse")
    if built:
        model(np.zeros((1, 6), "float32"))
    model.load_weights(written / "subclass" / file)
    assert_predicts(model, written / "subclass", "subclass", generator)


def test_a_saved_model_of_a_subclass(written: Path, generator: Any) -> None:
    model = wubu.saving.load_model(written / "subclass" / "saved_model", custom_objects={"Subclass": Subclass})
    assert_predicts(model, written / "subclass", "subclass", generator)
    with pytest.raises(wubu.errors.SerializationError, match="Subclass"):
        wubu.saving.load_model(written / "subclass" / "saved_model")


def test_latest_checkpoint(written: Path) -> None:
    from wubu.saving.tf.checkpoint_state import latest_checkpoint

    assert latest_checkpoint(written / "stack") == str(written / "stack" / "ckpt")
    assert latest_checkpoint(written) is None


def test_a_folder_with_a_checkpoint_stands_for_the_latest(written: Path, generator: Any, tmp_path: Path) -> None:
    for file in (written / "stack").glob("ckpt*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "checkpoint").write_bytes((written / "stack" / "checkpoint").read_bytes())
    model = wubu.models.model_from_json((written / "stack" / "architecture.json").read_text())
    model.load_weights(tmp_path)
    assert_predicts(model, written / "stack", "stack", generator)


@pytest.mark.parametrize("file", ("objects", "names"))
def test_partitioned_variables(written: Path, file: str) -> None:
    from wubu.saving.tf.bundle import BundleReader

    folder = written / "partitioned"
    expected = np.load(folder / f"{file}.npz")
    reader = BundleReader(folder / file)
    assert any(len(e.slices) > 1 for e in reader.entries.values())
    for key in expected.files:
        np.testing.assert_array_equal(reader.read(key.replace("|", "/")), expected[key])
    model = wubu.Sequential([wubu.Input((6,)), wubu.layers.Dense(5, name="dense")])
    status = model.load_weights(folder / file)
    status.assert_existing_objects_matched()
    prefix = "layer_with_weights-0|{}|.ATTRIBUTES|VARIABLE_VALUE" if file == "objects" else "dense|{}"
    for name, array in zip(("kernel", "bias"), model.get_weights(), strict=True):
        np.testing.assert_array_equal(array, expected[prefix.format(name)])
