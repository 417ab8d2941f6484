"""The largest probability belongs to the largest logit: ``argmax(softmax(z)) = argmax(z)``.

Accuracy looks at probabilities, the loss at the logits behind them; where nothing else wants the probabilities they need
not be computed. The two differ only where rounding makes two probabilities equal that come from unequal logits, and in
rows that hold NaN.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import fx

from wubu.engine.effects import Accesses
from wubu.engine.program import Program, meta_of

aten = torch.ops.aten


def take_argmax_of_logits(program: Program) -> int:
    """Let ``argmax`` read what softmax was computed from, if that makes the softmax superfluous."""
    changes = 0
    accesses = Accesses(program)
    for softmax in program.calls:
        if softmax.target is not aten._softmax.default or not isinstance(softmax.args[0], fx.Node):
            continue
        logits = softmax.args[0]
        meta = meta_of(logits)
        if meta is None or accesses.is_written(meta.storage) or len(softmax.users) == 0:
            continue
        asked: Any = softmax.args[1]
        axis = asked % len(meta.shape)
        if all(_is_argmax(user, softmax, axis, len(meta.shape)) for user in softmax.users):
            softmax.replace_all_uses_with(logits)
            program.graph.erase_node(softmax)
            changes += 1
    return changes


def _is_argmax(user: fx.Node, softmax: fx.Node, axis: int, rank: int) -> bool:
    if user.target is not aten.argmax.default or user.args[0] is not softmax or len(user.args) < 2:
        return False
    asked = user.args[1]
    return isinstance(asked, int) and asked % rank == axis
