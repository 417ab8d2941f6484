"""What every executor can do, and the state of torch that a program runs in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

import torch

from wubu.engine.program import Program

Rates = Sequence[Sequence[float]]
Counts = Sequence[int]


class Executor(Protocol):
    """Runs a program.

    ``rates[o][i]`` is the learning rate of optimizer ``o`` in the i-th step of a call, ``counts[o] + i`` its number of
    steps with that one. Results are the program's ``returned``.
    """

    name: str

    def one(self, inputs: Sequence[torch.Tensor], rates: Rates, counts: Counts) -> list[torch.Tensor]:
        """Run one step on the program's inputs."""
        ...

    def many(
        self,
        resident: Sequence[torch.Tensor],
        index: torch.Tensor,
        start: int,
        stop: int,
        size: int,
        rates: Rates,
        counts: Counts,
    ) -> list[torch.Tensor]:
        """Run steps ``start`` to ``stop - 1``; step i takes rows ``index[i * size : (i + 1) * size]`` of each tensor.

        Returns:
            The last step's results.
        """
        ...


def _autograd_keys() -> torch._C.DispatchKeySet | None:
    try:
        keys = torch._C.DispatchKeySet(torch._C.DispatchKey.ADInplaceOrView)
        for name in ("AutogradCPU", "AutogradCUDA", "AutogradOther", "AutogradFunctionality"):
            key = getattr(torch._C.DispatchKey, name, None)
            if key is not None:
                keys = keys.add(key)
        return keys
    except (AttributeError, TypeError):
        return None


_KEYS = _autograd_keys()


@contextmanager
def below_autograd(differentiates: bool = False) -> Iterator[None]:
    """Run operations without autograd's part of the dispatch: the program holds its own backward pass.

    ``torch.inference_mode`` is as fast but gives tensors that the rest of torch refuses to change later.

    Args:
        differentiates: whether the program has a backward pass. A few kernels (oneDNN's LSTM) ask torch whether
            gradients are on, and keep what theirs will need only then.
    """
    if _KEYS is None:
        with torch.no_grad():
            yield
    else:
        with torch.set_grad_enabled(differentiates), torch._C._ExcludeDispatchKeyGuard(_KEYS):
            yield


def mode_of(program: Program) -> AbstractContextManager[None]:
    """The state of torch that a program runs in."""
    return nullcontext() if program.transparent else below_autograd(program.differentiates)
