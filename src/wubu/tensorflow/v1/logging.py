"""``tf.logging``: messages at levels, on stderr."""

from __future__ import annotations

import logging as _logging
from typing import Any

__all__ = [
    "DEBUG",
    "ERROR",
    "FATAL",
    "INFO",
    "WARN",
    "debug",
    "error",
    "fatal",
    "get_verbosity",
    "info",
    "log",
    "set_verbosity",
    "warn",
    "warning",
]

DEBUG, INFO, WARN, ERROR, FATAL = _logging.DEBUG, _logging.INFO, _logging.WARNING, _logging.ERROR, _logging.CRITICAL
_logger = _logging.getLogger("tensorflow")

debug, info, warning, error, fatal, log = (
    _logger.debug, _logger.info, _logger.warning, _logger.error, _logger.critical, _logger.log,
)  # fmt: skip
warn = warning


def set_verbosity(level: Any) -> None:
    """Show messages from a level on."""
    _logger.setLevel(level)
    if not _logger.handlers:
        handler = _logging.StreamHandler()
        handler.setFormatter(_logging.Formatter("%(levelname)s:tensorflow:%(message)s"))
        _logger.addHandler(handler)
        _logger.propagate = False


def get_verbosity() -> int:
    """The level from which messages are shown."""
    return _logger.getEffectiveLevel()
