"""Seconds that imports take: the framework's own module, and all that a program needs before it can build a model."""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any

from bench import table
from bench.contenders import VARIANTS

if TYPE_CHECKING:
    from bench.worker import Request

ROWS = ("import",)
QUICK = ROWS
_MODULES = {"torch_loop": "torch", "lightning": "pytorch_lightning", "skorch": "skorch"}


def check(row: str) -> None:
    """Raise ``ValueError`` for a row that there is not."""
    if row not in ROWS:
        raise ValueError(f"unknown row {row!r}; known: {', '.join(ROWS)}")


def contenders(row: str) -> list[str]:
    """One of each."""
    return ["wubu", *VARIANTS, "torch", "lightning", "skorch"]


def measure(request: Request) -> dict[str, Any]:
    """Import."""
    begin = time.perf_counter()
    who = request.who
    name = _MODULES.get(who.trainer) or ("keras" if who.is_keras else "wubu")
    module: Any = importlib.import_module(name)
    imported = time.perf_counter()
    if who.trainer == "keras_api":  # wubu resolves its names at their first use
        for needed in ("Sequential", "layers", "optimizers", "losses", "metrics", "callbacks"):
            getattr(module, needed)
        _ = module.layers.Dense, module.callbacks.EarlyStopping
    return {"import_s": imported - begin, "s": time.perf_counter() - begin}


def markdown(results: table.Results) -> str:
    """Both times, and how much wubu adds to torch."""
    text = ["### Seconds that imports take"]
    for found in results.values():
        needed = table.compared({"all that a first model needs": found}, "s", plain_ratio=False)
        bare = table.compared({"`import` alone": found}, "import_s", plain_ratio=False)
        text.append("\n".join([*needed.splitlines(), *bare.splitlines()[2:]]))
        if "wubu" in found and "torch" in found:
            more = table.median(found["wubu"], "s") - table.median(found["torch"], "s")
            text.append(f"wubu, ready for its first model, adds {more:.2f} s to `import torch`.")
    return "\n\n".join(text)
