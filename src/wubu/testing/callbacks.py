"""What every callback must do."""

from __future__ import annotations

import inspect
from typing import Any

import torch

from wubu.callbacks.base import Callback
from wubu.layers.core.dense import Dense
from wubu.layers.core.input_layer import Input
from wubu.models.sequential import Sequential
from wubu.testing.comparing import claim


def check_callback(callback: Any, epochs: int = 2, **fit: Any) -> Any:
    """Check a callback: its hooks take what Keras gives them, and a training with it ends.

    Args:
        callback: the callback, an object.
        epochs: how long to train.
        **fit: further arguments of ``fit``.

    Returns:
        The history of the training.

    Raises:
        AssertionError: that says what does not hold.

    Example:
        >>> len(check_callback(wubu.callbacks.TerminateOnNaN()).epoch)
        2
    """
    what = type(callback).__name__
    for name, hook in inspect.getmembers(Callback, inspect.isfunction):
        if name.startswith("on_"):
            wanted, own = inspect.signature(hook), inspect.signature(getattr(type(callback), name, hook))
            sample = [None] * len(wanted.parameters)
            try:
                own.bind(*sample)
            except TypeError as error:
                raise AssertionError(f"{what}.{name} does not take {list(wanted.parameters)}") from error
    model = Sequential([Input((3,)), Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    x, y = torch.randn(16, 3), torch.randn(16, 1)
    history = model.fit(x, y, batch_size=4, epochs=epochs, validation_data=(x, y), callbacks=[callback], verbose=0, **fit)
    claim(history.epoch, f"{what}: the training made no epoch")
    claim(callback.model is model, f"{what}: does not know its model")
    model.evaluate(x, y, callbacks=[callback], verbose=0)
    model.predict(x, callbacks=[callback], verbose=0)
    return history
