"""Import hooks: what lets a program's ``import tensorflow`` and ``import keras`` find wubu.

They answer only after ``wubu.install()`` or under ``wubu run``, and never take the place of a TensorFlow that is loaded.
"""

from __future__ import annotations

from wubu.hooks.installing import install, installed, uninstall

__all__ = ["install", "installed", "uninstall"]
