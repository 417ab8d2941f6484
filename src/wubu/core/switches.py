"""Global switches: limits on training for trial runs, and how much is said."""

from __future__ import annotations

import os

from wubu.errors import ArgumentError

_values: dict[str, int | bool | None] = {"flash_attention": True, "interactive_logging": True, "traceback_filtering": True}


def _limit(name: str, variable: str) -> int | None:
    if name in _values:
        return _values[name]
    text = os.environ.get(variable)
    if not text:
        return None
    if not text.isdigit() or int(text) < 1:
        raise ArgumentError(f"Expected the environment variable {variable} to be a positive integer. Received: {text!r}")
    return int(text)


def max_epochs() -> int | None:
    """The most epochs that ``fit`` runs: what was set, else ``$KERAS_MAX_EPOCHS``, else None."""
    return _limit("max_epochs", "KERAS_MAX_EPOCHS")


def set_max_epochs(max_epochs: int | None) -> None:
    """Limit the epochs of every ``fit``; None lifts the limit."""
    _values["max_epochs"] = max_epochs


def max_steps_per_epoch() -> int | None:
    """The most steps of an epoch: what was set, else ``$KERAS_MAX_STEPS_PER_EPOCH``, else None."""
    return _limit("max_steps_per_epoch", "KERAS_MAX_STEPS_PER_EPOCH")


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Limit the steps of every epoch; None lifts the limit."""
    _values["max_steps_per_epoch"] = max_steps_per_epoch


def is_flash_attention_enabled() -> bool:
    """Whether attention may use torch's flash kernels."""
    return bool(_values["flash_attention"])


def enable_flash_attention() -> None:
    """Let attention use torch's flash kernels, as it does by default."""
    _values["flash_attention"] = True


def disable_flash_attention() -> None:
    """Keep attention from torch's flash kernels."""
    _values["flash_attention"] = False


def is_interactive_logging_enabled() -> bool:
    """Whether progress is printed (else it is logged)."""
    return bool(_values["interactive_logging"])


def enable_interactive_logging() -> None:
    """Print progress."""
    _values["interactive_logging"] = True


def disable_interactive_logging() -> None:
    """Log progress instead of printing it."""
    _values["interactive_logging"] = False


def is_traceback_filtering_enabled() -> bool:
    """Whether tracebacks leave out what is inside the library; kept for Keras's sake."""
    return bool(_values["traceback_filtering"])


def enable_traceback_filtering() -> None:
    """Accepted for Keras's sake."""
    _values["traceback_filtering"] = True


def disable_traceback_filtering() -> None:
    """Accepted for Keras's sake."""
    _values["traceback_filtering"] = False
