"""A student that learns from a teacher, beside Keras."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import torch

import wubu
from wubu.errors import ArgumentError, ShapeError

R = np.random.default_rng(0)
X, Y = R.normal(size=(64, 5)).astype("float32"), R.integers(0, 3, 64)


def pair(module: Any, width: int = 8) -> tuple[Any, Any]:
    made = []
    for size in (width, 4):
        inputs = module.Input((5,))
        hidden = module.layers.Dense(size, activation="tanh", name="hidden")(inputs)
        made.append(module.Model(inputs, module.layers.Dense(3, name="logits")(hidden)))
    return made[0], made[1]


def losses_of(module: Any, kind: str) -> Any:
    distillation = module.distillation
    return {
        # By its name, Keras gets the function, to which it then gives no probabilities.
        "logits": lambda: distillation.LogitsDistillation(temperature=2.0, loss=module.losses.KLDivergence()),
        "mse": lambda: [distillation.LogitsDistillation(loss="mse"), distillation.FeatureDistillation("mae")],
        "features": lambda: distillation.FeatureDistillation("mse", "logits", "logits"),
    }[kind]()


@pytest.mark.parametrize("kind", ["logits", "mse", "features"])
def test_trainings_agree_with_keras(kind: str) -> None:
    models: list[Any] = []
    start: Any = None
    for module in (keras, wubu):
        teacher, student = pair(module)
        if models:
            teacher.set_weights(models[0].teacher.get_weights())
            student.set_weights(start)
        else:
            start = student.get_weights()
        model = module.distillation.Distiller(teacher, student, losses_of(module, kind), student_loss_weight=0.3)
        model.compile("sgd", module.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
        models.append(model)
    theirs, ours = (m.fit(X, Y, epochs=3, batch_size=16, shuffle=False, verbose=0).history for m in models)
    assert set(ours) == set(theirs)
    for name in ours:
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-3, atol=1e-5, err_msg=name)
    for a, b in zip(models[1].student.get_weights(), models[0].student.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)
    assert models[1].train_function.stepper.reason is None


def test_inner_layers_are_compared_and_the_teacher_stays() -> None:
    teacher, student = pair(wubu, width=4)
    before = teacher.get_weights()
    model = wubu.distillation.Distiller(
        teacher, student, wubu.distillation.FeatureDistillation("mse", "hidden", "hidden"), student_loss_weight=0.0
    )
    model.compile(wubu.optimizers.Adam(0.05), wubu.losses.SparseCategoricalCrossentropy(from_logits=True))
    history = model.fit(X, Y, epochs=10, verbose=0).history["distillation_loss"]
    assert history[-1] < 0.3 * history[0]
    assert all(np.array_equal(a, b) for a, b in zip(before, teacher.get_weights(), strict=True))
    torch.testing.assert_close(model(X), student(X))


def test_a_saved_distiller(tmp_path: Any) -> None:
    model = wubu.distillation.Distiller(*pair(wubu), wubu.distillation.LogitsDistillation())
    model.compile("adam", wubu.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(X, Y, verbose=0)
    model.save(tmp_path / "model.keras")
    again = wubu.saving.load_model(tmp_path / "model.keras", compile=False)
    torch.testing.assert_close(again(X), model(X))
    assert again.distillation_losses[0].temperature == 3.0


def test_bad_arguments_are_explained() -> None:
    teacher, student = pair(wubu)
    with pytest.raises(ArgumentError, match="temperature"):
        wubu.distillation.LogitsDistillation(temperature=0)
    with pytest.raises(ShapeError, match="outputs"):
        other = wubu.Sequential([wubu.Input((5,)), wubu.layers.Dense(2)])
        wubu.distillation.Distiller(teacher, other, wubu.distillation.LogitsDistillation())
    with pytest.raises(ArgumentError, match="weight for each"):
        wubu.distillation.Distiller(teacher, student, [wubu.distillation.LogitsDistillation()], [1.0, 2.0])
    with pytest.raises(ArgumentError, match="loss"):
        wubu.distillation.Distiller(teacher, student, wubu.distillation.LogitsDistillation()).compile("adam")
