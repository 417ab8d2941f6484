"""What most normalizations end with: ``gamma * x + beta``, learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wubu import constraints, initializers, regularizers
from wubu.core.variable import Variable
from wubu.layers.arguments import stored
from wubu.layers.base import Layer


class AffineNormalization(Layer):
    """Base of the normalizations that end with a learned scale and offset.

    Args:
        axis: the axis or axes that it is about; subclasses say how.
        epsilon: what is added to the variance.
        center: whether beta is added.
        scale: whether gamma multiplies.
        beta_initializer, gamma_initializer: how they begin.
        beta_regularizer, gamma_regularizer: penalties that are added to the loss.
        beta_constraint, gamma_constraint: projections after each update.
        **kwargs: the arguments of ``Layer``.
    """

    gamma: Variable | None
    beta: Variable | None

    def __init__(
        self,
        axis: Any = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.epsilon = float(epsilon)
        self.center, self.scale = center, scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.supports_masking = True

    def _make_affine(self, shape: Sequence[int], scale: bool, center: bool) -> None:
        """Make gamma and beta of a shape, or None for what is switched off."""
        self.gamma = self.beta = None
        if scale:
            self.gamma = self.add_weight(
                shape,
                self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
                name="gamma",
            )
        if center:
            self.beta = self.add_weight(
                shape,
                self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
                name="beta",
            )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        names = ["axis", "epsilon", "center", "scale"]
        names += [f"{w}_{kind}" for kind in ("initializer", "regularizer", "constraint") for w in ("beta", "gamma")]
        return {**super().get_config(), **stored(self, *names)}
