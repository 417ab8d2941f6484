"""``tf.test``: what tests written for TensorFlow ask."""

from __future__ import annotations

import tempfile
import unittest
from typing import Any

import numpy as np
import torch

from wubu.core import nest
from wubu.tensorflow.conversion import host_value_of

__all__ = [
    "TestCase",
    "gpu_device_name",
    "is_built_with_cuda",
    "is_built_with_gpu_support",
    "is_built_with_rocm",
    "is_built_with_xla",
    "is_gpu_available",
    "main",
]


def is_built_with_cuda() -> bool:
    """Whether torch was built for CUDA."""
    return torch.backends.cuda.is_built()


def is_built_with_gpu_support() -> bool:
    """Whether torch was built for a GPU."""
    return torch.backends.cuda.is_built()


def is_built_with_rocm() -> bool:
    """Whether torch was built for ROCm."""
    return torch.version.hip is not None


def is_built_with_xla() -> bool:
    """No."""
    return False


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: Any = None) -> bool:
    """Whether there is a GPU."""
    return torch.cuda.is_available()


def gpu_device_name() -> str:
    """The name of the first GPU, or the empty text."""
    return "/device:GPU:0" if torch.cuda.is_available() else ""


def main(argv: Any = None) -> None:
    """Run the tests of the program."""
    unittest.main(argv=argv)


class TestCase(unittest.TestCase):
    """A test with comparisons of tensors."""

    def evaluate(self, tensors: Any) -> Any:
        """The values of tensors, as arrays."""
        return nest.map_structure(lambda t: host_value_of(t) if isinstance(t, torch.Tensor) else t, tensors)

    def get_temp_dir(self) -> str:
        """A folder for the test's files."""
        if not hasattr(self, "_folder"):
            self._folder = tempfile.mkdtemp(prefix="tf-test-")
        return self._folder

    def assertAllEqual(self, a: Any, b: Any, msg: Any = None) -> None:  # noqa: N802
        """Fail unless all elements are equal."""
        np.testing.assert_array_equal(self.evaluate(a), self.evaluate(b), err_msg=msg or "")

    def assertAllClose(  # noqa: N802
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: Any = None
    ) -> None:
        """Fail unless all elements are nearly equal."""
        if isinstance(a, dict) or isinstance(b, dict):
            self.assertEqual(sorted(a), sorted(b), msg)
            for key in a:
                self.assertAllClose(a[key], b[key], rtol, atol, msg)
            return
        try:
            pairs = [(np.asarray(self.evaluate(a), np.float64), np.asarray(self.evaluate(b), np.float64))]
        except (TypeError, ValueError):  # parts of several shapes
            self.assertEqual(len(a), len(b), msg)
            pairs = list(zip(nest.flatten(self.evaluate(a)), nest.flatten(self.evaluate(b))))
        for x, y in pairs:
            np.testing.assert_allclose(x, y, rtol=rtol, atol=atol, err_msg=msg or "")

    def assertShapeEqual(self, a: Any, b: Any, msg: Any = None) -> None:  # noqa: N802
        """Fail unless the shapes are equal."""
        self.assertEqual(tuple(a.shape), tuple(b.shape), msg)
