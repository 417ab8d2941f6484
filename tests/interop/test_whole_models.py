"""Whole models between Keras 3 and wubu: predictions, compile arguments, optimizer state; both ways, both formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

import wubu

ENDINGS = (".keras", ".h5")


@pytest.mark.parametrize("ending", ENDINGS)
def test_wubu_reads_what_keras_writes(tmp_path: Path, kind: str, ending: str, interop: Any) -> None:
    interop.builders[kind](wubu)  # skips kinds whose layers are missing
    keras.utils.set_random_seed(1)
    theirs = interop.builders[kind](keras)
    interop.compile_like(keras, kind, theirs)
    interop.train(theirs, kind, range(3))
    theirs.save(tmp_path / f"model{ending}")
    ours = wubu.saving.load_model(tmp_path / f"model{ending}")
    interop.assert_same_predictions(theirs, ours, kind)
    interop.assert_same_training(theirs, ours, kind)


@pytest.mark.parametrize("ending", ENDINGS)
def test_keras_reads_what_wubu_writes(tmp_path: Path, kind: str, ending: str, interop: Any) -> None:
    ours = interop.builders[kind](wubu)
    interop.compile_like(wubu, kind, ours)
    interop.train(ours, kind, range(3))
    ours.save(tmp_path / f"model{ending}")
    theirs = keras.models.load_model(tmp_path / f"model{ending}")
    interop.assert_same_predictions(ours, theirs, kind)
    if ending == ".keras":  # Keras 3 cannot train a model on that it loads from HDF5, not even one of its own
        interop.assert_same_training(ours, theirs, kind)


@pytest.mark.parametrize("ending", (".keras", ".h5", ""))
def test_wubu_reads_what_wubu_writes(tmp_path: Path, kind: str, ending: str, interop: Any) -> None:
    model = interop.builders[kind](wubu)
    interop.compile_like(wubu, kind, model)
    interop.train(model, kind, range(3))
    model.save(tmp_path / f"model{ending}")
    again = wubu.saving.load_model(tmp_path / f"model{ending}")
    interop.assert_same_predictions(model, again, kind, 0.0)
    interop.assert_same_training(model, again, kind, tolerance=1e-6)


OPTIMIZERS = {
    "SGD": {"learning_rate": 0.05},
    "SGD momentum": {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True},
    "RMSprop": {"momentum": 0.5, "centered": True},
    "Adam": {"amsgrad": True},
    "AdamW": {"weight_decay": 0.02},
    "Adagrad": {"learning_rate": 0.05},
    "Adadelta": {"learning_rate": 1.0},
    "Adamax": {},
    "Nadam": {},
    "Ftrl": {"learning_rate": 0.05, "l2_regularization_strength": 0.01},
    "Lion": {"learning_rate": 1e-3},
    "Lamb": {"learning_rate": 0.01},
    "Adafactor": {"learning_rate": 0.01},
    "Muon": {"learning_rate": 0.01},
    "ScheduleFreeAdamW": {"learning_rate": 0.01},
    "Adam clipped": {"clipnorm": 0.5, "use_ema": True},
    "SGD in steps of two": {"learning_rate": 0.05, "momentum": 0.9, "gradient_accumulation_steps": 2},
    "LossScaleOptimizer": {"dynamic_growth_steps": 3},
}


def _optimizer(k: Any, name: str) -> Any:
    if name == "LossScaleOptimizer":
        return k.optimizers.LossScaleOptimizer(k.optimizers.Adam(0.01), **OPTIMIZERS[name])
    return getattr(k.optimizers, name.split()[0])(**OPTIMIZERS[name])


def _assert_goes_on(source: Any, target: Any, name: str, interop: Any) -> None:
    """The optimizer's state is the same, and training goes on alike."""
    for optimizer in (source.optimizer, target.optimizer):
        assert type(optimizer).__name__ == name.split()[0]
        assert int(np.asarray(optimizer.iterations)) == (2 if name == "SGD in steps of two" else 5)
    if name == "ScheduleFreeAdamW":
        # On torch, Keras changes the momentum that it means to remember, so its own steps are not those of the method.
        for a, b in zip(source.optimizer.variables, target.optimizer.variables, strict=True):
            np.testing.assert_array_equal(*(np.asarray(v.numpy()) for v in (a, b)))
        return
    interop.assert_same_training(source, target, "stack")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_state_of_every_optimizer_goes_from_keras_to_wubu(tmp_path: Path, name: str, ending: str, interop: Any) -> None:
    if name == "Adafactor" and ending == ".h5":
        pytest.skip("Keras 3 fails to write Adafactor's state into HDF5: two slots have one name")
    keras.utils.set_random_seed(2)
    theirs = interop.builders["stack"](keras)
    interop.compile_like(keras, "stack", theirs, _optimizer(keras, name))
    interop.train(theirs, "stack", range(5))
    theirs.save(tmp_path / f"model{ending}")
    ours = wubu.saving.load_model(tmp_path / f"model{ending}")
    _assert_goes_on(theirs, ours, name, interop)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_state_of_every_optimizer_goes_from_wubu_to_keras(tmp_path: Path, name: str, interop: Any) -> None:
    ours = interop.builders["stack"](wubu)
    interop.compile_like(wubu, "stack", ours, _optimizer(wubu, name))
    interop.train(ours, "stack", range(5))
    ours.save(tmp_path / "model.keras")
    theirs = keras.models.load_model(tmp_path / "model.keras")
    _assert_goes_on(ours, theirs, name, interop)


