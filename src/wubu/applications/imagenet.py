"""ImageNet's conventions: how pixels are scaled for each family of models, and what the 1000 classes are called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from wubu.applications.scaffolding import download
from wubu.core.settings import standardize_data_format
from wubu.errors import ArgumentError, FileFormatError
from wubu.symbolic.function import op

CLASS_INDEX = "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json"
CLASS_INDEX_MD5 = "c2c37ea517e94d9795004a39431a14cb"
_MEAN_BGR = (103.939, 116.779, 123.68)
_MEAN_RGB = (0.485, 0.456, 0.406)
_STD_RGB = (0.229, 0.224, 0.225)


def preprocess_input(x: Any, data_format: str | None = None, mode: str = "caffe") -> Any:
    """Scale pixels from 0..255 as a family of models expects them.

    Args:
        x: pictures with channels in the order red, green, blue: an array (changed in place when it is of a float type)
            or a tensor.
        data_format: where the channels are. Default: the global setting.
        mode: ``"caffe"`` (blue, green, red, ImageNet's means subtracted), ``"tf"`` (to -1..1), ``"torch"`` (to 0..1, then
            standardised with ImageNet's means and deviations).
    """
    if mode not in ("caffe", "tf", "torch"):
        raise ArgumentError(f"Expected mode 'caffe', 'tf' or 'torch'. Received: mode={mode!r}")
    layout = standardize_data_format(data_format)
    if isinstance(x, np.ndarray):
        return _array(x, layout, mode)
    return _tensor(x, layout, mode)


def _array(x: np.ndarray, layout: str, mode: str) -> np.ndarray:
    if not np.issubdtype(x.dtype, np.floating):
        x = x.astype("float32")
    axis = -1 if layout == "channels_last" or x.ndim not in (3, 4) else x.ndim - 3
    shape = [1] * x.ndim
    shape[axis] = 3
    if mode == "tf":
        x /= 127.5
        x -= 1.0
    elif mode == "torch":
        x /= 255.0
        x -= np.reshape(_MEAN_RGB, shape)
        x /= np.reshape(_STD_RGB, shape)
    else:
        x = np.flip(x, axis)
        x = x - np.reshape(_MEAN_BGR, shape).astype(x.dtype)
    return x


@op
def _tensor(x: Any, layout: str, mode: str) -> torch.Tensor:
    if not x.is_floating_point():
        x = x.float()
    axis = x.dim() - 1 if layout == "channels_last" else x.dim() - 3
    shape = [1] * x.dim()
    shape[axis] = 3

    def along(values: tuple[float, ...]) -> torch.Tensor:
        return torch.tensor(values, dtype=x.dtype, device=x.device).reshape(shape)

    if mode == "tf":
        return x / 127.5 - 1.0
    if mode == "torch":
        return (x / 255.0 - along(_MEAN_RGB)) / along(_STD_RGB)
    return torch.flip(x, (axis,)) - along(_MEAN_BGR)


def decode_predictions(preds: Any, top: int = 5) -> list[list[tuple[str, str, float]]]:
    """The most probable ImageNet classes of each picture.

    Args:
        preds: probabilities, (pictures, 1000).
        top: how many classes.

    Returns:
        For each picture a list of (WordNet identifier, name, probability), most probable first.

    Raises:
        ArgumentError: when there are not 1000 classes.
        DownloadError: when the list of names is neither cached nor to be had.
    """
    values = preds.detach().cpu().numpy() if isinstance(preds, torch.Tensor) else np.asarray(preds)
    if values.ndim != 2 or values.shape[1] != 1000:
        raise ArgumentError(f"Expected predictions of shape (pictures, 1000). Received: shape {values.shape}")
    names = _class_names(download("imagenet_class_index.json", CLASS_INDEX, CLASS_INDEX_MD5))
    results = []
    for row in values:
        best = row.argsort()[-top:][::-1]
        results.append([(*names[int(i)], float(row[i])) for i in best])
    return results


def _class_names(path: Path) -> dict[int, tuple[str, str]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {int(k): (str(v[0]), str(v[1])) for k, v in found.items()}
    except (ValueError, AttributeError, IndexError) as error:
        raise FileFormatError(f"Expected {path} to be ImageNet's list of classes. Received: {error}") from error
