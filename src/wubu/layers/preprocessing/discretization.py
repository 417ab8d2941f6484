"""Numbers as the bins that they are in."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from wubu.core.tensors import as_tensor
from wubu.errors import ArgumentError
from wubu.layers.base import Layer
from wubu.layers.preprocessing.encoding import MODES, as_mode, encoded, encoded_shape, refuse_sparse
from wubu.symbolic.keras_tensor import KerasTensor


class Discretization(Layer):
    """The number of the bin that a value is in, from bounds that are given or found in data.

    Args:
        bin_boundaries: the bounds, in order; a value on one is in the bin above.
        num_bins: how many bins ``adapt`` makes, each with as many values.
        epsilon: how far the bounds may be off, in parts of the data.
        output_mode: ``"int"``, or a vector: ``"one_hot"``, ``"multi_hot"`` or ``"count"``.
        sparse: must be False.
        dtype, name: those of ``Layer``.

    Example:
        >>> Discretization([0.0, 1.0])(torch.tensor([-1.0, 0.5, 3.0])).tolist()
        [0, 1, 2]
    """

    def __init__(
        self,
        bin_boundaries: Any = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        dtype: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, dtype=dtype, **kwargs)
        refuse_sparse(sparse)
        if (bin_boundaries is None) == (num_bins is None):
            raise ArgumentError(
                "Expected either bin_boundaries or num_bins. "
                f"Received: bin_boundaries={bin_boundaries!r}, num_bins={num_bins!r}"
            )
        if num_bins is not None and num_bins < 0:
            raise ArgumentError(f"Expected num_bins to be positive. Received: num_bins={num_bins!r}")
        self.bin_boundaries = None if bin_boundaries is None else [float(b) for b in bin_boundaries]
        self.num_bins, self.epsilon, self.sparse = num_bins, epsilon, sparse
        self.output_mode = as_mode(output_mode, MODES)
        self.reset_state()

    # Bounds are found from a summary: values in order, and for how many others each stands.

    def reset_state(self) -> None:
        """Forget the data."""
        self.summary = np.zeros((2, 0), np.float32)

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Find the bounds.

        Args:
            data: an array, a tensor, or an iterable of batches.
            steps: how many batches to look at.
        """
        if self.num_bins is None:
            raise ArgumentError("A layer with bin_boundaries has nothing to find. Try: num_bins")
        self.reset_state()
        whole = hasattr(data, "shape") or (isinstance(data, list | tuple) and not any(hasattr(d, "shape") for d in data))
        for step, batch in enumerate([data] if whole else data):
            if steps is not None and step >= steps:
                break
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Add a batch to the summary."""
        values = data.detach().cpu().numpy() if isinstance(data, torch.Tensor) else np.asarray(data)
        values = np.sort(values.astype(np.float32).reshape(-1))
        step = max(len(values) * self.epsilon, 1)
        kept = values[int(step - 1) :: int(step)]
        self.summary = _merged(np.stack([kept, np.full_like(kept, step)]), self.summary, self.epsilon)

    def finalize_state(self) -> None:
        """Make the bounds from the summary."""
        if self.num_bins is not None:
            found = _shrunk(self.summary, 1.0 / self.num_bins)
            self.bin_boundaries = [float(bound) for bound in found[0, :-1]]

    def call(self, inputs: Any) -> torch.Tensor:
        """Compute the output."""
        if self.bin_boundaries is None:
            raise ArgumentError(f"Layer {self.name!r} has no bounds yet. Try: adapt(data), or bin_boundaries=[…]")
        x = as_tensor(inputs)
        bounds = torch.tensor(self.bin_boundaries, dtype=torch.float32, device=x.device)
        indices = torch.bucketize(x.float() if x.dtype is not torch.float32 else x, bounds, right=True)
        return encoded(indices, self.output_mode, len(self.bin_boundaries) + 1, self._output_type())

    def _output_type(self) -> str:
        return "int32" if self.output_mode == "int" else self.compute_dtype

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The input's shape, with the bins unless they are numbers."""
        depth = self.num_bins if self.bin_boundaries is None else len(self.bin_boundaries) + 1
        return encoded_shape(input_shape, self.output_mode, depth)

    def compute_output_spec(self, inputs: Any) -> Any:
        """The symbolic output."""
        return KerasTensor(self.compute_output_shape(inputs.shape), self._output_type())

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        names = ("bin_boundaries", "num_bins", "epsilon", "output_mode", "sparse")
        return {**{n: getattr(self, n) for n in names}, "name": self.name, "dtype": self.dtype_policy.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Discretization:
        """Make a layer from what ``get_config`` gave; found bounds are kept beside their number."""
        found = dict(config)
        bounds = found.pop("bin_boundaries", None) if found.get("num_bins") is not None else None
        made = cls(**found)
        if bounds is not None:
            made.bin_boundaries = list(bounds)
        return made


def _shrunk(summary: np.ndarray, epsilon: float) -> np.ndarray:
    """A summary with one value for each part ``epsilon`` of the data, interpolated; short ones stay."""
    if summary.shape[1] * epsilon < 1:
        return summary
    parts = epsilon + np.arange(0.0, 1.0, epsilon)
    sums = summary[1].cumsum()
    shares = sums / sums[-1]
    reached = np.interp(parts, shares, sums)
    weights = np.diff(np.concatenate([[0.0], reached]))
    return np.stack([np.interp(parts, shares, summary[0]), weights]).astype(np.float32)


def _merged(first: np.ndarray, second: np.ndarray, epsilon: float) -> np.ndarray:
    both = np.concatenate([first, second], axis=1)
    both = both[:, np.argsort(both[0], kind="stable")]
    return _shrunk(both, epsilon)
