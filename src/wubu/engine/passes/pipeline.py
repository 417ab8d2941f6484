"""The passes, in the order that they build on one another."""

from __future__ import annotations

from collections.abc import Callable

from wubu.engine import settings
from wubu.engine.passes.accumulate import defer_sums, simplify_sums
from wubu.engine.passes.argmax import take_argmax_of_logits
from wubu.engine.passes.average_pooling import average_by_rows, spread_average_gradients
from wubu.engine.passes.bias_sums import sum_by_products
from wubu.engine.passes.cleanup import drop_aliases, drop_dead, merge_equal
from wubu.engine.passes.convolution_relu import clip_in_convolutions
from wubu.engine.passes.direct_gradients import split_group_copies, write_gradients_directly
from wubu.engine.passes.dropout_bits import expand_keep_masks
from wubu.engine.passes.fold import fold_literals, hoist_views
from wubu.engine.passes.fused_adam import fuse_adam
from wubu.engine.passes.inplace import overwrite_operands
from wubu.engine.passes.moving_statistics import move_statistics_in_kernels
from wubu.engine.passes.onednn_matmul import multiply_by_onednn
from wubu.engine.passes.relu_pool import lift_relu_over_permutes, move_relu_behind_pool
from wubu.engine.passes.scalar_rates import defer_counts, fill_step_sizes, use_scalar_rates
from wubu.engine.passes.sgd_fold import fold_sgd
from wubu.engine.passes.wide_convolution import widen_first_convolution
from wubu.engine.program import Program

Pass = Callable[[Program], int]

# (switch of engine.settings, pass)
PIPELINE: tuple[tuple[str, Pass], ...] = (
    ("cleanup", drop_aliases),
    ("cleanup", drop_dead),
    ("fold", fold_literals),
    ("fold", hoist_views),
    ("relu_pool", lift_relu_over_permutes),
    ("cleanup", drop_aliases),
    ("cleanup", drop_dead),
    ("cleanup", merge_equal),
    ("relu_pool", move_relu_behind_pool),
    ("average_pooling", spread_average_gradients),
    ("average_pooling", average_by_rows),
    ("argmax", take_argmax_of_logits),
    ("wide_convolution", widen_first_convolution),
    ("moving_statistics", move_statistics_in_kernels),
    ("onednn", multiply_by_onednn),
    ("convolution_relu", clip_in_convolutions),
    ("dropout_bits", expand_keep_masks),
    ("fused_adam", fuse_adam),
    ("scalar_rates", use_scalar_rates),
    ("direct_gradients", split_group_copies),
    ("fold", hoist_views),
    ("direct_gradients", write_gradients_directly),
    ("bias_sums", sum_by_products),
    ("sgd_fold", fold_sgd),
    ("sums", simplify_sums),
    ("sums", defer_counts),
    ("sums", defer_sums),
    ("inplace", overwrite_operands),
    ("cleanup", drop_dead),
)


def optimise(program: Program) -> dict[str, int]:
    """Run every pass that is switched on over a program, in place, and then the one that it cannot run without.

    Returns:
        How many changes each pass made.
    """
    switches = settings.current()
    changes: dict[str, int] = {}
    for switch, apply in PIPELINE:
        if getattr(switches, switch):
            changes[apply.__name__] = changes.get(apply.__name__, 0) + apply(program)
    fill_step_sizes(program)
    return changes
