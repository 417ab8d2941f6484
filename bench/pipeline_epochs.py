"""One pipeline in a process of its own: ``python pipeline_epochs.py PIPELINE FOLDER HEIGHT WIDTH BATCH EPOCHS``.

Prints one line of JSON: the seconds of each pass over a folder of pictures with one subfolder a class, batches of float32
that arrive in the program. Files are listed and pipelines built before; what a pipeline does only when it is used, such as
starting workers, belongs to the first pass.

Run by the interpreter of what is measured, from this folder.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

_TOLD = ("torch", "keras", "tensorflow", "PIL", "numpy")
Passes = Callable[[], Iterable[Any]]  # makes the batches of one pass


def _generator(module: Any, folder: str, size: tuple[int, int], batch: int) -> Passes:
    iterator = module(rescale=1 / 255).flow_from_directory(folder, size, batch_size=batch, class_mode="binary")

    def batches() -> Iterator[Any]:
        for _ in range(len(iterator)):
            yield next(iterator)

    return batches


def _folder(utils: Any, folder: str, size: tuple[int, int], batch: int) -> Passes:
    data = utils.image_dataset_from_directory(folder, image_size=size, batch_size=batch, verbose=False)
    return lambda: data


def wubu_generator(*task: Any) -> Passes:
    """Wubu's ImageDataGenerator."""
    from wubu.preprocessing.image import ImageDataGenerator

    return _generator(ImageDataGenerator, *task)


def wubu_folder(*task: Any) -> Passes:
    """Wubu's image_dataset_from_directory."""
    import wubu

    return _folder(wubu.utils, *task)


def keras_generator(*task: Any) -> Passes:
    """Keras's ImageDataGenerator."""
    from keras.src.legacy.preprocessing.image import ImageDataGenerator

    return _generator(ImageDataGenerator, *task)


def keras_folder(*task: Any) -> Passes:
    """Keras's image_dataset_from_directory, on tf.data."""
    import keras

    return _folder(keras.utils, *task)


def keras_folder_cached(*task: Any) -> Passes:
    """The same with ``cache()``."""
    data: Any = keras_folder(*task)()
    data = data.cache()
    return lambda: data


class Pictures:
    """A torch data set of picture files: read by Pillow, as the tutorials have it."""

    def __init__(self, folder: str, size: tuple[int, int]) -> None:
        classes = sorted(p for p in Path(folder).iterdir() if p.is_dir())
        self.files = [(str(f), y) for y, c in enumerate(classes) for f in sorted(c.iterdir())]
        self.size = size

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, number: int) -> Any:
        import numpy as np
        import torch
        from PIL import Image

        path, label = self.files[number]
        with Image.open(path) as file:
            picture = file.convert("RGB")
        if picture.size != self.size[::-1]:
            picture = picture.resize(self.size[::-1], Image.Resampling.BILINEAR)
        return torch.from_numpy(np.array(picture)).permute(2, 0, 1).to(torch.float32).div_(255), label


def torch_loader(folder: str, size: tuple[int, int], batch: int) -> Passes:
    """A DataLoader with two workers that stay."""
    import torch

    data: Any = Pictures(folder, size)
    loader = torch.utils.data.DataLoader(data, batch, shuffle=True, num_workers=2, persistent_workers=True)
    return lambda: loader


PIPELINES = {
    "wubu-generator": wubu_generator,
    "wubu-folder": wubu_folder,
    "keras-generator": keras_generator,
    "tf.data": keras_folder,
    "tf.data-cache": keras_folder_cached,
    "torch-loader": torch_loader,
}


def main() -> None:
    """Measure and print."""
    name, folder, height, width, batch, epochs = sys.argv[1:7]
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    passes = PIPELINES[name](folder, (int(height), int(width)), int(batch))
    seconds, processor, pictures = [], [], 0
    for _ in range(int(epochs)):
        begin, used = time.perf_counter(), time.process_time()
        pictures = sum(len(labels) for _, labels in passes())
        seconds.append(time.perf_counter() - begin)
        processor.append(time.process_time() - used)  # of this process: workers of a DataLoader are not in it
    versions = {name: sys.modules[name].__version__ for name in _TOLD if name in sys.modules}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {"pictures": pictures, "seconds": seconds, "processor": processor, "peak_mb": peak, "versions": versions}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
