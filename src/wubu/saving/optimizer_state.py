"""An optimizer's state from old files, where slots have other names and stand in other orders.

Files of today list the variables as ``optimizer.variables`` does. tf.keras 2.11 to 2.15 left out the learning rate;
before that, all first moments came first, then all second ones; Keras 1 and 2 without TensorFlow's names did the same.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

# Names of slots that differ from today's; a name that is missing here is today's.
_SLOTS = {
    "m": "momentum",
    "v": "velocity",
    "u": "norm",
    "vhat": "velocity_hat",
    "rms": "velocity",
    "mg": "average_gradient",
    "accum_grad": "accumulated_grad",
    "accum_var": "accumulated_delta_var",
}
_KNOWN = {*_SLOTS, *_SLOTS.values(), "accumulator", "linear"}
# In what order slots came before names told, and which extra arrays came with them.
_ORDER = {
    "SGD": ("momentum",),
    "RMSprop": ("velocity",),
    "Adagrad": ("accumulator",),
    "Adadelta": ("accumulated_grad", "accumulated_delta_var"),
    "Adam": ("momentum", "velocity", "velocity_hat"),
    "AdamW": ("momentum", "velocity", "velocity_hat"),
    "Adamax": ("momentum", "norm"),
    "Nadam": ("momentum", "velocity"),
}


def restore(optimizer: Any, names: Sequence[str], arrays: Sequence[np.ndarray], era: int, source: str) -> bool:
    """Give an optimizer the state that a file holds.

    Args:
        optimizer: built for the model's trainable variables.
        names: what the file calls the arrays.
        arrays: the arrays, in the file's order.
        era: 1, 2 or 3.
        source: the file's name, for the warning.

    Returns:
        Whether the state fits. When it does not, a warning says so and the optimizer begins afresh.
    """
    own = optimizer.variables
    if era >= 3 and len(own) == len(arrays) and restore_in_order(optimizer, own, arrays):
        return True
    if _by_slots(optimizer, list(names), list(arrays)):
        return True
    warnings.warn(
        f"{source}: the state of optimizer {optimizer.name!r} does not fit and was left out, so training continues with a "
        f"fresh one. Expected: {len(own)} arrays. Received: {len(arrays)}",
        stacklevel=4,
    )
    return False


def restore_in_order(optimizer: Any, variables: Sequence[Any], arrays: Sequence[np.ndarray]) -> bool:
    """Set the first of some variables from as many arrays; whether the shapes fit.

    What is missing at the end is Nadam's product, which tf.keras 2 did not keep and the step counter determines.
    """
    if not _fit(variables, arrays):
        return False
    for variable, array in zip(variables, arrays):
        variable.assign(array)
    product = _product_of(optimizer)
    if product is not None and len(arrays) < len(variables):
        product.assign(_nadam_product(optimizer))
    return True


def _fit(variables: Sequence[torch.Tensor], arrays: Sequence[np.ndarray]) -> bool:
    return all(tuple(v.shape) == tuple(a.shape) for v, a in zip(variables, arrays))


def _by_slots(optimizer: Any, names: list[str], arrays: list[np.ndarray]) -> bool:
    weights = list(optimizer._trainable_variables)
    kind = type(optimizer).__name__
    scalars: dict[str, np.ndarray] = {}
    groups: dict[str, list[np.ndarray]] = {}
    rest: list[np.ndarray] = []
    for name, array in zip(names, arrays):
        slot = slot_of(name, kind)
        if slot is not None and (array.shape or "/" in name):
            groups.setdefault(slot, []).append(array)
        elif not array.shape:
            scalars[_scalar_of(name, len(scalars))] = array
        else:
            rest.append(array)
    if rest and not groups:
        order = _ORDER.get(kind, ())
        chunks = [rest[i : i + len(weights)] for i in range(0, len(rest), len(weights))]
        if len(rest) % len(weights) or len(chunks) > len(order):
            return False
        groups = dict(zip(order, chunks))
    return assign_slots(optimizer, weights, groups, scalars)


def assign_slots(
    optimizer: Any,
    weights: Sequence[torch.Tensor],
    groups: dict[str, list[np.ndarray]],
    scalars: dict[str, np.ndarray],
) -> bool:
    """Set slots by name, one array for each weight, and counters; whether all of it fits.

    Args:
        optimizer: built for the weights.
        weights: the weights that the arrays belong to, in the arrays' order.
        groups: today's name of a slot to its arrays.
        scalars: ``iteration``, ``learning_rate`` and ``u_product``, as far as they are known.
    """
    plan = []
    for name, values in groups.items():
        found = [_slot(optimizer, name, weight) for weight in weights]
        if all(f is None for f in found) or all(v.shape == (1,) for v in values):
            continue  # kept by an older version though not used, such as vhat without amsgrad
        if len(values) != len(weights) or any(f is None for f in found):
            return False
        if not _fit(found, values):  # type: ignore[arg-type]
            return False
        plan += list(zip(found, values))
    for variable, value in plan:
        variable.assign(value)
    count = scalars.get("iteration")
    if count is not None:
        optimizer.iterations.assign(np.asarray(count).astype(np.int64))
    rate = scalars.get("learning_rate")
    for variable in optimizer.variables:
        if rate is not None and variable.name == "learning_rate":  # missing where a schedule decides
            variable.assign(rate)
    product = _product_of(optimizer)
    if product is not None:
        product.assign(scalars.get("u_product", _nadam_product(optimizer)))
    return True


def _slot(optimizer: Any, name: str, weight: torch.Tensor) -> Any:
    return optimizer._state.slot(weight, name)


def slot_of(name: str, kind: str) -> str | None:
    """Today's name of the slot that a stored name speaks of, such as ``Adam/m/dense/kernel:0``; None for none."""
    parts = name.removesuffix(":0").split("/")
    for part in (parts[-1], *parts[:-1]):
        if part in _KNOWN and len(parts) > 1:
            return slot_name(part, kind)
    return None


def slot_name(old: str, kind: str) -> str:
    """Today's name of a slot, such as ``velocity`` for ``v``."""
    if kind == "Adamax" and old == "v":
        return "norm"
    return _SLOTS.get(old, old)


def _scalar_of(name: str, position: int) -> str:
    plain = name.lower()
    if "iter" in plain:
        return "iteration"
    if "learning_rate" in plain:
        return "learning_rate"
    if "cache" in plain or "product" in plain or "schedule" in plain:
        return "u_product"
    return "iteration" if position == 0 else "u_product"


def _product_of(optimizer: Any) -> Any:
    return getattr(optimizer, "_u_product", None)


def _nadam_product(optimizer: Any) -> np.ndarray:
    """The product of Nadam's momentum schedule up to now, which some versions did not keep."""
    steps = np.arange(1, int(optimizer.iterations) + 1, dtype=np.float64)
    return np.asarray(np.prod(optimizer.beta_1 * (1.0 - 0.5 * 0.96**steps)), np.float32)
