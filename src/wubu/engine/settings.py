"""The engine's switches: which passes run, which executors may, and what a capture is checked against.

They exist so that every optimisation can be turned off alone: to measure it, to test it, and to go round it when it
is at fault. ``override`` changes some of them for the length of a block::

    with settings.override(inplace=False):
        model.fit(x, y)
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any

from wubu.errors import UnknownNameError


def _switch(name: str, default: bool = True) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() not in ("0", "false", "no", "off")


@dataclass(frozen=True)
class Settings:
    """Every switch of the engine.

    Attributes:
        capture: turn steps into programs; False runs them as plain Python. ``WUBU_CAPTURE=0`` sets it.
        cleanup: drop aliases and views that change nothing, and compute equal things once.
        fold: compute what depends on literals alone once, and hoist views of weights.
        relu_pool: move relu behind max-pooling.
        average_pooling: simpler operations for average pooling whose windows tile the picture.
        argmax: accuracy looks at logits where nothing else needs the probabilities.
        wide_convolution: a first convolution on one channel takes two columns at a time. Off unless
            ``WUBU_WIDE_CONVOLUTION=1``: it sums in another order, which Adam's very first step can enlarge to some
            millionths of a bias.
        moving_statistics: batch normalisation's kernel keeps its moving averages.
        onednn: products with weights by oneDNN where it is much faster than MKL. ``WUBU_ONEDNN=0`` unsets it.
        convolution_relu: relu inside the convolution before it.
        dropout_bits: draw dropout masks from integer random bits in the program itself.
        fused_adam: one fused kernel for Adam on a flat arena.
        scalar_rates: learning rates as numbers of the program rather than tensors.
        direct_gradients: products write gradients straight into the arena.
        bias_sums: gradients of biases as products with ones, under plain SGD.
        sgd_fold: plain SGD applied inside the product that makes the gradient.
        sums: totals that grow by a constant are advanced once per call; simpler sums.
        inplace: pointwise operations overwrite operands that nothing reads again.
        torchscript: run programs in torch's C++ interpreter where it exists. ``WUBU_TORCHSCRIPT=0`` unsets it.
        cuda_graph: capture programs into CUDA graphs on a GPU. ``WUBU_CUDA_GRAPH=0`` unsets it.
        autotune_threads: time programs with one thread and with all, and keep the faster.
        verify: compare a program's first step with the recorded one before trusting it.
        allocator: keep freed memory for the next step (glibc). ``WUBU_ALLOCATOR=0`` unsets it.
        flush_denormals: treat denormal numbers as zero. ``WUBU_FLUSH_DENORMALS=0`` unsets it.
    """

    capture: bool = _switch("WUBU_CAPTURE")
    cleanup: bool = True
    fold: bool = True
    relu_pool: bool = True
    average_pooling: bool = True
    argmax: bool = True
    wide_convolution: bool = _switch("WUBU_WIDE_CONVOLUTION", default=False)
    moving_statistics: bool = True
    onednn: bool = _switch("WUBU_ONEDNN")
    convolution_relu: bool = True
    dropout_bits: bool = True
    fused_adam: bool = True
    scalar_rates: bool = True
    direct_gradients: bool = True
    bias_sums: bool = True
    sgd_fold: bool = True
    sums: bool = True
    inplace: bool = True
    torchscript: bool = _switch("WUBU_TORCHSCRIPT")
    cuda_graph: bool = _switch("WUBU_CUDA_GRAPH")
    autotune_threads: bool = _switch("WUBU_AUTOTUNE")
    verify: bool = True
    allocator: bool = _switch("WUBU_ALLOCATOR")
    flush_denormals: bool = _switch("WUBU_FLUSH_DENORMALS")


_current = Settings()


def current() -> Settings:
    """The switches as they stand."""
    return _current


@contextmanager
def override(**changes: Any) -> Iterator[Settings]:
    """Change some switches for the length of a block.

    Raises:
        UnknownNameError: a name is not a switch.
    """
    global _current
    known = [f.name for f in fields(Settings)]
    for name in changes:
        if name not in known:
            raise UnknownNameError("engine setting", name, known)
    before = _current
    _current = replace(before, **changes)
    try:
        yield _current
    finally:
        _current = before
