"""A table with columns of several kinds, encoded for a network in one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.core.names import auto_name
from wubu.errors import ArgumentError, NotBuiltError, did_you_mean
from wubu.layers import (
    CategoryEncoding,
    Concatenate,
    Discretization,
    HashedCrossing,
    Hashing,
    Identity,
    Input,
    IntegerLookup,
    Layer,
    Normalization,
    Rescaling,
    StringLookup,
)
from wubu.saving.api import save_model
from wubu.symbolic import KerasTensor

_KERAS_FILE = "keras.src.layers.preprocessing.feature_space"
_MODES = ("int", "one_hot", "float")


class Feature:
    """How one column becomes numbers.

    Args:
        dtype: the column's type: ``"float32"``, ``"int32"`` or ``"string"``.
        preprocessor: the layer that its values go through, (batch, 1).
        output_mode: ``"float"`` for numbers as they are, ``"int"`` for indices, ``"one_hot"`` for indices as vectors.
    """

    _keras_module = _KERAS_FILE

    def __init__(self, dtype: str, preprocessor: Any, output_mode: str) -> None:
        if output_mode not in _MODES:
            raise ArgumentError(f"Expected output_mode to be one of {_MODES}. Received: output_mode={output_mode!r}")
        self.dtype, self.output_mode = dtype, output_mode
        self.preprocessor = deserialize_keras_object(preprocessor) if isinstance(preprocessor, dict) else preprocessor

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this object again."""
        preprocessor = serialize_keras_object(self.preprocessor)
        return {"dtype": self.dtype, "preprocessor": preprocessor, "output_mode": self.output_mode}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Feature:
        """Make a feature from what ``get_config`` gave."""
        return cls(**config)


