"""Keras's ``wrappers`` namespace: models as scikit-learn estimators. scikit-learn is loaded when they are asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from wubu.errors import did_you_mean

if TYPE_CHECKING:
    from wubu.wrappers.estimators import SKLearnClassifier, SKLearnRegressor, SKLearnTransformer

__all__ = ["SKLearnClassifier", "SKLearnRegressor", "SKLearnTransformer"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}.{did_you_mean(name, __all__)}")
    found = getattr(importlib.import_module("wubu.wrappers.estimators"), name)
    globals()[name] = found
    return found
