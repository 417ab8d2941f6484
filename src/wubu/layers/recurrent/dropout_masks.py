"""Dropout in recurrent cells: one mask for a whole sequence, since fresh ones at each step would drown the memory."""

from __future__ import annotations

import torch

from wubu.core.dropout_op import keep_mask
from wubu.core.seeds import SeedGenerator

Masks = list[torch.Tensor]


class DropoutMasks:
    """The masks of a cell's inputs and states, drawn at the first step of a sequence and kept until it is over.

    Gal & Ghahramani, "A theoretically grounded application of dropout in recurrent neural networks", 2016.

    A cell that has this base sets ``dropout``, ``recurrent_dropout``, ``seed_generator`` and, for a mask per gate,
    ``dropout_mask_count``.
    """

    dropout: float
    recurrent_dropout: float
    seed_generator: SeedGenerator
    dropout_mask_count: int | None = None
    _dropout_masks: Masks | None = None
    _recurrent_dropout_masks: Masks | None = None

    def _drawn(self, like: torch.Tensor, rate: float) -> Masks:
        generator = self.seed_generator.generator(like.device)
        return [keep_mask(like, rate, generator) for _ in range(self.dropout_mask_count or 1)]

    def _input_masks(self, like: torch.Tensor, training: bool) -> Masks | None:
        """The masks of the inputs, one or one for each gate, or None when nothing is dropped."""
        if not training or not 0 < self.dropout < 1:
            return None
        if self._dropout_masks is None:
            self._dropout_masks = self._drawn(like, self.dropout)
        return self._dropout_masks

    def _state_masks(self, like: torch.Tensor, training: bool) -> Masks | None:
        """The masks of the states, one or one for each gate, or None when nothing is dropped."""
        if not training or not 0 < self.recurrent_dropout < 1:
            return None
        if self._recurrent_dropout_masks is None:
            self._recurrent_dropout_masks = self._drawn(like, self.recurrent_dropout)
        return self._recurrent_dropout_masks

    def get_dropout_mask(self, step_input: torch.Tensor) -> torch.Tensor | Masks | None:
        """The mask of the inputs, or one for each gate; None when nothing is dropped."""
        return self._single(self._input_masks(step_input, True))

    def get_recurrent_dropout_mask(self, step_input: torch.Tensor) -> torch.Tensor | Masks | None:
        """The mask of the states, or one for each gate; None when nothing is dropped."""
        return self._single(self._state_masks(step_input, True))

    def _single(self, masks: Masks | None) -> torch.Tensor | Masks | None:
        return masks if masks is None or self.dropout_mask_count else masks[0]

    def reset_dropout_mask(self) -> None:
        """Forget the mask of the inputs: the next sequence gets a fresh one."""
        self._dropout_masks = None

    def reset_recurrent_dropout_mask(self) -> None:
        """Forget the mask of the states: the next sequence gets a fresh one."""
        self._recurrent_dropout_masks = None
