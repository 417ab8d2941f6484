"""Attention by sums."""

from __future__ import annotations

from typing import Any

import torch

from wubu.layers.attention.attention import Attention


class AdditiveAttention(Attention):
    """``softmax(sum(scale * tanh(query + key))) @ value``: for each step of the query a mean of the values, weighted by
    how well the keys fit.

    Bahdanau et al., "Neural machine translation by jointly learning to align and translate", 2015.

    Args:
        use_scale: whether ``scale``, one number for each feature, is learned; otherwise it is 1.
        dropout: the fraction of the weights to drop in training.
        seed: an integer for a random stream of the layer's own.
        **kwargs: the arguments of ``Layer``.

    Call arguments and shapes: those of ``Attention``.
    """

    def __init__(self, use_scale: bool = True, dropout: float = 0.0, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(use_scale=use_scale, dropout=dropout, seed=seed, **kwargs)

    def build(self, input_shape: Any) -> None:
        """Make the scale, of the size of the features."""
        self._check_sizes(input_shape)
        self.scale = None
        if self.use_scale:
            self.scale = self.add_weight((input_shape[0][-1],), "glorot_uniform", name="scale")

    def _scores(self, query: torch.Tensor, key: torch.Tensor) -> torch.Tensor:
        scale = 1.0 if self.scale is None else self.scale.to(query.dtype)
        return (scale * torch.tanh(query.unsqueeze(-2) + key.unsqueeze(-3))).sum(-1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        config = super().get_config()
        del config["score_mode"]
        return config
