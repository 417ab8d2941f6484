"""Who is measured: wubu, every Keras backend in each of its settings, and what torch's users have.

A name says the settings: ``@16`` is ``steps_per_execution=16``, ``+jit`` is ``jit_compile=True``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

VARIANTS = {
    "keras-tensorflow": ("", "@16", "+jit", "+jit@16"),
    "keras-jax": ("", "@16"),  # always compiled
    "keras-torch": ("", "+jit"),  # has no steps_per_execution
}


@dataclass(frozen=True)
class Contender:
    """One column of the tables.

    Attributes:
        name: the column.
        trainer: the module of ``bench.trainers`` that trains with it.
        needs: modules that its interpreter must have.
        own: runs in wubu's own environment rather than the peers'.
        backend: of Keras, else empty.
        compile: what ``compile()`` is told besides.
        off: switches of wubu's engine that are off.
        on: those that are on though they are off by default.
    """

    name: str
    trainer: str
    needs: tuple[str, ...]
    own: bool = False
    backend: str = ""
    compile: dict[str, Any] = field(default_factory=dict)
    off: tuple[str, ...] = ()
    on: tuple[str, ...] = ()

    @property
    def is_keras(self) -> bool:
        """Whether it is Keras itself."""
        return bool(self.backend)

    @property
    def is_variant(self) -> bool:
        """Whether it has settings that the defaults have not."""
        return "@" in self.name or "+" in self.name


def _keras() -> list[Contender]:
    made = []
    for name, variants in VARIANTS.items():
        backend = name.removeprefix("keras-")
        for variant in variants:
            settings: dict[str, Any] = {"jit_compile": True} if "+jit" in variant else {}
            if "@" in variant:
                settings["steps_per_execution"] = int(variant.partition("@")[2])
            made.append(Contender(name + variant, "keras_api", ("keras", backend), False, backend, settings))
    return made


CONTENDERS = {
    c.name: c
    for c in (
        Contender("wubu", "keras_api", ("torch",), own=True),
        *_keras(),
        Contender("torch", "torch_loop", ("torch",), own=True),
        Contender("torch-compile", "torch_loop", ("torch",), own=True),
        Contender("lightning", "lightning", ("pytorch_lightning",)),
        Contender("skorch", "skorch", ("skorch",)),
    )
}
KERAS = tuple(name for name, contender in CONTENDERS.items() if contender.is_keras)
PLAIN = ("wubu", *VARIANTS, "torch")  # one column of each, without variants


def choose(names: Iterable[str]) -> list[Contender]:
    """The contenders of these names, in the order of the tables.

    Raises:
        KeyError: a name is of none of them.
    """
    wanted = set(names)
    if unknown := wanted - set(CONTENDERS):
        raise KeyError(f"unknown contender {sorted(unknown)[0]!r}; known: {', '.join(CONTENDERS)}")
    return [contender for name, contender in CONTENDERS.items() if name in wanted]
