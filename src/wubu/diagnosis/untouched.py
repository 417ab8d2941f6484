"""A look at a model that leaves no trace."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from wubu.core.seeds import SeedGenerator


@contextmanager
def untouched(model: Any) -> Iterator[None]:
    """A block after which everything is as it was, to the last bit.

    Weights that are not trained (moving statistics, states), all random numbers, layers' seeds, pending losses, and the
    training flag are put back. Trainable weights are not expected to change: only an optimizer changes them.
    """
    layers = model._flatten_layers()
    kept = [(w, w.detach().as_subclass(torch.Tensor).clone()) for w in model.weights if not w.requires_grad]
    seeds = [
        (seed, seed.__getstate__())
        for layer in layers
        for seed in vars(layer).values()
        if isinstance(seed, SeedGenerator) and seed.seed is not None
    ]
    losses = [(layer, list(layer._losses)) for layer in layers]
    training = model.training
    python, numpy, cpu = random.getstate(), np.random.get_state(), torch.get_rng_state()
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() and torch.cuda.is_initialized() else None
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        torch.set_rng_state(cpu)
        if cuda is not None:
            torch.cuda.set_rng_state_all(cuda)
        for seed, state in seeds:
            seed.__setstate__(state)
        with torch.no_grad():
            for weight, value in kept:
                weight.copy_(value)
        for layer, before in losses:
            layer._losses[:] = before
        if model.training != training:
            model.train(training)
