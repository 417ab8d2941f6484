"""Embeddings for TensorBoard's projector: vectors as points, with what they stand for."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from wubu.core.files import write_text
from wubu.errors import ArgumentError
from wubu.tensorboard.protos import load
from wubu.tensorboard.values import as_array, png


def write_embeddings(
    logdir: str | os.PathLike[str],
    embeddings: Mapping[str, Any],
    metadata: Mapping[str, Any] | str | None = None,
    sprites: Mapping[str, Any] | None = None,
) -> None:
    """Write vectors and a ``projector_config.pbtxt`` into a log folder.

    Args:
        logdir: the folder.
        embeddings: tensors of shape (items, dimensions) by name.
        metadata: for each name, a list of labels (one a row) or the name of a file in the folder; one file name for all.
        sprites: for each name, pictures of shape (items, height, width, channels) that stand for the points.

    Raises:
        ArgumentError: when numbers of labels or pictures do not fit.
    """
    from google.protobuf import text_format

    folder = Path(logdir)
    folder.mkdir(parents=True, exist_ok=True)
    config = load().ProjectorConfig()
    for name, tensor in embeddings.items():
        array = as_array(tensor)
        if array.ndim != 2:
            raise ArgumentError(
                f"Expected embedding {name!r} to have shape (items, dimensions). Received: {array.shape}"
            )
        entry = config.embeddings.add(tensor_name=name)
        stem = re.sub(r'[<>:"/\\|?*]', "_", name)  # what a file's name may not hold somewhere
        entry.tensor_path = f"{stem}.tsv"
        rows = ("\t".join(f"{v:.7g}" for v in row) for row in array)
        write_text(folder / entry.tensor_path, "\n".join(rows) + "\n")
        labels = metadata if isinstance(metadata, str) else (metadata or {}).get(name)
        if isinstance(labels, str | os.PathLike):
            entry.metadata_path = Path(labels).as_posix()
        elif labels is not None:
            entry.metadata_path = f"{stem}_labels.tsv"
            write_text(folder / entry.metadata_path, _lines(name, labels, len(array)))
        if sprites and name in sprites:
            pictures = as_array(sprites[name])
            if len(pictures) != len(array):
                raise ArgumentError(f"Embedding {name!r} has {len(array)} items. Received: {len(pictures)} pictures")
            entry.sprite.image_path = f"{stem}_sprite.png"
            entry.sprite.single_image_dim.extend([pictures.shape[2], pictures.shape[1]])
            (folder / entry.sprite.image_path).write_bytes(png(_sheet(pictures)))
    write_text(folder / "projector_config.pbtxt", text_format.MessageToString(config))


def _lines(name: str, labels: Sequence[Any], count: int) -> str:
    if len(labels) != count:
        raise ArgumentError(f"Embedding {name!r} has {count} items. Received: {len(labels)} labels")
    return "".join(str(label).replace("\t", " ").replace("\n", " ") + "\n" for label in labels)


def _sheet(pictures: np.ndarray) -> np.ndarray:
    """All pictures in one square sheet, row by row."""
    if pictures.ndim == 3:
        pictures = pictures[..., None]
    count, height, width, channels = pictures.shape
    side = int(np.ceil(np.sqrt(count)))
    sheet = np.zeros((side * height, side * width, channels), pictures.dtype)
    for i, picture in enumerate(pictures):
        top, left = i // side * height, i % side * width
        sheet[top : top + height, left : left + width] = picture
    return sheet
