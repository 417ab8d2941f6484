"""Weights divided by their largest singular value."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from wubu.core.settings import epsilon
from wubu.core.variable import Variable
from wubu.errors import ArgumentError
from wubu.initializers.chance import TruncatedNormal
from wubu.layers.arguments import as_tuple, stored
from wubu.layers.base import Layer
from wubu.layers.core.wrapper import Wrapper
from wubu.layers.input_spec import InputSpec


class SpectralNormalization(Wrapper):
    """Divide a layer's kernel by its largest singular value at each call in training, so that it cannot stretch.

    The value is found by power iteration from where the last call left off. Miyato et al., "Spectral normalization
    for generative adversarial networks", 2018.

    Args:
        layer: a layer with a ``kernel`` or ``embeddings``.
        power_iterations: how many iterations each call makes.
        **kwargs: the arguments of ``Layer``.

    Input and output shape: those of the layer.
    """

    def __init__(self, layer: Layer, power_iterations: int = 1, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        (self.power_iterations,) = as_tuple(power_iterations, 1, "power_iterations")

    def build(self, input_shape: Any = None) -> None:
        """Build the layer inside and make the vector that the iteration keeps."""
        super().build(input_shape)
        self.input_spec = InputSpec(min_ndim=1, axes={-1: input_shape[-1]})
        found = next((getattr(self.layer, n, None) for n in ("kernel", "embeddings") if hasattr(self.layer, n)), None)
        if not isinstance(found, Variable):
            raise ArgumentError(
                f"Layer {self.name!r} normalizes a kernel or embeddings. Received: a {type(self.layer).__name__}, which "
                "has neither"
            )
        self.kernel = found
        self.vector_u = self.add_weight(
            (1, found.shape[-1]), TruncatedNormal(stddev=0.02), found.dtype, trainable=False, name="vector_u"
        )

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Normalize the kernel if this is training, then call the layer."""
        if training:
            with torch.no_grad():
                self._normalize()
        return self.layer(inputs)

    def _normalize(self) -> None:
        weights = self.kernel.reshape(-1, self.kernel.shape[-1])  # (everything else, out)
        u: torch.Tensor = self.vector_u
        for _ in range(self.power_iterations):
            v = F.normalize(u @ weights.T, dim=-1, eps=epsilon())
            u = F.normalize(v @ weights, dim=-1, eps=epsilon())
        sigma = v @ weights @ u.T
        zero = (weights == 0).all()  # nothing to divide by; a question to the values, so no Python branch
        self.vector_u.copy_(torch.where(zero, self.vector_u, u))
        self.kernel.copy_(torch.where(zero, self.kernel, self.kernel / sigma.squeeze()))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The layer's output shape."""
        return self.layer.compute_output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **stored(self, "power_iterations")}
