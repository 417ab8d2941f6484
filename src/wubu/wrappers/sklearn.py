"""scikit-learn, or a hint how to install it."""

from __future__ import annotations

from wubu.errors import MissingDependencyError

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin
    from sklearn.preprocessing import OneHotEncoder
    from sklearn.utils.multiclass import type_of_target
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    raise MissingDependencyError("scikit-learn", "report", "A model as a scikit-learn estimator") from error

__all__ = [
    "BaseEstimator",
    "ClassifierMixin",
    "OneHotEncoder",
    "RegressorMixin",
    "TransformerMixin",
    "check_is_fitted",
    "type_of_target",
    "validate_data",
]
