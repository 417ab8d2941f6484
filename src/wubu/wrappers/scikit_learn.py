"""``KerasClassifier`` and ``KerasRegressor`` of Keras 1 and 2: a function that builds a model, as an estimator."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from wubu.errors import ArgumentError, DataError
from wubu.models.model import Model
from wubu.utils.categorical import to_categorical
from wubu.wrappers.sklearn import BaseEstimator, ClassifierMixin, RegressorMixin

__all__ = ["BaseWrapper", "KerasClassifier", "KerasRegressor"]


class BaseWrapper(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """What the two estimators share.

    Args:
        build_fn: a function that returns a compiled model; a subclass may have a ``__call__`` instead.
        **sk_params: arguments of ``build_fn`` and of the model's ``fit``, ``predict`` and ``evaluate``, by name; a search
            of scikit-learn's can vary them.
    """

    model: Any

    def __init__(self, build_fn: Callable[..., Any] | None = None, **sk_params: Any) -> None:
        self.build_fn = build_fn
        self.sk_params = sk_params
        self.check_params(sk_params)

    def _builder(self) -> Callable[..., Any]:
        return self.__call__ if self.build_fn is None else self.build_fn  # type: ignore[attr-defined]  # a subclass's

    def check_params(self, params: dict[str, Any]) -> None:
        """Refuse arguments that nothing takes."""
        functions: list[Callable[..., Any]] = [Model.fit, Model.predict, Model.evaluate, self._builder()]
        for name in params:
            if name == "nb_epoch" or any(_takes(function, name) for function in functions):
                continue
            raise ArgumentError(f"{name} is not a legal parameter: neither the model's fit nor build_fn takes it")

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The arguments of the constructor."""
        found = copy.deepcopy(self.sk_params) if deep else dict(self.sk_params)
        return {**found, "build_fn": self.build_fn}

    def set_params(self, **params: Any) -> Any:
        """Change arguments of the constructor."""
        self.check_params({k: v for k, v in params.items() if k != "build_fn"})
        self.build_fn = params.pop("build_fn", self.build_fn)
        self.sk_params.update(params)
        return self

    def filter_sk_params(self, fn: Callable[..., Any], override: dict[str, Any] | None = None) -> dict[str, Any]:
        """Those of the arguments that a function takes."""
        found = {name: value for name, value in self.sk_params.items() if _takes(fn, name)}
        if fn.__name__ == "fit" and "nb_epoch" in self.sk_params:
            found["epochs"] = self.sk_params["nb_epoch"]
        return {**found, **(override or {})}

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """Build a model and train it.

        Returns:
            The ``History``, as Keras 2 had it.
        """
        self.model = self._builder()(**self.filter_sk_params(self._builder()))
        if _is_one_hot_loss(self.model.loss) and np.ndim(y) != 2:
            y = to_categorical(y)
        return self.model.fit(x, y, **self.filter_sk_params(Model.fit, kwargs))

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model")


class KerasClassifier(ClassifierMixin, BaseWrapper):  # type: ignore[misc]
    """A model that tells classes apart.

    Example:
        >>> from sklearn.model_selection import cross_val_score
        >>> cross_val_score(KerasClassifier(build_fn=make_model, epochs=5, batch_size=16, verbose=0), X, y)
    """

    classes_: np.ndarray
    n_classes_: int

    def fit(self, x: Any, y: Any, sample_weight: Any = None, **kwargs: Any) -> Any:
        """Build a model and train it; labels may be class names or numbers, or one-hot rows."""
        y = np.asarray(y)
        if y.ndim == 2 and y.shape[1] > 1:
            self.classes_ = np.arange(y.shape[1])
        elif y.ndim == 1 or (y.ndim == 2 and y.shape[1] == 1):
            self.classes_ = np.unique(y)
            y = np.searchsorted(self.classes_, y)
        else:
            raise DataError(f"Invalid shape for y: {y.shape}")
        self.n_classes_ = len(self.classes_)
        if sample_weight is not None:
            kwargs["sample_weight"] = sample_weight
        return super().fit(x, y, **kwargs)

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The class of each sample."""
        outputs = self._outputs(x, kwargs)
        found = outputs.argmax(axis=-1) if outputs.shape[-1] > 1 else (outputs > 0.5).astype("int32")
        return self.classes_[found]

    def predict_proba(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The probability of each class, a column for each."""
        outputs = self._outputs(x, kwargs)
        return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs

    def _outputs(self, x: Any, kwargs: dict[str, Any]) -> np.ndarray:
        return self.model.predict(x, **{"verbose": 0, **self.filter_sk_params(Model.predict, kwargs)})

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """The accuracy; the model has to be compiled with it."""
        y = np.searchsorted(self.classes_, np.asarray(y)) if np.ndim(y) == 1 else np.asarray(y)
        if _is_one_hot_loss(self.model.loss) and y.ndim != 2:
            y = to_categorical(y, len(self.classes_))
        found = self.model.evaluate(x, y, return_dict=True, **{"verbose": 0, **self.filter_sk_params(Model.evaluate, kwargs)})
        for name in ("accuracy", "acc", "categorical_accuracy", "sparse_categorical_accuracy", "binary_accuracy"):
            if name in found:
                return float(found[name])
        raise ArgumentError(
            "The model is not configured to compute accuracy. Try: metrics=['accuracy'] in model.compile(…)"
        )


class KerasRegressor(RegressorMixin, BaseWrapper):  # type: ignore[misc]
    """A model that predicts numbers."""

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The number of each sample."""
        found = self.model.predict(x, **{"verbose": 0, **self.filter_sk_params(Model.predict, kwargs)})
        return np.squeeze(found, axis=-1) if found.ndim > 1 and found.shape[-1] == 1 else found

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """Minus the loss, so that more is better."""
        loss = self.model.evaluate(x, y, **{"verbose": 0, **self.filter_sk_params(Model.evaluate, kwargs)})
        return -float(loss[0] if isinstance(loss, list) else loss)


def _takes(function: Callable[..., Any], name: str) -> bool:
    try:
        parameter = inspect.signature(function).parameters.get(name)
    except (TypeError, ValueError):
        return False
    return parameter is not None and parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)


def _is_one_hot_loss(loss: Any) -> bool:
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", "") or getattr(loss, "name", "")
    return name == "categorical_crossentropy"
