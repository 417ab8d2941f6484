"""Values as their places in a vocabulary."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import torch

from wubu.core import settings
from wubu.core.config import in_safe_mode
from wubu.core.dtypes import torch_dtype
from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError, DataError
from wubu.layers.base import Layer
from wubu.layers.preprocessing.encoding import (
    MODES,
    as_indices,
    as_mode,
    as_values,
    encoded,
    encoded_shape,
    refuse_sparse,
)
from wubu.layers.preprocessing.fingerprints import buckets
from wubu.layers.preprocessing.hashing import as_salt
from wubu.symbolic.keras_tensor import KerasTensor

_FILE = "vocabulary.txt"


class IndexLookup(Layer):
    """Base of StringLookup and IntegerLookup.

    The vocabulary is, in this order: the mask token (for whole numbers as output), as many places for unknown values as
    ``num_oov_indices``, and the tokens, the most frequent first. It is looked up on the host.

    Args:
        max_tokens: the largest size of the vocabulary; None for any.
        num_oov_indices: how many places unknown values share; with 0 they are errors.
        mask_token: a value that means nothing: index 0, or nothing in a vector.
        oov_token: what stands for unknown values in the vocabulary and in inverse lookups.
        vocabulary: the tokens, with or without the special ones, or the path of a file with one in each line.
        idf_weights: the weights of the tokens for ``"tf_idf"``.
        invert: whether indices become values.
        output_mode: ``"int"``, or a vector: ``"one_hot"``, ``"multi_hot"``, ``"count"`` or ``"tf_idf"``.
        sparse: must be False.
        pad_to_max_tokens: whether vectors have the length ``max_tokens`` however many tokens there are.
        oov_method: how unknown whole numbers share their places: ``"floormod"`` or ``"farmhash"``.
        salt: one or two integers for SipHash as the hash of unknown values.
        **kwargs: the arguments of ``Layer``.
    """

    text: bool

    def __init__(
        self,
        max_tokens: int | None,
        num_oov_indices: int,
        mask_token: Any,
        oov_token: Any,
        vocabulary: Any,
        idf_weights: Any,
        invert: bool,
        output_mode: str,
        sparse: bool,
        pad_to_max_tokens: bool,
        oov_method: str = "floormod",
        salt: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("vocabulary_size", None)
        kwargs.pop("has_input_vocabulary", None)
        kwargs.pop("dtype", None)  # strings and indices have no other
        super().__init__(name=name, **kwargs)
        refuse_sparse(sparse)
        if max_tokens is not None and max_tokens <= 1:
            raise ArgumentError(f"Expected max_tokens to be larger than 1. Received: max_tokens={max_tokens!r}")
        if pad_to_max_tokens and max_tokens is None:
            raise ArgumentError("pad_to_max_tokens needs max_tokens. Received: max_tokens=None")
        if num_oov_indices < 0:
            raise ArgumentError(f"Expected num_oov_indices to be 0 or more. Received: {num_oov_indices!r}")
        self.output_mode = as_mode(output_mode, (*MODES, "tf_idf"))
        if invert and self.output_mode != "int":
            raise ArgumentError(f"invert needs output_mode='int'. Received: output_mode={output_mode!r}")
        if idf_weights is not None and self.output_mode != "tf_idf":
            raise ArgumentError(f"idf_weights needs output_mode='tf_idf'. Received: output_mode={output_mode!r}")
        self.max_tokens, self.num_oov_indices = max_tokens, num_oov_indices
        self.mask_token, self.oov_token = mask_token, oov_token
        self.invert, self.sparse, self.pad_to_max_tokens = invert, sparse, pad_to_max_tokens
        self.oov_method, self.salt = oov_method, as_salt(salt)
        self.input_vocabulary = None if isinstance(vocabulary, str) else _plain(vocabulary)
        self.input_idf_weights = _plain(idf_weights)
        self._tokens: list[Any] = []
        self._table: dict[Any, int] = {}
        self._weights: np.ndarray | None = None
        self._given = vocabulary is not None
        self.reset_state()
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)

    # --- the vocabulary --------------------------------------------------------------------------------------------

    def _first_oov(self) -> int:
        return 1 if self.mask_token is not None and self.output_mode == "int" else 0

    def _first_token(self) -> int:
        return self._first_oov() + self.num_oov_indices

    def vocabulary_size(self) -> int:
        """How many entries the vocabulary has, special ones included."""
        return len(self._tokens) + self._first_token()

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """The vocabulary in the order of the indices."""
        if not include_special_tokens:
            return list(self._tokens)
        special = [self.mask_token] * self._first_oov() + [self.oov_token] * self.num_oov_indices
        return [*special, *self._tokens]

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Use a vocabulary, and no data.

        Args:
            vocabulary: the tokens, with or without the special ones before them, or a file's path.
            idf_weights: the weights of the tokens, for ``"tf_idf"``.
        """
        if (idf_weights is None) == (self.output_mode == "tf_idf"):
            raise ArgumentError(
                f"Expected idf_weights for output_mode='tf_idf' and for no other. Received: {self.output_mode!r}"
            )
        tokens = self._read(vocabulary) if isinstance(vocabulary, str | os.PathLike) else self._as_tokens(vocabulary)
        if not tokens:
            raise ArgumentError("Expected a vocabulary with tokens in it. Received: an empty one")
        special = self.get_vocabulary()[: self._first_token()]
        had_special = tokens[: len(special)] == special
        tokens = tokens[len(special) :] if had_special else tokens
        repeated = [token for token, count in Counter(tokens).items() if count > 1]
        if repeated:
            raise ArgumentError(f"Expected every token once. Received these more often: {repeated[:10]}")
        reserved = [self.mask_token] if self.mask_token is not None else []
        reserved += [self.oov_token] if self.invert and self.oov_token is not None else []
        if any(token in tokens for token in reserved):
            raise ArgumentError(f"Expected {reserved} only at the start of the vocabulary, as {special}.")
        if self.max_tokens is not None and self._first_token() + len(tokens) > self.max_tokens:
            raise ArgumentError(
                f"Expected at most max_tokens={self.max_tokens} entries. Received: {self._first_token() + len(tokens)}"
            )
        self._use(tokens)
        if idf_weights is not None:
            weights = np.asarray(_plain(idf_weights), np.float32)
            if weights.shape != (len(tokens) + (len(special) if had_special else 0),):
                raise ArgumentError(f"Expected one weight for each token. Received: {weights.shape}")
            front = np.full(0 if had_special else len(special), weights.mean(), np.float32)
            self._weights = np.concatenate([front, weights])

    def _use(self, tokens: Sequence[Any]) -> None:
        self._tokens = list(tokens)
        self._table = {token: place for place, token in enumerate(self._tokens, start=self._first_token())}

    def _as_tokens(self, vocabulary: Any) -> list[Any]:
        return as_values(vocabulary).reshape(-1).tolist()

    def _read(self, path: str | os.PathLike[str]) -> list[Any]:
        if not os.path.isfile(path):
            raise DataError(f"Expected a file with a vocabulary. Received: {path!r}, which does not exist")
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        while lines and not lines[-1]:
            lines.pop()
        return [line if self.text else int(line) for line in lines]

    # --- finding it in data ----------------------------------------------------------------------------------------

    def reset_state(self) -> None:
        """Forget the data that the next vocabulary would be made of."""
        self._counts: Counter[Any] = Counter()
        self._documents: Counter[Any] = Counter()
        self._samples = 0

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Make the vocabulary from data.

        Args:
            data: an array, a list, a tensor, or an iterable of batches.
            batch_size: kept for Keras's sake.
            steps: how many batches to look at.
        """
        self.reset_state()
        if isinstance(data, list | tuple | np.ndarray | torch.Tensor) or hasattr(data, "to_numpy"):
            values = as_values(data)
            self.update_state(values[:, None] if values.ndim == 1 else values)
        else:
            for step, batch in enumerate(data):
                if steps is not None and step >= steps:
                    break
                self.update_state(as_values(batch))
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Count the values of a batch, (batch, values); one axis is one sample."""
        if self._given:
            raise ArgumentError(f"Layer {self.name!r} was given its vocabulary, so it cannot adapt to data.")
        values = as_values(data)
        self._count(np.atleast_2d(values).reshape(max(1, len(np.atleast_2d(values))), -1).tolist())

    def _count(self, rows: Iterable[list[Any]]) -> None:
        for row in rows:
            self._samples += 1
            self._counts.update(row)
            if self.output_mode == "tf_idf":
                self._documents.update(set(row))

    def finalize_state(self) -> None:
        """Make the vocabulary from what was counted: the most frequent first, of equals the last in order."""
        if self._given or not self._counts:
            return
        for special in (self.mask_token, self.oov_token):
            self._counts.pop(special, None)
        key = (lambda t: t.encode("utf-8")) if self.text else (lambda t: t)
        tokens = sorted(self._counts, key=lambda t: (self._counts[t], key(t)), reverse=True)
        if self.max_tokens is not None:
            tokens = tokens[: self.max_tokens - self._first_token()]
        self._use(tokens)
        if self.output_mode == "tf_idf":
            found = np.asarray([self._documents[t] for t in tokens], np.float64)
            weights = np.log(1 + self._samples / (1 + found)).astype(np.float32)
            front = np.full(self._first_token(), weights.mean() if len(weights) else 0, np.float32)
            self._weights = np.concatenate([front, weights])
        self.reset_state()

    # --- looking up ------------------------------------------------------------------------------------------------

    def lookup(self, values: np.ndarray) -> np.ndarray:
        """The indices of an array of values; masked ones are -1 where the output is a vector."""
        found, places = np.unique(values.reshape(-1), return_inverse=True)
        indices = np.array([self._table.get(value, -2) for value in found.tolist()], np.int64)
        unknown = indices == -2
        if self.mask_token is not None:
            masked = found == self.mask_token
            indices[masked] = 0 if self.output_mode == "int" else -1
            unknown &= ~masked
        if unknown.any():
            indices[unknown] = self._unknown(found[unknown])
        return indices[places].reshape(values.shape)

    def _unknown(self, values: np.ndarray) -> np.ndarray:
        if not self.num_oov_indices:
            raise DataError(
                f"Layer {self.name!r} has num_oov_indices=0 and was given values that are not in its vocabulary: "
                f"{values[:5].tolist()}. Try: num_oov_indices=1"
            )
        if self.num_oov_indices == 1:
            return np.full(len(values), self._first_oov(), np.int64)
        if not self.text and self.oov_method != "farmhash":
            return np.mod(values, self.num_oov_indices) + self._first_oov()
        return buckets(values, self.num_oov_indices, self.salt) + self._first_oov()

    def _depth(self) -> int:
        size = self.max_tokens if self.pad_to_max_tokens else None
        return self.vocabulary_size() if size is None else size

    def encode(self, indices: np.ndarray) -> torch.Tensor:
        """Indices in the layer's mode of output, on the device."""
        mode = "count" if self.output_mode == "tf_idf" else self.output_mode
        made = encoded(as_indices(indices), mode, self._depth(), "int64")
        if self.output_mode != "tf_idf":
            return made
        if self._weights is None:
            raise DataError(f"Layer {self.name!r} has no weights yet. Try: adapt(data)")
        weights = np.pad(self._weights, (0, self._depth() - len(self._weights)))
        return made.to(torch_dtype(settings.floatx())) * as_tensor(weights, device=made.device)

    def call(self, inputs: Any) -> Any:
        """Compute the output."""
        values = as_values(inputs)
        if not self.invert:
            if not self.text and values.dtype.kind == "f":
                values = values.astype(np.int64)
            return self.encode(self.lookup(values))
        names = self.get_vocabulary()
        unknown = self.oov_token
        flat = [names[i] if 0 <= i < len(names) else unknown for i in values.astype(np.int64).reshape(-1).tolist()]
        made = np.array(flat, dtype=str if self.text else np.int64).reshape(values.shape)
        return made if self.text else as_indices(made)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The input's shape, with the vocabulary's size for vectors."""
        mode = "count" if self.output_mode == "tf_idf" else self.output_mode
        return encoded_shape(input_shape, mode, self._depth())

    def compute_output_spec(self, inputs: Any) -> Any:
        """The symbolic output."""
        dtype = "string" if self.invert and self.text else "int64"
        dtype = settings.floatx() if self.output_mode == "tf_idf" else dtype
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype)

    # --- keeping ---------------------------------------------------------------------------------------------------

    def save_own_variables(self, store: Any) -> None:
        """Keep the weights of ``"tf_idf"``."""
        if self.output_mode == "tf_idf" and self._weights is not None:
            store["idf_weights"] = self._weights

    def load_own_variables(self, store: Any) -> None:
        """Take the weights of ``"tf_idf"``."""
        if self.output_mode == "tf_idf" and "idf_weights" in store:
            self._weights = np.asarray(store["idf_weights"], np.float32)

    def save_assets(self, dir_path: str) -> None:
        """Write the vocabulary into a folder, unless the config has it."""
        if self.input_vocabulary is None:
            with open(os.path.join(dir_path, _FILE), "w", encoding="utf-8") as file:
                file.write("\n".join(str(token) for token in self.get_vocabulary()))

    def load_assets(self, dir_path: str) -> None:
        """Read the vocabulary from a folder."""
        path = os.path.join(dir_path, _FILE)
        if self.input_vocabulary is None and os.path.isfile(path):
            self._use(self._read(path)[self._first_token() :])

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        names = (
            "invert", "max_tokens", "num_oov_indices", "oov_token", "mask_token", "output_mode", "sparse",
            "pad_to_max_tokens", "oov_method", "salt",
        )  # fmt: skip
        size = self.vocabulary_size() if self._tokens else None
        found = {"idf_weights": self.input_idf_weights, "vocabulary": self.input_vocabulary, "vocabulary_size": size}
        kind = {} if self.text else {"vocabulary_dtype": "int64"}
        return {**super().get_config(), **{name: getattr(self, name) for name in names}, **found, **kind}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Make a layer from what ``get_config`` gave; a path in a file's config is not followed."""
        refuse_path(config.get("vocabulary"))
        return cls(**config)


def refuse_path(vocabulary: Any) -> None:
    """A config from elsewhere must not make a layer read files.

    Raises:
        DataError: when a vocabulary is a path, and unsafe loading is not allowed.
    """
    if isinstance(vocabulary, str) and in_safe_mode():
        raise DataError(
            f"The config names a file with a vocabulary, {vocabulary!r:.100}, which is not read in safe mode. "
            "Try: safe_mode=False if you trust where the config comes from"
        )


def _plain(values: Any) -> Any:
    """An array or a tensor as a list, which a config can hold."""
    if isinstance(values, torch.Tensor):
        return values.tolist()
    if isinstance(values, np.ndarray):
        return as_values(values).tolist()
    return list(values) if isinstance(values, tuple) else values
