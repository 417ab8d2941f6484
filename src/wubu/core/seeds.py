"""Randomness: one switch for everything, and seeds of a layer's own."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch

from wubu.errors import ArgumentError


def set_random_seed(seed: int) -> None:
    """Seed Python, NumPy and torch at once, so that a program gives the same numbers again.

    Args:
        seed: an integer from 0 to 2**32 - 1.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**32:
        raise ArgumentError(f"Expected a seed from 0 to 2**32 - 1. Received: seed={seed!r}")
    random.seed(int(seed))
    np.random.seed(int(seed))
    torch.manual_seed(int(seed))


def make_default_seed() -> int:
    """A seed drawn from Python's generator, which ``set_random_seed`` controls."""
    return random.randint(1, 2**31 - 1)


class SeedGenerator:
    """A stream of randomness of an object's own.

    With ``seed=None`` the object shares torch's global stream, which ``set_random_seed`` controls. With a seed it has a
    stream of its own on each device, which no other draw disturbs.

    Args:
        seed: None or an integer.
        name: a name, kept for configs.
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any) -> None:
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int | np.integer)):
            raise ArgumentError(f"Expected seed to be an integer or None. Received: seed={seed!r}")
        self.seed = None if seed is None else int(seed)
        self.name = name or "seed_generator"
        self._generators: dict[torch.device, torch.Generator] = {}

    def generator(self, device: torch.device | str = "cpu") -> torch.Generator | None:
        """The torch generator for a device; None means torch's global one."""
        if self.seed is None:
            return None
        device = torch.device(device)
        if device.type == "meta":
            device = torch.device("cpu")
        if device not in self._generators:
            self._generators[device] = torch.Generator(device).manual_seed(self.seed)
        return self._generators[device]

    def next(self) -> int:
        """Draw a fresh integer seed from this stream."""
        return int(torch.randint(0, 2**31 - 1, (), generator=self.generator("cpu")))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this stream again, from its start."""
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """Make a stream from what ``get_config`` gave."""
        return cls(**config)

    def __deepcopy__(self, memo: dict[int, Any]) -> SeedGenerator:
        copy = SeedGenerator(self.seed, self.name)
        for device, generator in self._generators.items():
            copy._generators[device] = torch.Generator(device)
            copy._generators[device].set_state(generator.get_state())
        return copy

    def __getstate__(self) -> dict[str, Any]:
        states = {str(d): g.get_state() for d, g in self._generators.items()}
        return {"seed": self.seed, "name": self.name, "states": states}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.seed, self.name = state["seed"], state["name"]
        self._generators = {}
        for device, saved in state["states"].items():
            self._generators[torch.device(device)] = torch.Generator(device)
            self._generators[torch.device(device)].set_state(saved)


def generator_for(seed: int | SeedGenerator | None, device: torch.device) -> torch.Generator | None:
    """The torch generator that a ``seed`` argument means; None means torch's global one.

    Args:
        seed: None, an integer for the same numbers at every call, or a stream that goes on from call to call.
        device: where the numbers are drawn.
    """
    if seed is None:
        return None
    if isinstance(seed, SeedGenerator):
        return seed.generator(device)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise ArgumentError(f"Expected seed to be an integer, a SeedGenerator or None. Received: seed={seed!r}")
    return torch.Generator("cpu" if device.type == "meta" else device).manual_seed(int(seed))
