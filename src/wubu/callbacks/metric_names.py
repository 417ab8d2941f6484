"""Names that mean the same metric: whoever asks for ``acc`` finds ``accuracy``, and the reverse."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

# Each row is one metric under the names that Keras has given it over the years.
_ALIASES = (
    ("accuracy", "acc"),
    ("mean_squared_error", "mse", "MSE"),
    ("mean_absolute_error", "mae", "MAE"),
    ("mean_absolute_percentage_error", "mape", "MAPE"),
    ("mean_squared_logarithmic_error", "msle", "MSLE"),
    ("root_mean_squared_error", "rmse", "RMSE"),
    ("cosine_similarity", "cosine_proximity", "cosine"),
    ("binary_accuracy", "binary_acc"),
    ("categorical_accuracy", "categorical_acc"),
    ("sparse_categorical_accuracy", "sparse_categorical_acc"),
    ("top_k_categorical_accuracy", "top_k_acc"),
    ("binary_crossentropy", "bce", "BCE"),
    ("kl_divergence", "kullback_leibler_divergence", "kld", "KLD"),
    ("log_cosh", "logcosh"),
    ("fmeasure", "f1_score", "fbeta_score"),
    ("learning_rate", "lr"),
)
_ROWS = {name: row for row in _ALIASES for name in row}
# What "accuracy" turned into by itself, in versions that logged the resolved metric.
_ACCURACIES = ("binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy")


def resolve(name: Any, logged: Collection[str]) -> str | None:
    """Return the name under which a metric was logged, or None when it was not.

    The name itself comes first, then its aliases, each with the same ``val_`` and the same output in front; last, when
    there is just one, the accuracy that ``accuracy`` stands for.

    Args:
        name: what somebody asks for, such as ``"val_acc"``.
        logged: the names that exist.

    Example:
        >>> resolve("val_acc", ["loss", "accuracy", "val_loss", "val_accuracy"])
        'val_accuracy'
    """
    if name in logged:
        return name
    if not isinstance(name, str):
        return None
    prefix = "val_" if name.startswith("val_") else ""
    rest = name.removeprefix(prefix)
    for start, own in _splits(rest):
        for alias in _ROWS.get(own, ()):
            if prefix + start + alias in logged:
                return prefix + start + alias
    if rest in ("acc", "accuracy"):
        found = [n for n in (prefix + a for a in _ACCURACIES) if n in logged]
        if len(found) == 1:
            return found[0]
    if rest in _ACCURACIES and not any(prefix + a in logged for a in _ACCURACIES):
        return next((n for n in (prefix + "accuracy", prefix + "acc") if n in logged), None)
    return None


def _splits(name: str) -> list[tuple[str, str]]:
    """A name as metric alone, and as output and metric at every underscore."""
    found = [("", name)]
    for i, letter in enumerate(name):
        if letter == "_" and 0 < i < len(name) - 1:
            found.append((name[: i + 1], name[i + 1 :]))
    return found


class Logs(dict):
    """A dict of metrics by name that answers to every name a metric has had.

    Iteration, length and equality are those of the names that were logged.

    Example:
        >>> Logs(accuracy=0.9)["acc"]
        0.9
    """

    def __missing__(self, key: Any) -> Any:
        found = resolve(key, self.keys())
        if found is None:
            raise KeyError(key)
        return self[found]

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a metric, or the default."""
        found = resolve(key, self.keys())
        return default if found is None else self[found]

    def __contains__(self, key: Any) -> bool:
        return dict.__contains__(self, key) or resolve(key, self.keys()) is not None

    def copy(self) -> Logs:
        """A copy that answers to the same names."""
        return type(self)(self)

    def __reduce__(self) -> Any:
        return dict, (dict(self),)
