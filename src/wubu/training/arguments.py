"""Arguments of older versions, and arguments that mean the same in several forms."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from typing import Any

from wubu.callbacks.progbar import is_terminal
from wubu.core import legacy, nest
from wubu.errors import ArgumentError, UnknownArgumentError

# What methods of older versions took and no longer mean anything.
_IGNORED = {
    "compile": (
        "sample_weight_mode",
        "target_tensors",
        "distribute",
        "options",
        "run_metadata",
        "experimental_run_tf_function",
        "from_serialized",
        "pss_evaluation_shards",
        "class_mode",
    ),
    "fit": ("show_accuracy",),
    "evaluate": ("show_accuracy", "max_queue_size", "workers", "use_multiprocessing"),
    "predict": ("max_queue_size", "workers", "use_multiprocessing"),
    "train_on_batch": ("reset_metrics", "accuracy"),
    "test_on_batch": ("reset_metrics", "accuracy"),
}
_RENAMED = {
    "nb_epoch": "epochs",
    "max_q_size": "max_queue_size",
    "nb_worker": "workers",
    "pickle_safe": "use_multiprocessing",
}


def older(method: str, given: dict[str, Any], known: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return today's form of a method's further keyword arguments.

    Args:
        method: the method's name.
        given: what came as ``**kwargs``.
        known: what may come that way.

    Raises:
        UnknownArgumentError: for anything else.
    """
    if not given:
        return {}
    for name in _RENAMED.keys() & given.keys():
        legacy.note(f"{name}=", f"{_RENAMED[name]}=")
    made = {_RENAMED.get(name, name): value for name, value in given.items()}
    for name in _IGNORED.get(method, ()):
        if name not in known:
            made.pop(name, None)
    unknown = [name for name in made if name not in known]
    if unknown:
        raise UnknownArgumentError(f"{method}(…)", unknown, known or (*_IGNORED.get(method, ()),))
    return made


def order_of_compile(loss_weights: Any, metrics: Any) -> tuple[Any, Any]:
    """Tell loss weights from metrics: Keras 2 had the metrics third, Keras 3 has the weights there."""
    if loss_weights is not None and _are_metrics(loss_weights) and not _are_metrics(metrics):
        return metrics, loss_weights
    return loss_weights, metrics


def _are_metrics(value: Any) -> bool:
    leaves = [leaf for leaf in nest.flatten(value) if leaf is not None]
    return bool(leaves) and any(
        isinstance(leaf, str) or hasattr(leaf, "update_state") or callable(leaf) for leaf in leaves
    )


def verbosity(verbose: Any, several: bool = True) -> int:
    """Return 0, 1 or 2.

    Args:
        verbose: ``"auto"`` is 1; True and False are 1 and 0.
        several: for predictions: ``"auto"`` shows something only where there is something to watch, which is several
            batches on a terminal.
    """
    if verbose == "auto":
        return 1 if several else 0
    if isinstance(verbose, bool) or verbose in (0, 1, 2):
        return int(verbose)
    raise ArgumentError(f"Expected verbose to be 0, 1, 2 or 'auto'. Received: {verbose!r}")


def watchable(batches: int | None) -> bool:
    """Whether predictions are worth a progress line by default."""
    return is_terminal() and batches != 1


def capped_epochs(epochs: Any) -> int:
    """The number of epochs, at most ``$KERAS_MAX_EPOCHS``."""
    if isinstance(epochs, bool) or int(epochs) != epochs or epochs < 0:
        raise ArgumentError(f"Expected epochs to be an integer of 0 or more. Received: epochs={epochs!r}")
    return _capped(int(epochs), "KERAS_MAX_EPOCHS", "epochs") or 0


def capped_steps(steps: int | None) -> int | None:
    """The number of steps in an epoch, at most ``$KERAS_MAX_STEPS_PER_EPOCH``."""
    return _capped(steps, "KERAS_MAX_STEPS_PER_EPOCH", "steps_per_epoch")


def _capped(value: int | None, variable: str, what: str) -> int | None:
    try:
        most = int(os.environ.get(variable, "") or 0)
    except ValueError:
        return value
    if most > 0 and (value is None or most < value):
        warnings.warn(f"Limiting {what} to {most}", stacklevel=4)
        return most
    return value


def validation_parts(data: Any) -> tuple[Any, Any, Any]:
    """Split ``validation_data`` into inputs, labels and weights; a stream is all inputs."""
    if isinstance(data, tuple | list) and 2 <= len(data) <= 3:
        return (*data, None)[:3]  # type: ignore[return-value]
    if isinstance(data, tuple) and len(data) == 1:
        return data[0], None, None
    if isinstance(data, Mapping | list | tuple):
        raise ArgumentError(
            "Expected validation_data to be (x, y), (x, y, sample_weight) or a stream of batches. "
            f"Received: a {type(data).__name__} of {len(data)}"
        )
    return data, None, None


def checked_frequency(frequency: Any) -> Any:
    """Return ``validation_freq`` as an integer or a set of epochs."""
    if isinstance(frequency, int) and not isinstance(frequency, bool) and frequency >= 1:
        return frequency
    if isinstance(frequency, list | tuple | set | range):
        return set(frequency)
    raise ArgumentError(
        f"Expected `validation_freq` to be a list or a positive int. Received: validation_freq={frequency!r} of type "
        f"{type(frequency).__name__}"
    )
