"""The arrays that are trained on: random ones for speed, real ones for accuracy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.workloads import Workload

if TYPE_CHECKING:
    import numpy as np

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "bench" / "cache"
MNIST = (ROOT.parent / "shared/data/mnist.npz", Path(os.environ.get("KERAS_HOME", "~/.keras")) / "datasets/mnist.npz")
CIFAR = ROOT.parent / "shared/data/cifar10_images"

Arrays = tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]


def random_rows(workload: Workload, rows: int, seed: int = 0) -> Arrays:
    """Rows of a workload's shape, with labels that mean nothing."""
    import numpy as np

    random = np.random.default_rng(seed)
    labels = random.integers(0, workload.classes, rows)
    if workload.vocabulary:
        return random.integers(0, workload.vocabulary, (rows, *workload.shape), dtype=np.int32), labels
    return random.random((rows, *workload.shape), dtype=np.float32), labels


def mnist_file() -> Path | None:
    """Where the real MNIST lies, if it does."""
    return next((path.expanduser() for path in MNIST if path.expanduser().exists()), None)


def mnist(shape: tuple[int, ...], real: bool = False) -> tuple[Arrays, Arrays]:
    """MNIST's training and test rows between 0 and 1, or random bytes of the same shape where it is not there."""
    import numpy as np

    path = mnist_file()
    if path is None:
        if real:
            raise FileNotFoundError(f"Expected MNIST in one of {[str(p) for p in MNIST]}")
        random = np.random.default_rng(0)
        parts = [
            (random.integers(0, 256, (n, 28, 28), dtype=np.uint8), random.integers(0, 10, n, dtype=np.uint8))
            for n in (60000, 10000)
        ]
    else:
        with np.load(path) as file:
            parts = [(file[f"x_{part}"], file[f"y_{part}"]) for part in ("train", "test")]
    train, test = ((x.reshape(-1, *shape).astype("float32") / 255, y.astype("int64")) for x, y in parts)
    return train, test


def cifar_file() -> Path | None:
    """The pictures of CIFAR-10 as one file of arrays, made once; None where there are no pictures."""
    made = CACHE / "cifar10.npz"
    if made.exists() or not CIFAR.exists():
        return made if made.exists() else None
    import numpy as np
    from PIL import Image

    arrays: dict[str, Any] = {}
    for part in ("train", "test"):
        files = [
            (path, label) for label, folder in enumerate(sorted((CIFAR / part).iterdir())) for path in folder.iterdir()
        ]
        arrays[f"x_{part}"] = np.stack([np.asarray(Image.open(path).convert("RGB")) for path, _ in files])
        arrays[f"y_{part}"] = np.array([label for _, label in files])
    CACHE.mkdir(parents=True, exist_ok=True)
    np.savez(made, **arrays)
    return made


def cifar() -> tuple[Arrays, Arrays]:
    """CIFAR-10's training and test rows between 0 and 1."""
    import numpy as np

    path = cifar_file()
    if path is None:
        raise FileNotFoundError(f"Expected pictures in {CIFAR}/train/CLASS and {CIFAR}/test/CLASS")
    with np.load(path) as file:
        train, test = (
            (file[f"x_{part}"].astype("float32") / 255, file[f"y_{part}"].astype("int64")) for part in ("train", "test")
        )
    return train, test
