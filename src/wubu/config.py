"""Keras's ``config`` namespace: global settings."""

from __future__ import annotations

from wubu.core.config import enable_unsafe_deserialization
from wubu.core.policy import dtype_policy, set_dtype_policy
from wubu.core.settings import (
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from wubu.core.switches import (
    disable_flash_attention,
    disable_interactive_logging,
    disable_traceback_filtering,
    enable_flash_attention,
    enable_interactive_logging,
    enable_traceback_filtering,
    is_flash_attention_enabled,
    is_interactive_logging_enabled,
    is_traceback_filtering_enabled,
    max_epochs,
    max_steps_per_epoch,
    set_max_epochs,
    set_max_steps_per_epoch,
)
from wubu.errors import ArgumentError
from wubu.training.watchdog import set_watchdog

__all__ = [
    "backend",
    "disable_flash_attention",
    "disable_interactive_logging",
    "disable_traceback_filtering",
    "dtype_policy",
    "enable_flash_attention",
    "enable_interactive_logging",
    "enable_traceback_filtering",
    "enable_unsafe_deserialization",
    "epsilon",
    "floatx",
    "image_data_format",
    "is_flash_attention_enabled",
    "is_interactive_logging_enabled",
    "is_traceback_filtering_enabled",
    "max_epochs",
    "max_steps_per_epoch",
    "set_backend",
    "set_dtype_policy",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "set_max_epochs",
    "set_max_steps_per_epoch",
    "set_watchdog",
]


def backend() -> str:
    """``"torch"``: what everything here runs on."""
    return "torch"


def set_backend(backend: str) -> None:
    """Accepted for ``"torch"``.

    Raises:
        ArgumentError: for any other backend.
    """
    if backend != "torch":
        raise ArgumentError(f"Expected backend 'torch', the only one here. Received: {backend!r}")
