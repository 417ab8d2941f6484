"""Models as scikit-learn estimators, which pipelines, searches and cross-validation can use."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from wubu.errors import ArgumentError, DataError, NotCompiledError
from wubu.models.cloning import clone_model
from wubu.models.model import Model
from wubu.wrappers.sklearn import (
    BaseEstimator,
    ClassifierMixin,
    OneHotEncoder,
    RegressorMixin,
    TransformerMixin,
    check_is_fitted,
    type_of_target,
    validate_data,
)


class _Estimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """What the three estimators share.

    Args:
        model: a compiled model, which every ``fit`` clones; or a function of ``X``, ``y`` and ``model_kwargs`` that
            returns one.
        warm_start: whether a later ``fit`` goes on with the model of the one before.
        model_kwargs: further arguments of a function.
        fit_kwargs: arguments of the model's own ``fit``.
    """

    model_: Any
    history_: Any

    def __init__(self, model: Any, warm_start: bool = False, model_kwargs: Any = None, fit_kwargs: Any = None) -> None:
        self.model, self.warm_start = model, warm_start
        self.model_kwargs, self.fit_kwargs = model_kwargs, fit_kwargs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.non_deterministic = True
        return tags

    def __sklearn_clone__(self) -> Any:
        # A model is callable, too; but a copy has to have weights of its own.
        model = copy.deepcopy(self.model) if isinstance(self.model, Model) else self.model
        return type(self)(
            model=model,
            warm_start=self.warm_start,
            model_kwargs=copy.deepcopy(self.model_kwargs),
            fit_kwargs=copy.deepcopy(self.fit_kwargs),
        )

    @property
    def epoch_(self) -> Any:
        """The epochs of the last ``fit``."""
        return getattr(getattr(self, "history_", None), "epoch", 0)

    def _fresh_model(self, X: Any, y: Any) -> Any:
        if self.warm_start and hasattr(self, "model_"):
            return self.model_
        if isinstance(self.model, Model):
            made = clone_model(self.model)
            if not made.compiled and self.model.compiled:
                made.compile_from_config(self.model.get_compile_config() or {})
        elif callable(self.model):
            made = self.model(X=X, y=y, **(self.model_kwargs or {}))
        else:
            raise ArgumentError(f"Expected a model, or a function that makes one. Received: {self.model!r}")
        if not made.compiled or not made.loss or made.optimizer is None:
            raise NotCompiledError("Given model needs to be compiled, and have a loss and an optimizer.")
        return made

    def fit(self, X: Any, y: Any, **kwargs: Any) -> Any:
        """Train a model; ``kwargs`` go to the model's own ``fit``, beside ``fit_kwargs``."""
        X, y = validate_data(self, X, y, multi_output=True, allow_nd=True)
        y = self._encoded(y, learn=True)
        model = self._fresh_model(X, y)
        self.history_ = model.fit(X, y, **{**(self.fit_kwargs or {}), **kwargs})
        self.model_ = model
        return self

    def _outputs(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return self.model_.predict(validate_data(self, X, reset=False, allow_nd=True), verbose=0)

    def predict(self, X: Any) -> np.ndarray:
        """What the model says, in the form that ``y`` had."""
        return self._decoded(self._outputs(X))

    def _encoded(self, y: np.ndarray, learn: bool = False) -> np.ndarray:
        """Labels as the model is trained on them."""
        type_of_target(y, raise_unknown=True)
        if learn:
            self._axes = y.ndim
        return y.reshape(-1, 1) if y.ndim == 1 else y

    def _decoded(self, outputs: np.ndarray) -> np.ndarray:
        """Outputs in the form that labels have."""
        return outputs.squeeze(axis=1) if self._axes == 1 and outputs.ndim == 2 and outputs.shape[1] == 1 else outputs


class SKLearnClassifier(ClassifierMixin, _Estimator):  # type: ignore[misc]
    """A model that tells classes apart, with one output for each.

    Labels become one-hot rows, so the loss is ``"categorical_crossentropy"`` or the like.

    Args:
        model, warm_start, model_kwargs, fit_kwargs: see ``_Estimator``.

    Attributes:
        model_: the trained model.
        history_: its ``History``.
        classes_: the classes, sorted.

    Example:
        >>> classifier = SKLearnClassifier(model=make_model, model_kwargs={"width": 16}, fit_kwargs={"epochs": 5})
        >>> classifier.fit(X, y).score(X, y)
    """

    classes_: np.ndarray

    def decision_function(self, X: Any) -> np.ndarray:
        """The model's outputs, a column for each class."""
        return self._outputs(X)

    def predict_proba(self, X: Any) -> np.ndarray:
        """The same: probabilities where the model ends in softmax."""
        return self._outputs(X)

    def _encoded(self, y: np.ndarray, learn: bool = False) -> np.ndarray:
        kind = type_of_target(y, raise_unknown=True)
        if kind not in ("binary", "multiclass"):
            raise DataError(f"Only binary and multiclass target types are supported. Target type: {kind}")
        y = y.reshape(-1, 1)
        if learn:
            self._encoder = OneHotEncoder(sparse_output=False).fit(y)
            self.classes_ = np.unique(y)
            if len(self.classes_) == 1:
                raise DataError("Classifier can't train when only one class is present.")
        return self._encoder.transform(y)

    def _decoded(self, outputs: np.ndarray) -> np.ndarray:
        return self.classes_[outputs.argmax(axis=1)]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = True
        return tags


class SKLearnRegressor(RegressorMixin, _Estimator):  # type: ignore[misc]
    """A model that predicts numbers.

    Args:
        model, warm_start, model_kwargs, fit_kwargs: see ``_Estimator``.
    """

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True
        return tags


class SKLearnTransformer(TransformerMixin, _Estimator):  # type: ignore[misc]
    """A model whose outputs are features for what comes next in a pipeline.

    Args:
        model, warm_start, model_kwargs, fit_kwargs: see ``_Estimator``.
    """

    def transform(self, X: Any) -> np.ndarray:
        """The model's outputs."""
        return self._outputs(X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
