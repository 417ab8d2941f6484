"""Names of the ``keras`` package itself that Keras has dropped."""

from __future__ import annotations

from wubu.core.legacy import note
from wubu.legacy.models import LinearModel, WideDeepModel

__all__ = ["LinearModel", "WideDeepModel", "enable_tf_random_generator"]


def enable_tf_random_generator() -> None:
    """Accepted: there is one generator."""
    note("enable_tf_random_generator()", "nothing, there is one generator")
