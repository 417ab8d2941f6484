"""The list of callbacks of one training: who is called when, and who is to blame when one raises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import torch

from wubu.callbacks.base import HOOKS, Callback, overrides
from wubu.callbacks.history import History
from wubu.callbacks.metric_names import Logs
from wubu.callbacks.progbar_logger import ProgbarLogger
from wubu.core import nest
from wubu.errors import ArgumentError

_NONE: dict[str, Any] = {}


class CallbackList(Callback):
    """Calls many callbacks as one.

    Args:
        callbacks: a callback, or a list of them.
        add_history: add a ``History`` when there is none.
        add_progbar: add a ``ProgbarLogger`` when there is none.
        model: the model to introduce to them.
        **params: what to tell them: ``verbose``, ``epochs``, ``steps``.

    Example:
        >>> callbacks = CallbackList([], add_history=True, model=model, epochs=2)
        >>> callbacks.on_train_begin()

    Attributes:
        interrupted: whether the training under way was interrupted rather than ended.
        session: the training under way, or None.
    """

    interrupted = False
    session: Any = None

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        super().__init__()
        self.callbacks: list[Any] = [c for c in nest.flatten(callbacks) if c is not None]
        for callback in self.callbacks:
            _check(callback)
        if add_history and not any(isinstance(c, History) for c in self.callbacks):
            self.callbacks.append(History())
        if add_progbar and not any(isinstance(c, ProgbarLogger) for c in self.callbacks):
            self.callbacks.append(ProgbarLogger())
        self._active: dict[str, list[Any]] = {}
        self._find_active()
        self.set_model(model)
        self.set_params(params)

    def _find_active(self) -> None:
        ordered = sorted(self.callbacks, key=lambda c: bool(getattr(c, "runs_last", False)))
        self._active = {hook: [c for c in ordered if overrides(c, hook)] for hook in HOOKS}

    def append(self, callback: Any) -> None:
        """Add a callback."""
        _check(callback)
        self.callbacks.append(callback)
        self._find_active()
        if self.model is not None:
            callback.set_model(self.model)
        if self.params:
            callback.set_params(self.params)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.callbacks)

    def __len__(self) -> int:
        return len(self.callbacks)

    def set_model(self, model: Any) -> None:
        """Introduce the model to every callback."""
        super().set_model(model)
        if model is None:
            return
        for callback in self.callbacks:
            if isinstance(callback, History):
                model.history = callback
            callback.set_model(model)
            if hasattr(callback, "set_list"):
                callback.set_list(self)

    def set_params(self, params: dict[str, Any]) -> None:
        """Tell every callback ``verbose``, ``epochs`` and ``steps``."""
        self.params = params
        for callback in self.callbacks if params else ():
            callback.set_params(params)

    def wants_every_batch(self, mode: str) -> bool:
        """Whether a callback must be called at every batch.

        Args:
            mode: ``"train"``, ``"test"`` or ``"predict"``.
        """
        hooks = (f"on_{mode}_batch_begin", f"on_{mode}_batch_end")
        return any(not getattr(c, "sampled", False) for hook in hooks for c in self._active[hook])

    def wants_batches(self, mode: str) -> bool:
        """Whether a callback is called at batches at all."""
        return any(self._active[f"on_{mode}_batch_{when}"] for when in ("begin", "end"))

    def _call(self, hook: str, number: int | None, logs: Any) -> None:
        active = self._active[hook]
        if not active:
            return
        logs = as_logs(logs)
        for callback in active:
            try:
                if number is None:
                    getattr(callback, hook)(logs)
                elif "batch" in hook:
                    getattr(callback, hook)(number, logs=logs)
                else:
                    getattr(callback, hook)(number, logs)
            except Exception as error:
                error.add_note(f"Raised by the callback {type(callback).__name__}, in {hook}.")
                raise

    def on_train_begin(self, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_train_begin", None, logs)

    def on_train_end(self, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_train_end", None, logs)

    def abandon(self) -> None:
        """Let every callback put back what it has changed for the length of the training."""
        for callback in self.callbacks:
            put_back = getattr(callback, "abandon", None)
            if put_back is not None:
                with suppress(Exception):  # the error that ended the training is the one to show
                    put_back()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_epoch_begin", epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_epoch_end", epoch, logs)

    def on_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_train_batch_begin", batch, logs)

    def on_batch_end(self, batch: int, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_train_batch_end", batch, logs)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_train_batch_begin", batch, logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_train_batch_end", batch, logs)

    def on_test_begin(self, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_test_begin", None, logs)

    def on_test_end(self, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_test_end", None, logs)

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_test_batch_begin", batch, logs)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_test_batch_end", batch, logs)

    def on_predict_begin(self, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_predict_begin", None, logs)

    def on_predict_end(self, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_predict_end", None, logs)

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_predict_batch_begin", batch, logs)

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """Pass it on."""
        self._call("on_predict_batch_end", batch, logs)


def as_logs(logs: Any) -> Logs:
    """Return logs as Python numbers that answer to every name; nested dicts are opened."""
    if isinstance(logs, Logs):
        return logs
    return Logs(_plain(logs or _NONE))


def _plain(logs: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in logs.items():
        if isinstance(value, dict):
            made.update(_plain(value))
        else:
            made[name] = plain_value(value)
    return made


def plain_value(value: Any) -> Any:
    """A float where a value is one number, else the value itself (tensors as arrays)."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu()
        if value.numel() != 1:
            return value.float().numpy() if value.dtype is torch.bfloat16 else value.numpy()
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def _check(callback: Any) -> None:
    if isinstance(callback, type) and hasattr(callback, "on_epoch_end"):
        raise ArgumentError(f"Expected a callback. Received: the class {callback.__name__}. Try: {callback.__name__}()")
    if not hasattr(callback, "set_model"):
        raise ArgumentError(
            f"Expected callbacks to be Callback objects. Received: {callback!r:.100} of type {type(callback).__name__}. "
            "Try: LambdaCallback(on_epoch_end=…) for a function"
        )


def flattened(callbacks: Iterable[Any] | Any) -> list[Any]:
    """The callbacks of a structure or of a ``CallbackList``."""
    if isinstance(callbacks, CallbackList):
        return callbacks.callbacks
    return [c for c in nest.flatten(callbacks) if c is not None]
