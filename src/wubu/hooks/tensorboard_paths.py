"""The modules of TensorBoard that would load TensorFlow."""

from __future__ import annotations

import importlib.machinery

from wubu.hooks.route import Route

_HPARAMS = "tensorboard.plugins.hparams.api"


def route(full: str) -> Route | None:
    """Where a module of TensorBoard has its names, or None when TensorBoard's own will do.

    Args:
        full: the full name, such as ``tensorboard.plugins.hparams.api``.
    """
    if full == _HPARAMS:
        return Route(("wubu.tensorboard.hparams_api",))
    if full == "tensorboard.compat.notf":  # its presence makes TensorBoard use its own stand-in for TensorFlow
        return Route(())
    if _HPARAMS.startswith(full + ".") and not _is_there("tensorboard"):
        return Route(())
    return None


def _is_there(package: str) -> bool:
    return importlib.machinery.PathFinder.find_spec(package) is not None
