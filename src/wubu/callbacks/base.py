"""The callback protocol: hooks that training, evaluation and prediction call."""

from __future__ import annotations

from typing import Any

from wubu.core.constructed import Constructed


class Callback(metaclass=Constructed):
    """Base of callbacks; subclass it and override the hooks that matter.

    Epochs and batches count from 0. ``logs`` holds the metrics so far, under the names that training logs them: ``loss``,
    the metrics' names, ``val_…`` after validation; it answers to a metric's other names too (``acc``, ``accuracy``). It
    is read from the device when it is first looked at, so a hook that does not look costs next to nothing.

    A batch hook that is overridden is called after every batch, which keeps training from running many batches in one
    go. With ``sampled = True`` it is called now and then instead, a few times a second: ``batch`` is then the last of
    the batches that went by.

    Attributes:
        model: the model.
        params: ``verbose``, ``epochs`` and ``steps`` (None when unknown).
        validation_data: always None; kept for old programs.
        sampled: see above.
        state_attributes: the attributes that a resumed training needs back.
        runs_last: whether it is called after all others, whatever its place in the list.

    Example:
        >>> class StopAt(Callback):
        ...     def on_epoch_end(self, epoch, logs=None):
        ...         if logs["accuracy"] > 0.99:
        ...             self.model.stop_training = True
    """

    sampled: bool = False
    state_attributes: tuple[str, ...] = ()
    runs_last: bool = False

    def __init__(self) -> None:
        self.params: dict[str, Any] | None = None
        self.validation_data: Any = None
        self._model: Any = None

    def set_params(self, params: dict[str, Any]) -> None:
        """Receive ``verbose``, ``epochs`` and ``steps``."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Receive the model."""
        self._model = model

    @property
    def model(self) -> Any:
        """The model."""
        return self.__dict__.get("_model")

    @model.setter
    def model(self, value: Any) -> None:
        self._model = value

    # Each hook's place in a fit() of two epochs: train begin, (epoch begin, (batch begin, batch end)…, test begin …
    # test end, epoch end)…, train end.

    def on_train_begin(self, logs: Any = None) -> None:
        """Before the first epoch; ``logs`` is empty."""

    def on_train_end(self, logs: Any = None) -> None:
        """After the last epoch, also when training is interrupted; ``logs`` are those of the last epoch."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Before an epoch; ``logs`` is empty."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """After an epoch and its validation; ``logs`` has the epoch's metrics and, after validation, ``val_…``."""

    def on_batch_begin(self, batch: int, logs: Any = None) -> None:
        """The same as ``on_train_batch_begin``."""

    def on_batch_end(self, batch: int, logs: Any = None) -> None:
        """The same as ``on_train_batch_end``."""

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Before a batch of training; ``logs`` is empty."""
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """After a batch of training; ``logs`` has the metrics over the epoch so far."""
        self.on_batch_end(batch, logs=logs)

    def on_test_begin(self, logs: Any = None) -> None:
        """Before an evaluation, or a validation within training; ``logs`` is empty."""

    def on_test_end(self, logs: Any = None) -> None:
        """After it; ``logs`` has its metrics, without ``val_``."""

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Before a batch of it; ``logs`` is empty."""

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """After a batch of it; ``logs`` has the metrics so far."""

    def on_predict_begin(self, logs: Any = None) -> None:
        """Before a prediction; ``logs`` is empty."""

    def on_predict_end(self, logs: Any = None) -> None:
        """After it; ``logs`` is empty."""

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Before a batch of it; ``logs`` is empty."""

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """After a batch of it; ``logs`` has ``outputs``, the predictions."""

    def abandon(self) -> None:
        """Put back what was only lent: training ends by an error, here or elsewhere, and ``on_train_end`` is not called."""

    # --- resuming -------------------------------------------------------------------------------------------------

    def get_state(self) -> dict[str, Any]:
        """What a resumed training needs to go on as if it had not stopped."""
        return {name: getattr(self, name) for name in self.state_attributes}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take back what ``get_state`` gave."""
        for name in self.state_attributes:
            if name in state:
                setattr(self, name, state[name])


HOOKS = tuple(name for name in vars(Callback) if name.startswith("on_"))


def overrides(callback: Any, hook: str) -> bool:
    """Whether a callback does something of its own in a hook."""
    if hook in getattr(callback, "__dict__", {}):
        return True
    found = getattr(type(callback), hook, None)
    if found is None or getattr(found, "_is_default", False):  # the mark of Keras's own base class
        return False
    if found is not getattr(Callback, hook):
        return True
    older = {"on_train_batch_begin": "on_batch_begin", "on_train_batch_end": "on_batch_end"}.get(hook)
    return older is not None and overrides(callback, older)
