"""``image_dataset_from_directory``: a folder of pictures as batches."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from wubu.core import settings
from wubu.data.dataset.batching import Batch
from wubu.data.dataset.dataset import Dataset
from wubu.data.dataset.finishing import Finish
from wubu.data.dataset.node import Node
from wubu.data.dataset.prefetching import Prefetch
from wubu.data.dataset.run import RandomNode
from wubu.data.dataset.shuffle import Shuffle
from wubu.data.dataset.sources import FromTable, Slices
from wubu.data.dataset.spec import TensorSpec
from wubu.data.dataset.table import Table
from wubu.data.dataset.zipping import Zip
from wubu.data.folders.listing import check_labels, check_split, encoded, list_files, nothing_found, part
from wubu.data.images import decode
from wubu.data.images.jpeg_strips import decode_together
from wubu.data.images.quick_jpeg import quickly_decoded
from wubu.data.images.resize import METHODS, SMOOTHING, resize, resized_bytes, resized_crop, resized_pad
from wubu.data.images.store import PictureStore
from wubu.errors import ArgumentError, LabelError, UnknownNameError

_LARGE = 64 << 20  # bytes of a batch from which one that waits is enough: fresh memory takes its time too


class PictureReader:
    """Reads a picture as ``tf.data`` pipelines of Keras do: decoded, then resized without smoothing.

    Args:
        size: height and width.
        color_mode: ``"grayscale"``, ``"rgb"`` or ``"rgba"``.
        interpolation: one of ``METHODS``.
        crop, pad: keep proportions by cutting off, or by adding black.
        draft: decode a large JPEG at a half, a quarter or an eighth of its size, where that is no smaller than ``size``.
        exact: give float32 with fractions; else bytes, rounded.
    """

    def __init__(
        self,
        size: tuple[int, int],
        color_mode: str = "rgb",
        interpolation: str = "bilinear",
        crop: bool = False,
        pad: bool = False,
        draft: bool = True,
        exact: bool = False,
    ) -> None:
        self.size, self.color_mode, self.interpolation = size, color_mode, interpolation
        self.crop, self.pad, self.draft, self.exact = crop, pad, draft and interpolation != "nearest", exact
        self.shape = (*size, decode.CHANNELS[color_mode])

    def __call__(self, path: str) -> np.ndarray:
        """The picture in a file, shape ``(height, width, channels)``; a grey one has one channel, also for RGB.

        Raises:
            FileFormatError: it is no picture, or a damaged one; the path is named.
        """
        array = None
        if self.color_mode == "rgb":
            array = quickly_decoded(path, (2 * self.size[0], 2 * self.size[1]) if self.draft else None)
        if array is None:
            array = self._decoded(path)
        found = self._resized(torch.from_numpy(array))
        if not self.exact and found.dtype is not torch.uint8:
            found = found.round().clamp(0, 255).to(torch.uint8)
        return found.numpy()

    @property
    def plain(self) -> bool:
        """Whether a colour picture that has the wanted size stays as it is."""
        return self.color_mode == "rgb" and self.interpolation not in SMOOTHING

    def _decoded(self, path: str) -> np.ndarray:
        picture = decode.open_picture(path)
        if self.draft:
            decode.drafted(picture, self.size, self.color_mode, self.crop)
        elif self.color_mode == "grayscale":
            decode.drafted(picture, (picture.height, picture.width), "grayscale")
        picture = decode.in_eight_bits(decode.load(picture, path), path)
        late = picture.mode == "L" and self.color_mode == "rgb"  # whoever takes it fills three channels with one
        return decode.as_array(picture if late else decode.as_mode(picture, self.color_mode, path))

    def _resized(self, picture: torch.Tensor) -> torch.Tensor:
        if self.crop:
            return resized_crop(picture, self.size, self.interpolation)
        if self.pad:
            return resized_pad(picture, self.size, self.interpolation)
        return (resize if self.exact else resized_bytes)(picture, self.size, self.interpolation)

    def key(self) -> list[Any]:
        """What decides the pixels beside the file."""
        return [self.shape, self.interpolation, self.crop, self.pad, self.draft, decode.VERSION]


class PictureTable(Table):
    """Picture files as rows.

    Args:
        paths: the files.
        reader: decodes one.
        store: where decoded pictures are kept.
        dtype: the type of the rows.
    """

    together = 32

    def __init__(self, paths: Sequence[str], reader: PictureReader, store: PictureStore, dtype: Any) -> None:
        self.paths, self.reader, self.store, self.dtype = paths, reader, store, dtype
        self.length = len(paths)

    @property
    def bulk(self) -> bool:  # type: ignore[override]
        """Once every picture is at hand."""
        return self.store.complete

    def rows(self, index: slice | torch.Tensor) -> torch.Tensor:
        many = self._many if self.reader.plain else None
        return torch.from_numpy(self.store.rows(self._numbers(index), self._one, self.dtype, many))

    def expect(self, index: slice | torch.Tensor) -> None:
        self.store.expect(self._numbers(index))

    def _numbers(self, index: slice | torch.Tensor) -> np.ndarray:
        return np.arange(index.start, min(index.stop, self.length)) if isinstance(index, slice) else index.numpy()

    def _one(self, number: int) -> np.ndarray:
        return self.reader(self.paths[number])

    def _many(self, numbers: list[int], made: np.ndarray) -> list[int]:
        return decode_together([self.paths[number] for number in numbers], made)

    def origin(self, number: int) -> str:
        return f"file {self.paths[number]!r}"


def image_dataset_from_directory(
    directory: str | os.PathLike[str],
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: Any = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = "tf",
    verbose: bool = True,
    *,
    keep: bool | str | os.PathLike[str] = True,
    draft: bool = True,
    **ignored: Any,
) -> Any:
    """A folder of pictures, one subfolder a class, as a data set of batches.

    Files, labels and orders are Keras's for the same seed. Decoded pictures are kept as bytes, so that from the second
    epoch on nothing is read. Pixels differ from Keras's by the rounding to bytes, and where a large JPEG is decoded at a
    fraction of its size; ``keep=False, draft=False`` gives them up to the differences between JPEG decoders.

    Args:
        directory: the folder.
        labels: ``"inferred"``: the subfolders are the classes; a list: a whole number for each file, sorted by path; None.
        label_mode: ``"int"`` (int32), ``"categorical"`` (one-hot float32), ``"binary"`` (float32, shape (batch, 1)), None.
        class_names: the subfolders to take, in the order of their labels.
        color_mode: ``"grayscale"``, ``"rgb"`` or ``"rgba"``.
        batch_size: pictures in a batch; None gives single pictures.
        image_size: height and width that pictures are resized to.
        shuffle: whether to shuffle; False sorts by path.
        seed: of the orders.
        validation_split: the share of the files that is held out.
        subset: ``"training"``, ``"validation"`` or ``"both"``, with ``validation_split``.
        interpolation: ``"bilinear"``, ``"nearest"``, ``"bicubic"``, ``"area"``, ``"lanczos3"``, ``"lanczos5"``,
            ``"gaussian"`` or ``"mitchellcubic"``.
        follow_links: whether to look into folders that are links.
        crop_to_aspect_ratio: keep proportions, cutting off what does not fit.
        pad_to_aspect_ratio: keep proportions, with black beside the picture.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default: the setting's.
        verbose: whether to print how many files there are.
        keep: True keeps decoded pictures in memory within a budget (``wubu.data.set_picture_budget``), a path keeps
            them in a file mapped into memory, False keeps none and gives exact fractions of pixel values.
        draft: whether to decode JPEGs that are at least twice as large as wanted at a fraction of their size.

    Returns:
        A data set of ``images`` or ``(images, labels)``, images from 0 to 255 (float32; uint8 for ``"nearest"``). It has
        ``class_names`` and ``file_paths``. For ``subset="both"``, a list of two.

    Raises:
        MissingFileError: there is no such folder.
        EmptyDataError: it has no pictures.
        FileFormatError: in a pass, for a picture that cannot be read; its path is named.

    Example:
        >>> train = image_dataset_from_directory("chest_xray/train", image_size=(224, 224), batch_size=32)
        >>> train.class_names
        ['NORMAL', 'PNEUMONIA']
    """
    labels, label_mode = check_labels(labels, label_mode, class_names)
    if color_mode not in decode.CHANNELS:
        raise UnknownNameError("color_mode", color_mode, decode.CHANNELS)
    interpolation = str(interpolation).lower()
    if interpolation not in METHODS:
        raise UnknownNameError("interpolation", interpolation, METHODS)
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ArgumentError("Expected crop_to_aspect_ratio or pad_to_aspect_ratio, not both")
    check_split(validation_split, subset, shuffle, seed)
    reader = PictureReader(
        _checked_size(image_size),
        color_mode,
        interpolation,
        crop_to_aspect_ratio,
        pad_to_aspect_ratio,
        draft,
        keep is False and interpolation != "nearest",
    )
    seed = int(np.random.randint(10**6)) if seed is None else int(seed)
    paths, labels, names = list_files(
        directory, labels, decode.EXTENSIONS, class_names, shuffle, seed, follow_links, verbose
    )
    if not paths:
        raise nothing_found("pictures", directory, decode.EXTENSIONS)
    if label_mode == "binary" and len(names or ()) != 2:
        raise LabelError(f"Expected two classes for label_mode='binary'. Received: {names}")
    data_format = data_format or settings.image_data_format()
    if data_format not in ("channels_last", "channels_first"):
        raise UnknownNameError("data_format", data_format, ("channels_last", "channels_first"))
    dtype = torch.uint8 if interpolation == "nearest" else torch.float32  # as tf.image.resize gives them
    whole = _whole(data_format == "channels_first", label_mode is not None, dtype)

    def made(subset: str | None, shuffle: bool, keep: bool | str | os.PathLike[str]) -> Dataset:
        chosen, chosen_labels = part(paths, labels, validation_split, subset, verbose)
        rows = None if label_mode is None else Slices(encoded(chosen_labels, label_mode, len(names or ())))
        order = RandomNode(seed, True)
        store = PictureStore(
            len(chosen), reader.shape, keep, *_key_and_type(reader, chosen, isinstance(keep, str | os.PathLike))
        )

        def pipeline(dtype: Any) -> Node:
            node: Node = FromTable(PictureTable(chosen, reader, store, dtype), "pictures")
            if rows is not None:
                node = Zip((node, rows))
            if shuffle:
                node = Shuffle(node, 1024 if batch_size is None else 8 * int(batch_size), seed)
                node.random = order
            return node if batch_size is None else Batch(node, int(batch_size))

        node = pipeline(np.uint8 if dtype is torch.uint8 else np.float32)
        if data_format == "channels_first":
            node = Finish(node, whole, _like(label_mode is not None))
        if not reader.exact and dtype is torch.float32:
            node.compact = (pipeline(np.uint8), whole)
        large = batch_size is not None and 4 * math.prod(reader.shape) * int(batch_size) > _LARGE
        data = Dataset(Prefetch(node, 1) if large else Prefetch(node))
        data.class_names, data.file_paths = names, chosen  # type: ignore[attr-defined]
        return data

    if subset == "both":
        second = keep if isinstance(keep, bool) else f"{os.fspath(keep)}-validation"
        return [made("training", shuffle, keep), made("validation", False, second)]
    return made(subset, shuffle, keep)


def _checked_size(size: Any) -> tuple[int, int]:
    if isinstance(size, int):
        size = (size, size)
    if not isinstance(size, list | tuple) or len(size) != 2 or any(int(d) < 1 for d in size):
        raise ArgumentError(f"Expected image_size to be two positive numbers, (height, width). Received: {size!r}")
    return int(size[0]), int(size[1])


def _key_and_type(reader: PictureReader, paths: Sequence[str], in_file: bool) -> tuple[Any, Any]:
    """What tells these pictures from others, when they go into a file; and the type of their values."""
    key = None
    if in_file:
        key = [reader.key(), [[p, (s := os.stat(p)).st_mtime_ns, s.st_size] for p in paths]]
    return key, np.float32 if reader.exact else np.uint8


def _whole(channels_first: bool, labelled: bool, dtype: torch.dtype) -> Callable[[Any], Any]:
    """Bytes become numbers of a type, and channels move to the front where they belong there; one picture or many."""

    def whole(element: Any) -> Any:
        pictures = (element[0] if labelled else element).to(dtype)
        if channels_first:
            pictures = pictures.movedim(-1, -3)
        return (pictures, *element[1:]) if labelled else pictures

    return whole


def _like(labelled: bool) -> Callable[[Any], Any]:
    """The spec of pictures whose channels have moved to the front."""

    def like(spec: Any) -> Any:
        pictures = spec[0] if labelled else spec
        shape = pictures.shape
        moved = TensorSpec((*shape[:-3], shape[-1], *shape[-3:-1]), pictures.dtype)
        return (moved, *spec[1:]) if labelled else moved

    return like
