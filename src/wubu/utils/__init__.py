"""Keras's ``utils`` namespace: small public tools, each defined in its own file."""

from __future__ import annotations

from wubu.report.model_diagram import model_to_dot, plot_model
from wubu.utils import np_utils
from wubu.utils.categorical import to_categorical
from wubu.utils.normalization import normalize
from wubu.utils.remote_file import get_file

__all__ = [
    "get_file",
    "model_to_dot",
    "normalize",
    "np_utils",
    "plot_model",
    "to_categorical",
]
