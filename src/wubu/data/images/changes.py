"""What an ``ImageDataGenerator`` does to pictures: changes by chance, then normalisation."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from wubu.data.dataset.memory import Buffers
from wubu.data.images.random_parameters import draw, is_random
from wubu.data.images.transforming import transform
from wubu.errors import ShapeError

_EPSILON = 1e-6
_LARGE = 1 << 20  # values from which torch's threads are worth waiting for one another


class PictureChanges:
    """The methods of ``ImageDataGenerator`` that work on pictures; its options are its attributes."""

    featurewise_center: bool
    samplewise_center: bool
    featurewise_std_normalization: bool
    samplewise_std_normalization: bool
    zca_whitening: bool
    zca_epsilon: float
    fill_mode: str
    cval: float
    interpolation_order: int
    rescale: float | None
    preprocessing_function: Callable[[np.ndarray], np.ndarray] | None
    data_format: str
    channel_axis: int
    row_axis: int
    col_axis: int
    dtype: Any
    mean: np.ndarray | None
    std: np.ndarray | None
    _buffers: Buffers
    zca_whitening_matrix: np.ndarray | None

    def get_random_transform(self, img_shape: Sequence[int], seed: int | None = None) -> dict[str, Any]:
        """Draw how a picture of this shape is to be changed; see ``random_parameters.draw``."""
        if seed is not None:
            np.random.seed(seed)
        return draw(self, img_shape[self.row_axis - 1], img_shape[self.col_axis - 1])

    def apply_transform(self, x: Any, transform_parameters: dict[str, Any]) -> np.ndarray:
        """A picture changed as ``get_random_transform`` says; ``x`` itself stays."""
        x = np.asarray(x)
        if x.ndim != 3:
            raise ShapeError(f"Expected one picture, with three axes. Received: shape {x.shape}")
        floats = x if x.dtype in (np.float32, np.float64) else x.astype(np.float32)
        made = self._transformed(np.array(floats[None]), [transform_parameters])[0]
        return made.astype(x.dtype) if x.dtype.kind == "f" else made

    def random_transform(self, x: Any, seed: int | None = None) -> np.ndarray:
        """A picture changed by chance."""
        return self.apply_transform(x, self.get_random_transform(np.shape(x), seed))

    def standardize(self, x: np.ndarray) -> np.ndarray:
        """Normalise a picture as the options say; an array of floats is changed in place."""
        if self.preprocessing_function:
            x = self.preprocessing_function(x)
        if self.rescale:
            x *= self.rescale
        if self.samplewise_center:
            x -= np.mean(x, keepdims=True)
        if self.samplewise_std_normalization:
            x /= np.std(x, keepdims=True) + _EPSILON
        return self._by_features(x)

    def changed(self, pictures: np.ndarray, dtype: Any, data_format: str, chance: Any = None) -> np.ndarray:
        """A batch with everything that the options say: random changes, then normalisation.

        Args:
            pictures: shape (batch, height, width, channels), or with channels first; bytes or floats. They stay.
            dtype: of the result.
            data_format: the layout of the pictures.
            chance: a ``RandomState`` to draw from instead of ``numpy.random``.
        """
        if self._one_by_one:
            made = np.empty(pictures.shape, dtype)
            for i, picture in enumerate(pictures):
                x = self.apply_transform(picture.astype(dtype), self.get_random_transform(picture.shape))
                made[i] = self.standardize(x)
            return made
        height, width = pictures.shape[self.row_axis], pictures.shape[self.col_axis]
        chance = chance or np.random
        if not is_random(self):
            _pass_by(len(pictures), chance)
        else:
            parameters = [draw(self, height, width, chance) for _ in range(len(pictures))]
            floats = dtype if np.dtype(dtype) in (np.float32, np.float64) else np.float32
            pictures = self._transformed(pictures.astype(floats), parameters)
        return self._normalised(_scaled(pictures, self.rescale, dtype, self._buffers))

    @property
    def only_normalises(self) -> bool:
        """Whether nothing is left to chance, nor to a function of the user's."""
        return not self._one_by_one and not is_random(self)

    def normalised(self, x: np.ndarray, chance: Any = None) -> np.ndarray:
        """What ``changed`` gives where ``only_normalises``, for floats that are rescaled already and may be changed."""
        _pass_by(len(x), chance or np.random)
        return self._normalised(x)

    @property
    def _one_by_one(self) -> bool:
        """Whether functions of the user's are called, which may draw random numbers, picture by picture."""
        overridden = any(
            getattr(type(self), name) is not getattr(PictureChanges, name)
            for name in ("get_random_transform", "apply_transform", "standardize")
        )
        return overridden or bool(self.preprocessing_function)

    def _normalised(self, x: np.ndarray) -> np.ndarray:
        axes = (1, 2, 3)
        if self.samplewise_center:
            x -= x.mean(axis=axes, keepdims=True)
        if self.samplewise_std_normalization:
            x /= x.std(axis=axes, keepdims=True) + _EPSILON
        return self._by_features(x)

    def _transformed(self, pictures: np.ndarray, parameters: list[dict[str, Any]]) -> np.ndarray:
        last = self.data_format == "channels_last"
        planes = torch.from_numpy(np.ascontiguousarray(pictures))
        planes = planes.permute(0, 3, 1, 2) if last else planes  # (batch, channels, height, width)
        made = transform(planes, parameters, self.fill_mode, self.cval, self.interpolation_order)
        return (made.permute(0, 2, 3, 1) if last else made).contiguous().numpy()

    def _by_features(self, x: np.ndarray) -> np.ndarray:
        """What ``fit`` has measured, applied to a picture or to several."""
        if self.featurewise_center:
            if self.mean is None:
                self._not_fitted("featurewise_center")
            else:
                x -= self.mean
        if self.featurewise_std_normalization:
            if self.std is None:
                self._not_fitted("featurewise_std_normalization")
            else:
                x /= self.std + _EPSILON
        if self.zca_whitening:
            if self.zca_whitening_matrix is None:
                self._not_fitted("zca_whitening")
            else:
                flat = x.reshape(-1, math.prod(x.shape[-3:]))  # (pictures, values)
                x = (flat @ self.zca_whitening_matrix).reshape(x.shape).astype(x.dtype, copy=False)
        return x

    def _not_fitted(self, option: str) -> None:
        warnings.warn(f"{option} has no effect before fit(x), which measures the pictures.", stacklevel=4)

    def fit(self, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Measure pictures, for the options that are about all of them.

        Args:
            x: pictures, four axes.
            augment: whether to measure them changed by chance.
            rounds: how many times each of them is.
            seed: of these changes.
        """
        x = np.array(x, dtype=self.dtype)
        if x.ndim != 4:
            raise ShapeError(f"Expected pictures as an array with four axes. Received: shape {x.shape}")
        if x.shape[self.channel_axis] not in (1, 3, 4):
            warnings.warn(f"Expected 1, 3 or 4 channels with {self.data_format}. Received: shape {x.shape}", stacklevel=2)
        if seed is not None:
            np.random.seed(seed)
        if self.rescale:
            x *= self.rescale
        if augment:
            x = np.stack([self.random_transform(picture) for _ in range(rounds) for picture in x])
        axes = (0, self.row_axis, self.col_axis)
        shape = [1, 1, 1]
        shape[self.channel_axis - 1] = x.shape[self.channel_axis]
        if self.featurewise_center:
            self.mean = x.mean(axis=axes).reshape(shape)
            x -= self.mean
        if self.featurewise_std_normalization:
            self.std = x.std(axis=axes).reshape(shape)
            x /= self.std + _EPSILON
        if self.zca_whitening:
            u, s, _ = np.linalg.svd(x.reshape(len(x), -1).T, full_matrices=False)
            self.zca_whitening_matrix = (u * (math.sqrt(len(x)) / (s + self.zca_epsilon))) @ u.T


def _pass_by(count: int, chance: Any) -> None:
    """Draw what the two flips of so many pictures would."""
    chance.random_sample(2 * count)


def _scaled(pictures: np.ndarray, factor: float | None, dtype: Any, buffers: Buffers) -> np.ndarray:
    """Pictures as floats, times a factor; never the same array."""
    if pictures.dtype != np.uint8 or np.dtype(dtype) != np.float32:
        made = pictures.astype(dtype)
        if factor:
            made *= factor
        return made
    if pictures.size < _LARGE:
        return np.multiply(pictures, np.float32(factor or 1), dtype=np.float32)
    made = buffers.empty(pictures.shape, np.float32)
    floats = torch.from_numpy(made).copy_(torch.from_numpy(np.ascontiguousarray(pictures)))
    if factor:
        floats.mul_(factor)
    return made
