"""Pictures: from files to arrays, and what ``ImageDataGenerator`` makes of them."""

from __future__ import annotations

from wubu.data.images.array_iterator import NumpyArrayIterator
from wubu.data.images.conversion import array_to_img, img_to_array, load_img, save_img
from wubu.data.images.directory_iterator import DirectoryIterator
from wubu.data.images.frame_iterator import DataFrameIterator
from wubu.data.images.generator import ImageDataGenerator
from wubu.data.images.iterator import Iterator
from wubu.data.images.single import (
    apply_affine_transform,
    apply_brightness_shift,
    apply_channel_shift,
    random_brightness,
    random_channel_shift,
    random_rotation,
    random_shear,
    random_shift,
    random_zoom,
)
from wubu.data.images.smart_resize import smart_resize

__all__ = [
    "DataFrameIterator",
    "DirectoryIterator",
    "ImageDataGenerator",
    "Iterator",
    "NumpyArrayIterator",
    "apply_affine_transform",
    "apply_brightness_shift",
    "apply_channel_shift",
    "array_to_img",
    "img_to_array",
    "load_img",
    "random_brightness",
    "random_channel_shift",
    "random_rotation",
    "random_shear",
    "random_shift",
    "random_zoom",
    "save_img",
    "smart_resize",
]
