"""Two of every model: one of wubu's and one of real Keras's, with the same weights."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest


def _namespace(name: str) -> Any:
    if name == "keras":
        import keras

        return keras
    from wubu import callbacks, initializers, layers, losses, metrics, models, optimizers, regularizers

    return SimpleNamespace(
        Input=models.Input,
        Model=models.Model,
        Sequential=models.Sequential,
        callbacks=callbacks,
        initializers=initializers,
        layers=layers,
        losses=losses,
        metrics=metrics,
        models=models,
        optimizers=optimizers,
        regularizers=regularizers,
    )


@pytest.fixture
def wubu_() -> Any:
    """wubu's rooms as attributes, as ``import wubu as keras`` has them."""
    return _namespace("wubu")


@pytest.fixture
def keras_() -> Any:
    """Real Keras."""
    import keras

    keras.utils.set_random_seed(0)
    keras.utils.clear_session()
    return keras


@pytest.fixture
def twins(wubu_: Any, keras_: Any) -> Callable[[Callable[[Any], Any]], tuple[Any, Any]]:
    """Build a model twice, from a function of the namespace, and give both the same weights."""

    def build(make: Callable[[Any], Any]) -> tuple[Any, Any]:
        reference, ours = make(keras_), make(wubu_)
        random = np.random.default_rng(0)
        weights = [0.3 * random.standard_normal(w.shape).astype("float32") for w in reference.get_weights()]
        reference.set_weights(weights)
        ours.set_weights(weights)
        return ours, reference

    return build


@pytest.fixture
def same() -> Callable[..., None]:
    """Assert that two models have the same weights, and two histories the same values."""

    def compare(ours: Any, reference: Any, tolerance: float = 1e-4) -> None:
        if hasattr(ours, "get_weights"):
            for a, b in zip(ours.get_weights(), reference.get_weights(), strict=True):
                np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * max(1e-3, float(np.abs(b).max())))
            return
        ours, reference = getattr(ours, "history", ours), getattr(reference, "history", reference)
        assert set(ours) == set(reference)
        for name in reference:
            np.testing.assert_allclose(ours[name], reference[name], rtol=tolerance, atol=tolerance, err_msg=name)

    return compare


@pytest.fixture
def data() -> SimpleNamespace:
    """320 rows: 20 batches of 16."""
    random = np.random.default_rng(1)
    x = random.standard_normal((320, 6)).astype("float32")
    score = x @ random.standard_normal((6, 3)).astype("float32")
    classes = score.argmax(1).astype("int64")
    return SimpleNamespace(
        x=x,
        classes=classes,
        one_hot=np.eye(3, dtype="float32")[classes],
        binary=(score[:, :1] > 0).astype("float32"),
        target=np.tanh(score[:, :2]).astype("float32"),
        positive=np.abs(score[:, :2]).astype("float32"),
        weight=random.uniform(0.2, 2.0, 320).astype("float32"),
    )
