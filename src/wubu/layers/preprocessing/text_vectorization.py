"""Texts as numbers: cleaned, split, and looked up."""

from __future__ import annotations

import re
import string
from typing import Any

import numpy as np
import torch

from wubu.core import settings
from wubu.core.config import deserialize_keras_object, serialize_keras_object
from wubu.errors import ArgumentError, ShapeError
from wubu.layers.base import Layer
from wubu.layers.preprocessing.encoding import as_mode, as_values
from wubu.layers.preprocessing.index_lookup import refuse_path
from wubu.layers.preprocessing.lookups import StringLookup
from wubu.symbolic.keras_tensor import KerasTensor

_PUNCTUATION = str.maketrans("", "", string.punctuation)
# As TensorFlow does it: only the letters of ASCII.
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_WORDS = re.compile(r"[^ \t\n\r\f\v]+")
_CLEANING = ("lower_and_strip_punctuation", "lower", "strip_punctuation")


class TextVectorization(Layer):
    """Texts as sequences of indices of their words, or as vectors of which words they have.

    Everything happens on the host: call it before the model or in a data set's ``map``, or begin a model with it and
    give the model texts.

    Args:
        max_tokens: the largest size of the vocabulary.
        standardize: ``"lower_and_strip_punctuation"``, ``"lower"``, ``"strip_punctuation"``, None, or a function of an
            array of texts. Only the letters of ASCII become small.
        split: ``"whitespace"``, ``"character"``, None, or a function of an array of texts that gives lists of tokens.
        ngrams: n for all sequences of up to n words as tokens, or a tuple of lengths.
        output_mode: ``"int"``, ``"multi_hot"``, ``"count"`` or ``"tf_idf"``.
        output_sequence_length: how many indices a text has, filled up with 0; None for as many as the longest.
        pad_to_max_tokens: whether vectors have the length ``max_tokens`` however many tokens there are.
        vocabulary, idf_weights: see ``StringLookup``.
        sparse, ragged: must be False.
        encoding: kept for configs; texts are Unicode.
        **kwargs: the arguments of ``Layer``.

    Input shape: ``(batch,)`` or ``(batch, 1)``. Output shape: ``(batch, length)`` or ``(batch, size of the vocabulary)``.

    Example:
        >>> layer = TextVectorization(vocabulary=["cat", "sat"])
        >>> layer(np.array(["The cat SAT!"])).tolist()
        [[1, 2, 3]]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        standardize: Any = "lower_and_strip_punctuation",
        split: Any = "whitespace",
        ngrams: Any = None,
        output_mode: str = "int",
        output_sequence_length: int | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Any = None,
        idf_weights: Any = None,
        sparse: bool = False,
        ragged: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("vocabulary_size", None)
        kwargs.pop("has_input_vocabulary", None)
        super().__init__(name=name, **kwargs)
        if ragged:
            raise ArgumentError("Ragged tensors are not supported. Try: ragged=False")
        if not (standardize is None or callable(standardize) or standardize in _CLEANING):
            raise ArgumentError(f"Expected standardize to be one of {_CLEANING}. Received: {standardize!r}")
        if not (split is None or callable(split) or split in ("whitespace", "character")):
            raise ArgumentError(f"Expected split 'whitespace' or 'character'. Received: split={split!r}")
        if not (ngrams is None or isinstance(ngrams, int) or all(isinstance(n, int) for n in ngrams)):
            raise ArgumentError(f"Expected ngrams to be an integer or several. Received: ngrams={ngrams!r}")
        mode = as_mode(output_mode, ("int", "one_hot", "multi_hot", "count", "tf_idf"))
        if output_sequence_length is not None and mode != "int":
            raise ArgumentError(f"output_sequence_length needs output_mode='int'. Received: {output_mode!r}")
        self.standardize, self.split, self.ngrams, self.output_mode = standardize, split, ngrams, mode
        self.output_sequence_length, self.ragged, self.encoding = output_sequence_length, ragged, encoding
        self._lookup = StringLookup(
            max_tokens=max_tokens,
            vocabulary=vocabulary,
            idf_weights=idf_weights,
            pad_to_max_tokens=pad_to_max_tokens,
            mask_token="",
            output_mode=mode,
            sparse=sparse,
        )

    # --- the vocabulary --------------------------------------------------------------------------------------------

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Make the vocabulary from texts: an array, a list, or an iterable of batches.

        Args:
            data: the texts.
            batch_size: kept for Keras's sake.
            steps: how many batches to look at.
        """
        self.reset_state()
        whole = isinstance(data, list | tuple | np.ndarray | torch.Tensor) or hasattr(data, "to_numpy")
        for step, batch in enumerate([data] if whole else data):
            if steps is not None and step >= steps:
                break
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Count the tokens of a batch of texts."""
        if self._lookup._given:
            raise ArgumentError(f"Layer {self.name!r} was given its vocabulary, so it cannot adapt to data.")
        self._lookup._count(self._tokens(data))

    def finalize_state(self) -> None:
        """Make the vocabulary from what was counted."""
        self._lookup.finalize_state()

    def reset_state(self) -> None:
        """Forget what was counted."""
        self._lookup.reset_state()

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """The vocabulary in the order of the indices."""
        return self._lookup.get_vocabulary(include_special_tokens)

    def vocabulary_size(self) -> int:
        """How many entries the vocabulary has, special ones included."""
        return self._lookup.vocabulary_size()

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Use a vocabulary, and no data; see ``StringLookup``."""
        self._lookup.set_vocabulary(vocabulary, idf_weights)

    # --- texts -----------------------------------------------------------------------------------------------------

    def _tokens(self, inputs: Any) -> list[list[str]]:
        texts = as_values(inputs)
        if self.split is not None and texts.ndim > 1:
            if texts.shape[-1] != 1:
                raise ShapeError(f"Layer {self.name!r} expects texts of shape (batch,) or (batch, 1). Received: {texts.shape}")
            texts = texts.squeeze(-1)
        if callable(self.standardize):
            texts = as_values(self.standardize(texts))
        flat = [str(text) for text in np.atleast_1d(texts).reshape(-1).tolist()]
        if self.standardize in ("lower", "lower_and_strip_punctuation"):
            flat = [text.translate(_LOWER) for text in flat]
        if self.standardize in ("strip_punctuation", "lower_and_strip_punctuation"):
            flat = [text.translate(_PUNCTUATION) for text in flat]
        if self.split == "whitespace":
            rows = [_WORDS.findall(text) for text in flat]
        elif self.split == "character":
            rows = [list(text) for text in flat]
        elif callable(self.split):
            found = self.split(np.array(flat, dtype=str))
            rows = [[str(token) for token in np.asarray(row).reshape(-1).tolist()] for row in found]
        else:
            width = texts.shape[-1] if texts.ndim > 1 else 1
            rows = [flat[at : at + width] for at in range(0, len(flat), width)]
        if self.ngrams is None:
            return rows
        lengths = range(1, self.ngrams + 1) if isinstance(self.ngrams, int) else self.ngrams
        return [
            [" ".join(row[at : at + n]) for n in lengths for at in range(len(row) - n + 1)] for row in rows
        ]

    def call(self, inputs: Any) -> torch.Tensor:
        """Compute the output."""
        rows = self._tokens(inputs)
        longest = max((len(row) for row in rows), default=0)
        if self.output_mode == "int":
            longest = longest if self.output_sequence_length is None else self.output_sequence_length
        padded = np.full((len(rows), longest), "", dtype=object)
        for place, row in enumerate(rows):
            padded[place, : len(row)] = row[:longest]
        indices = self._lookup.lookup(padded.astype(str) if padded.size else np.zeros(padded.shape, "U1"))
        made = self._lookup.encode(indices)
        return made[0] if as_values(inputs).ndim == 0 else made

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The batch, and the length or the size of the vocabulary."""
        if self.output_mode == "int":
            return (input_shape[0], self.output_sequence_length)
        return (input_shape[0], self._lookup._depth())

    def compute_output_spec(self, inputs: Any) -> Any:
        """The symbolic output."""
        dtype = settings.floatx() if self.output_mode == "tf_idf" else "int64"
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype)

    # --- keeping ---------------------------------------------------------------------------------------------------

    def save_own_variables(self, store: Any) -> None:
        """Keep the weights of ``"tf_idf"``."""
        self._lookup.save_own_variables(store)

    def load_own_variables(self, store: Any) -> None:
        """Take the weights of ``"tf_idf"``."""
        self._lookup.load_own_variables(store)

    def save_assets(self, dir_path: str) -> None:
        """Write the vocabulary into a folder, unless the config has it."""
        self._lookup.save_assets(dir_path)

    def load_assets(self, dir_path: str) -> None:
        """Read the vocabulary from a folder."""
        self._lookup.load_assets(dir_path)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        inner = self._lookup
        return {
            **super().get_config(),
            "max_tokens": inner.max_tokens,
            "standardize": _kept(self.standardize),
            "split": _kept(self.split),
            "ngrams": self.ngrams,
            "output_mode": self.output_mode,
            "output_sequence_length": self.output_sequence_length,
            "pad_to_max_tokens": inner.pad_to_max_tokens,
            "sparse": inner.sparse,
            "ragged": self.ragged,
            "vocabulary": inner.input_vocabulary,
            "idf_weights": inner.input_idf_weights,
            "encoding": self.encoding,
            "vocabulary_size": self.vocabulary_size(),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> TextVectorization:
        """Make a layer from what ``get_config`` gave."""
        refuse_path(config.get("vocabulary"))
        found = dict(config)
        for name in ("standardize", "split"):
            if isinstance(found.get(name), dict):
                found[name] = deserialize_keras_object(found[name])
        if isinstance(found.get("ngrams"), list):
            found["ngrams"] = tuple(found["ngrams"])
        return cls(**found)


def _kept(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else serialize_keras_object(value)