class Cross:
    """A column made of the combinations of others' values.

    Args:
        feature_names: the columns.
        crossing_dim: how many bins the combinations are hashed into.
        output_mode: ``"int"`` or ``"one_hot"``.
    """

    _keras_module = _KERAS_FILE

    def __init__(self, feature_names: Sequence[str], crossing_dim: int, output_mode: str = "one_hot") -> None:
        if output_mode not in ("int", "one_hot"):
            raise ArgumentError(f"Expected output_mode 'int' or 'one_hot'. Received: output_mode={output_mode!r}")
        self.feature_names = tuple(feature_names)
        self.crossing_dim, self.output_mode = crossing_dim, output_mode

    @property
    def name(self) -> str:
        """The columns' names, joined by ``_X_``."""
        return "_X_".join(self.feature_names)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this object again."""
        return {
            "feature_names": self.feature_names,
            "crossing_dim": self.crossing_dim,
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Cross:
        """Make a cross from what ``get_config`` gave."""
        return cls(**config)


class FeatureSpace(Layer):
    """Encode a table: each column its own way, then all side by side.

    Args:
        features: the columns' names, each with a ``FeatureSpace.float()``… or a name: ``"float"``, ``"float_rescaled"``,
            ``"float_normalized"``, ``"float_discretized"``, ``"integer_categorical"``, ``"string_categorical"``,
            ``"integer_hashed"`` or ``"string_hashed"``.
        output_mode: ``"concat"`` for one tensor, the columns in the order of their names and then the crosses, or
            ``"dict"`` for a dictionary of tensors.
        crosses: groups of names whose combinations are columns too, or ``FeatureSpace.cross(…)`` objects.
        crossing_dim: the bins of crosses that are given by names.
        hashing_dim: the bins of columns that are given as ``"…_hashed"``.
        num_discretization_bins: the bins of columns that are given as ``"float_discretized"``.
        name: the layer's name.

    Call arguments:
        A dictionary of columns, each (batch,) or (batch, 1), or of single values.

    Example:
        >>> space = FeatureSpace({"age": "float_normalized", "city": "string_categorical"})
        >>> table = {"age": np.array([20.0, 40.0]), "city": np.array(["a", "b"])}
        >>> space.adapt(table)
        >>> space(table).shape
        torch.Size([2, 4])
    """

    _keras_module = "keras.utils"

    def __init__(
        self,
        features: Mapping[str, Any],
        output_mode: str = "concat",
        crosses: Sequence[Any] | None = None,
        crossing_dim: int = 32,
        hashing_dim: int = 32,
        num_discretization_bins: int = 32,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        if not features:
            raise ArgumentError(f"Expected features to name at least one column. Received: features={features!r}")
        if output_mode not in ("dict", "concat"):
            raise ArgumentError(f"Expected output_mode 'dict' or 'concat'. Received: output_mode={output_mode!r}")
        self.crossing_dim, self.hashing_dim = crossing_dim, hashing_dim
        self.num_discretization_bins = num_discretization_bins
        self.output_mode = output_mode
        self.features = {key: self._as_feature(key, value) for key, value in features.items()}
        self.crosses = [self._as_cross(c) for c in crosses or ()]
        self.preprocessors = {key: feature.preprocessor for key, feature in self.features.items()}
        self.crossers = {c.name: HashedCrossing(c.crossing_dim, name=c.name) for c in self.crosses}
        self.one_hot_encoders: dict[str, Any] = {}
        self.inputs = {key: Input((1,), dtype=f.dtype, name=key) for key, f in self.features.items()}
        self.concat = Concatenate(axis=-1)
        self._adapted = False
        self._encoded: Any = None

    # --- kinds of columns ------------------------------------------------------------------------------------------

    @classmethod
    def cross(cls, feature_names: Sequence[str], crossing_dim: int, output_mode: str = "one_hot") -> Cross:
        """A column of the combinations of others."""
        return Cross(feature_names, crossing_dim, output_mode)

    @classmethod
    def feature(cls, dtype: str, preprocessor: Any, output_mode: str) -> Feature:
        """A column that goes through a layer of one's own."""
        return Feature(dtype, preprocessor, output_mode)

    @classmethod
    def float(  # type: ignore[override]  # torch's method of this name casts, which no table needs
        cls, name: str | None = None
    ) -> Feature:
        """Numbers as they are."""
        return Feature("float32", Identity(name=_named(name, "float")), "float")

    @classmethod
    def float_rescaled(cls, scale: Any = 1.0, offset: Any = 0.0, name: str | None = None) -> Feature:
        """Numbers times ``scale`` plus ``offset``."""
        return Feature("float32", Rescaling(scale, offset, name=_named(name, "float_rescaled")), "float")

    @classmethod
    def float_normalized(cls, name: str | None = None) -> Feature:
        """Numbers with mean 0 and deviation 1."""
        return Feature("float32", Normalization(axis=-1, name=_named(name, "float_normalized")), "float")

    @classmethod
    def float_discretized(
        cls, num_bins: int, bin_boundaries: Any = None, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """Numbers as the bins that they fall into."""
        layer = Discretization(bin_boundaries, num_bins, name=_named(name, "float_discretized"))
        return Feature("float32", layer, output_mode)

    @classmethod
    def integer_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Whole numbers as places in a vocabulary."""
        options: dict[str, Any] = {"max_tokens": max_tokens, "num_oov_indices": num_oov_indices}
        return Feature("int32", IntegerLookup(name=_named(name, "integer_categorical"), **options), output_mode)

    @classmethod
    def string_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Strings as places in a vocabulary."""
        options: dict[str, Any] = {"max_tokens": max_tokens, "num_oov_indices": num_oov_indices}
        return Feature("string", StringLookup(name=_named(name, "string_categorical"), **options), output_mode)

    @classmethod
    def string_hashed(cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None) -> Feature:
        """Strings as the bins of their hashes."""
        return Feature("string", Hashing(num_bins, name=_named(name, "string_hashed")), output_mode)

    @classmethod
    def integer_hashed(cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None) -> Feature:
        """Whole numbers as the bins of their hashes."""
        return Feature("int32", Hashing(num_bins, name=_named(name, "integer_hashed")), output_mode)

    def _as_feature(self, name: str, value: Any) -> Feature:
        if isinstance(value, Feature):
            return value
        if isinstance(value, dict):
            return deserialize_keras_object(value)
        makers: dict[str, Any] = {
            "float": self.float,
            "float_rescaled": self.float_rescaled,
            "float_normalized": self.float_normalized,
            "float_discretized": lambda name: self.float_discretized(self.num_discretization_bins, name=name),
            "integer_categorical": self.integer_categorical,
            "string_categorical": self.string_categorical,
            "integer_hashed": lambda name: self.integer_hashed(self.hashing_dim, name=name),
            "string_hashed": lambda name: self.string_hashed(self.hashing_dim, name=name),
        }
        if value not in makers:
            raise ArgumentError(
                f"Feature {name!r}: expected a FeatureSpace.float() or the like, or one of {tuple(makers)}. "
                f"Received: {value!r}.{did_you_mean(str(value), makers)}"
            )
        return makers[value](name=name)

    def _as_cross(self, value: Any) -> Cross:
        if isinstance(value, dict):
            value = deserialize_keras_object(value)
        made = value if isinstance(value, Cross) else Cross(value, self.crossing_dim)
        unknown = [name for name in made.feature_names if name not in self.features]
        if unknown:
            hint = did_you_mean(unknown[0], self.features)
            raise ArgumentError(f"A cross names columns that are not among the features: {unknown}.{hint}")
        return made

    # --- learning --------------------------------------------------------------------------------------------------

    def adapt(self, dataset: Any) -> None:
        """Let the columns' layers learn vocabularies, bins and moments.

        Args:
            dataset: a dictionary of columns, or an iterable of such dictionaries, each a batch or one row.
        """
        if not isinstance(dataset, Mapping) and (not isinstance(dataset, Iterable) or hasattr(dataset, "shape")):
            raise ArgumentError(
                f"Expected a dictionary of columns, or a dataset of such dictionaries. Received: {type(dataset).__name__}"
            )
        for name in self._learners():
            data = (
                _column(dataset[name])
                if isinstance(dataset, Mapping)
                else np.concatenate(list(_columns(dataset, name)))
            )
            self.preprocessors[name].adapt(data)
        self._adapted = True
        self.get_encoded_features()

    def _learners(self) -> list[str]:
        found = []
        for name, layer in self.preprocessors.items():
            given = getattr(layer, "input_mean", None) is not None or getattr(layer, "_given", False)
            given = given or (isinstance(layer, Discretization) and layer.num_bins is None)
            if hasattr(layer, "adapt") and not given and getattr(layer, "bin_boundaries", None) is None:
                found.append(name)
        return found

    def _check_adapted(self) -> None:
        if not self._adapted and self._learners():
            raise NotBuiltError(
                f"FeatureSpace {self.name!r} has columns that learn from data: {self._learners()}. Try: adapt(table) first"
            )

    # --- encoding --------------------------------------------------------------------------------------------------

    def get_inputs(self) -> dict[str, KerasTensor]:
        """The symbolic columns, for a model that encodes its own inputs."""
        self._check_adapted()
        return self.inputs

    def get_encoded_features(self) -> Any:
        """The symbolic encoding of ``get_inputs()``, for a model that is fed encoded tables."""
        self._check_adapted()
        if self._encoded is None:
            self._encoded = self._encode(self.inputs)
            self.built = True
        return self._encoded

    def _encode(self, columns: Mapping[str, Any]) -> Any:
        made = {name: layer(columns[name]) for name, layer in self.preprocessors.items()}
        crossed = {c.name: self.crossers[c.name]([made[n] for n in c.feature_names]) for c in self.crosses}
        specs: dict[str, Any] = {**self.features, **{c.name: c for c in self.crosses}}
        encoded: dict[str, Any] = {}
        for name, values in [*sorted(made.items()), *sorted(crossed.items())]:
            encoded[name] = self._one_hot(name, values) if specs[name].output_mode == "one_hot" else values
            if self.output_mode == "concat" and not _is_float(encoded[name]):
                raise ArgumentError(
                    f"Column {name!r} is encoded as {encoded[name].dtype}, which cannot stand beside numbers. "
                    "Try: output_mode='one_hot' for the column, or FeatureSpace(…, output_mode='dict')"
                )
        if self.output_mode == "dict":
            return encoded
        parts = list(encoded.values())
        return self.concat(parts) if len(parts) > 1 else parts[0]

    def _one_hot(self, name: str, values: Any) -> Any:
        if _is_float(values):
            raise ArgumentError(
                f"Column {name!r} has output_mode='one_hot', so its layer has to give whole numbers. Received: {values.dtype}"
            )
        if name not in self.one_hot_encoders:
            layer = self.preprocessors[name] if name in self.preprocessors else self.crossers[name]
            self.one_hot_encoders[name] = CategoryEncoding(_cardinality(name, layer), output_mode="multi_hot")
        return self.one_hot_encoders[name](values)

    def __call__(self, data: Any) -> Any:
        """Encode a table, or a single row."""
        if not isinstance(data, Mapping):
            raise ArgumentError(f"A FeatureSpace takes a dictionary of columns. Received: {type(data).__name__}")
        missing = [name for name in self.features if name not in data]
        if missing:
            raise ArgumentError(f"Expected the columns {list(self.features)}. Missing: {missing}")
        self.get_encoded_features()
        single = not any(isinstance(v, KerasTensor) for v in data.values()) and all(
            np.ndim(v) == 0 for v in (data[name] for name in self.features)
        )
        columns = {name: _column(data[name]) for name in self.features}
        encoded = super().__call__(columns)
        if not single:
            return encoded
        return {k: v[0] for k, v in encoded.items()} if isinstance(encoded, dict) else encoded[0]

    def call(self, inputs: Any) -> Any:
        """Encode columns, (batch, 1) each."""
        return self._encode(inputs)

    # --- keeping ---------------------------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            "name": self.name,
            "features": serialize_keras_object(dict(self.features)),
            "output_mode": self.output_mode,
            "crosses": serialize_keras_object(list(self.crosses)),
            "crossing_dim": self.crossing_dim,
            "hashing_dim": self.hashing_dim,
            "num_discretization_bins": self.num_discretization_bins,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> FeatureSpace:
        """Make a space from what ``get_config`` gave."""
        return cls(**config)

    def get_build_config(self) -> dict[str, Any]:
        """What the columns' layers were built for."""
        return {name: layer.get_build_config() for name, layer in self.preprocessors.items()}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build the columns' layers; what they learned is in the same file."""
        for name, built in config.items():
            if built and name in self.preprocessors and not self.preprocessors[name].built:
                self.preprocessors[name].build_from_config(built)
        self._adapted = True

    def save(self, filepath: Any) -> None:
        """Write the space, with what it has learned, as a ``.keras`` file that ``load_model`` reads."""
        save_model(self, filepath)

    def save_own_variables(self, store: Any) -> None:
        """Nothing: the columns' layers keep what they learned."""

    def load_own_variables(self, store: Any) -> None:
        """Nothing: the columns' layers keep what they learned."""


def _named(name: str | None, kind: str) -> str:
    return f"{name or auto_name(kind)}_preprocessor"


def _is_float(values: Any) -> bool:
    dtype = values.dtype
    return dtype.is_floating_point if isinstance(dtype, torch.dtype) else str(dtype).startswith(("float", "bfloat"))


def _cardinality(name: str, layer: Any) -> int:
    if isinstance(layer, IntegerLookup | StringLookup):
        return layer.vocabulary_size()
    if isinstance(layer, CategoryEncoding):
        return layer.num_tokens
    if isinstance(layer, Discretization):
        return len(layer.bin_boundaries or ()) + 1 if layer.num_bins is None else layer.num_bins
    if isinstance(layer, Hashing | HashedCrossing):
        return layer.num_bins
    raise ArgumentError(
        f"Column {name!r}: how many values {type(layer).__name__} gives is not known. Try: output_mode='int' and an encoding "
        "of your own"
    )


def _column(values: Any) -> Any:
    """Values as (batch, 1)."""
    if isinstance(values, KerasTensor | torch.Tensor):
        return values.reshape(-1, 1) if len(values.shape) < 2 else values
    array = np.asarray(values.numpy() if hasattr(values, "numpy") else values)
    if array.dtype.kind in "OS":
        array = np.array([v.decode() if isinstance(v, bytes) else str(v) for v in array.reshape(-1).tolist()]).reshape(
            array.shape
        )
    return array.reshape(-1, 1) if array.ndim < 2 else array


def _columns(dataset: Iterable[Any], name: str) -> Iterator[np.ndarray]:
    for batch in dataset:
        column = _column(batch[name])
        yield column.detach().cpu().numpy() if isinstance(column, torch.Tensor) else column