def _weights_in(path: Path) -> dict[str, tuple[int, ...]]:
    with h5py.File(path) as file:
        group = file["optimizer_weights"]
        names = [n.decode() if isinstance(n, bytes) else n for n in group.attrs["weight_names"]]
        return {name: group[name].shape for name in names}


@pytest.mark.parametrize("name", [n for n in OPTIMIZERS if n != "Adafactor"])
def test_the_state_in_hdf5_has_the_names_and_the_order_of_keras(tmp_path: Path, name: str, interop: Any) -> None:
    for k, file in ((keras, "theirs.h5"), (wubu, "ours.h5")):
        model = interop.builders["stack"](k)
        interop.compile_like(k, "stack", model, _optimizer(k, name))
        interop.train(model, "stack", range(1))
        model.save(tmp_path / file)
    theirs, ours = _weights_in(tmp_path / "theirs.h5"), _weights_in(tmp_path / "ours.h5")
    assert list(ours.values()) == list(theirs.values())
    endings = [[n.split("/")[-1].split("_")[-1] for n in names if "variable" not in n] for names in (ours, theirs)]
    assert endings[0][: len(endings[1])] == endings[1]  # Nadam's product has a name that counts variables


def test_a_learning_rate_schedule_goes_along(tmp_path: Path, interop: Any) -> None:
    for source, target in ((keras, wubu), (wubu, keras)):
        keras.utils.set_random_seed(3)
        model = interop.builders["stack"](source)
        schedule = source.optimizers.schedules.ExponentialDecay(0.1, 3, 0.5)
        interop.compile_like(source, "stack", model, source.optimizers.SGD(schedule, momentum=0.9))
        interop.train(model, "stack", range(4))
        model.save(tmp_path / "model.keras")
        again = target.models.load_model(tmp_path / "model.keras")
        interop.assert_same_training(model, again, "stack")


def test_what_was_compiled_is_compiled_again(tmp_path: Path, interop: Any) -> None:
    keras.utils.set_random_seed(4)
    theirs = interop.builders["several_outputs"](keras)
    interop.compile_like(keras, "several_outputs", theirs)
    interop.train(theirs, "several_outputs", range(2))
    theirs.save(tmp_path / "model.keras")
    ours = wubu.saving.load_model(tmp_path / "model.keras")
    x, y = interop.batch("several_outputs", 5)
    expected = theirs.evaluate(x, y, verbose=0, return_dict=True)
    found = ours.evaluate(x, y, verbose=0, return_dict=True)
    assert expected.keys() == found.keys()
    for key, value in expected.items():
        np.testing.assert_allclose(found[key], value, rtol=1e-5, err_msg=key)
    assert wubu.saving.load_model(tmp_path / "model.keras", compile=False).optimizer is None
