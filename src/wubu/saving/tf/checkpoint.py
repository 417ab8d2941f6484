"""TensorFlow checkpoints (v2): weights and optimizer of a model, matched object by object, as tf.keras 2 does it."""

from __future__ import annotations

import os
import warnings
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from wubu.core.variable import Variable, witnessed
from wubu.errors import FileFormatError, MissingFileError
from wubu.saving import formats, optimizer_state
from wubu.saving.state import put
from wubu.saving.tf import object_graph, tracked
from wubu.saving.tf.bundle import BundleReader, write_bundle
from wubu.saving.tf.checkpoint_state import latest_checkpoint, update_checkpoint_state
from wubu.saving.tf.object_graph import ObjectNode

_SUFFIX = f"/.ATTRIBUTES/{object_graph.VALUE}"


def save(root: Any, prefix: str | os.PathLike[str], update_state: bool = True) -> None:
    """Write the variables of a model, or of any object that holds some, under a prefix.

    Args:
        root: a model, a layer, an optimizer, or a dict of such by name.
        prefix: the path without ``.index``.
        update_state: whether the file ``checkpoint`` beside it names this as the latest.
    """
    nodes, tensors, _ = graph_of(root)
    tensors[object_graph.KEY] = object_graph.serialize(nodes)
    write_bundle(prefix, tensors)
    if update_state:
        update_checkpoint_state(os.path.dirname(os.fspath(prefix)), os.path.basename(os.fspath(prefix)))


def graph_of(
    root: Any, without: Sequence[str] | None = None
) -> tuple[list[ObjectNode], dict[str, Any], list[Any]]:
    """The graph of everything below an object, breadth first, its tensors by key, and the objects themselves.

    Args:
        root: the object.
        without: names of the root's children to leave out.
    """
    nodes = [ObjectNode()]
    numbers = {id(root): 0}
    things = [root]  # kept, so that identities stay unique
    tensors: dict[str, Any] = {}
    waiting: deque[tuple[Any, int, str]] = deque([(root, 0, "")])
    while waiting:
        thing, number, path = waiting.popleft()
        if isinstance(thing, torch.Tensor):
            key = f"{path}{_SUFFIX}"
            nodes[number].tensors[object_graph.VALUE] = key
            nodes[number].full_names[object_graph.VALUE] = tracked.full_name(thing)
            tensors[key] = thing
            continue
        for name, child in tracked.children(thing):
            if number == 0 and without is not None and name in without:
                continue
            where = numbers.get(id(child))
            if where is None:
                where = numbers[id(child)] = len(nodes)
                things.append(child)
                nodes.append(ObjectNode())
                escaped = name.replace(".", "..").replace("/", ".S")
                waiting.append((child, where, f"{path}/{escaped}" if path else escaped))
            nodes[number].children.setdefault(name, where)
    return nodes, tensors, things


class LoadStatus:
    """What of a checkpoint found its place; the object that TensorFlow's ``load_weights`` returns.

    Attributes:
        missing: weights of the model that the checkpoint does not have.
        unused: keys of the checkpoint that the model does not have.
    """

    def __init__(self, source: str, missing: list[str], unused: list[str]) -> None:
        self.source, self.missing, self.unused = source, missing, unused

    def assert_consumed(self) -> LoadStatus:
        """Raise unless all of the checkpoint and all of the model matched."""
        if self.missing or self.unused:
            raise AssertionError(
                f"{self.source}: not in the checkpoint: {self.missing[:8]}; not in the model: {self.unused[:8]}"
            )
        return self

    def assert_existing_objects_matched(self) -> LoadStatus:
        """Raise unless all of the model matched."""
        if self.missing:
            raise AssertionError(f"{self.source}: not in the checkpoint: {self.missing[:8]}")
        return self

    def assert_nontrivial_match(self) -> LoadStatus:
        """Loading itself refuses a checkpoint of which nothing matches."""
        return self

    def expect_partial(self) -> LoadStatus:
        """Accepted; nothing is said of what is unused."""
        return self

    def initialize_or_restore(self, session: Any = None) -> None:
        """Accepted; values are already in place."""

    run_restore_ops = initialize_or_restore


def prefix_of(path: str | os.PathLike[str]) -> str:
    """The prefix that a path means: a prefix, one of its files, a folder with a ``checkpoint`` file, or a SavedModel."""
    name = os.fspath(path)
    if os.path.isdir(name):
        inner = os.path.join(name, "variables", "variables")
        if os.path.isfile(f"{inner}.index"):
            return inner
        found = latest_checkpoint(name)
        if found is None:
            raise MissingFileError(f"{name} is a folder without a checkpoint in it")
        return found
    prefix = formats.checkpoint_prefix(name)
    if prefix is None:
        raise MissingFileError(f"No checkpoint under the prefix {name}: {name}.index is missing")
    return prefix


def load(root: Any, path: str | os.PathLike[str], skip_mismatch: bool = False) -> LoadStatus:
    """Read a checkpoint into a model, or into any object that ``save`` takes.

    A model without weights reads it when it is first called.

    Args:
        root: the object.
        path: see ``prefix_of``.
        skip_mismatch: whether a variable of another shape keeps its value.

    Raises:
        FileFormatError: when the checkpoint is damaged, a shape differs, or nothing matches.
    """
    prefix = prefix_of(path)
    reader = BundleReader(prefix)
    if isinstance(root, torch.nn.Module) and not getattr(root, "built", True):
        _load_at_first_call(root, prefix, skip_mismatch)
        return LoadStatus(prefix, [], [])
    if object_graph.KEY not in reader:
        return _load_by_names(root, reader, skip_mismatch)
    nodes = graph_in(reader)
    match = _Match(reader, nodes, skip_mismatch)
    match.walk(root)
    return match.finish(root)


def graph_in(reader: BundleReader) -> list[ObjectNode]:
    """The object graph of a checkpoint."""
    held = reader.read(object_graph.KEY)
    nodes = object_graph.parse(held.item(), reader.prefix)
    if not nodes:
        raise FileFormatError(f"{reader.prefix} is damaged: its object graph is empty")
    return nodes


def _load_at_first_call(model: torch.nn.Module, prefix: str, skip_mismatch: bool) -> None:
    busy = False

    def first(module: Any, args: Any, kwargs: Any) -> None:
        nonlocal busy
        if busy:
            return
        busy = True
        # Whoever makes this call may put back what state began with; what the file says is what it begins with.
        with witnessed(), torch.no_grad():
            module(*args, **{**kwargs, "training": False} if module._call_signature.training else kwargs)
        handle.remove()
        load(module, prefix, skip_mismatch)

    handle = model.register_forward_pre_hook(first, with_kwargs=True)


class _Match:
    def __init__(self, reader: BundleReader, nodes: list[ObjectNode], skip: bool) -> None:
        self._reader, self._nodes, self._skip = reader, nodes, skip
        self._variables: dict[int, torch.Tensor] = {}
        self._found: set[int] = set()
        self._used: set[str] = {object_graph.KEY}
        self._seen: set[tuple[int, int]] = set()
        self._optimizers: list[tuple[Any, int]] = []

    def walk(self, root: Any) -> None:
        waiting: deque[tuple[Any, int]] = deque([(root, 0)])
        kept = [root]
        while waiting:
            thing, number = waiting.popleft()
            kept.append(thing)
            if (id(thing), number) in self._seen:
                continue
            self._seen.add((id(thing), number))
            if isinstance(thing, torch.Tensor):
                self._assign(thing, number)
            elif tracked.is_optimizer(thing):
                self._optimizers.append((thing, number))
            else:
                names = self._nodes[number].children
                for name, child in tracked.children(thing):
                    if name in names:
                        waiting.append((child, names[name]))
        for optimizer, number in self._optimizers:
            self._restore_optimizer(optimizer, number)

    def _assign(self, variable: torch.Tensor, number: int) -> None:
        key = self._nodes[number].key
        if key is None or id(variable) in self._found:
            return
        self._variables[number] = variable
        self._take(variable, key)

    def _take(self, variable: torch.Tensor, key: str) -> None:
        self._used.add(key)
        value = self._read(key)
        self._found.add(id(variable))
        name = tracked.full_name(variable) or key
        if tuple(value.shape) != tuple(variable.shape) and self._skip:
            warnings.warn(f"{self._reader.prefix}: {name!r} keeps its value, for shapes differ", stacklevel=6)
            return
        put(variable, value, f"{self._reader.prefix}: {name!r}")

    def _read(self, key: str) -> np.ndarray:
        if key not in self._reader:
            raise FileFormatError(f"{self._reader.prefix} is damaged: it has no tensor {key!r}")
        return self._reader.read(key)

    def _restore_optimizer(self, optimizer: Any, number: int) -> None:
        node = self._nodes[number]
        below = [node.children.get(n) for n in ("_variables", "iter", "_iterations")]
        for child in below:
            if child is not None:
                self._mark(child)
        if not optimizer.built:
            return
        if "_variables" in node.children:
            self._restore_today(optimizer, node)
        else:
            self._restore_legacy(optimizer, node)

    def _mark(self, number: int) -> None:
        for one in (number, *self._nodes[number].children.values()):
            if self._nodes[one].key is not None:
                self._used.add(str(self._nodes[one].key))

    def _restore_today(self, optimizer: Any, node: ObjectNode) -> None:
        names, arrays = [], []
        listed = self._nodes[node.children["_variables"]].children
        if not all(k.isdigit() for k in listed):
            raise FileFormatError(f"{self._reader.prefix} is damaged: the optimizer's variables are not numbered")
        for _, number in sorted(listed.items(), key=lambda item: int(item[0])):
            found = self._nodes[number]
            if found.key is None:
                continue
            names.append(found.full_names.get(object_graph.VALUE, ""))
            arrays.append(self._read(found.key))
        for name in ("_learning_rate", "_current_learning_rate"):
            key = self._nodes[node.children[name]].key if name in node.children else None
            if key is not None:
                self._used.add(key)
                for variable in optimizer.variables:
                    if variable.name == "learning_rate":
                        put(variable, self._read(key), "the learning rate")
        own = [v for v in optimizer.variables if v.name != "learning_rate"]
        if len(arrays) in (len(own), len(own) - 1) and optimizer_state.restore_in_order(optimizer, own, arrays):
            return
        optimizer_state.restore(optimizer, names, arrays, 2, self._reader.prefix)

    def _restore_legacy(self, optimizer: Any, node: ObjectNode) -> None:
        groups: dict[str, dict[int, np.ndarray]] = {}
        for original, slot, number in node.slots:
            variable = self._variables.get(original)
            key = self._nodes[number].key if 0 <= number < len(self._nodes) else None
            if variable is None or key is None:
                continue
            self._used.add(key)
            name = optimizer_state.slot_name(slot, type(optimizer).__name__)
            groups.setdefault(name, {})[id(variable)] = self._read(key)
        scalars = {}
        for old, new in (("iter", "iteration"), ("learning_rate", "learning_rate"), ("momentum_cache", "u_product")):
            child = node.children.get(old)
            key = self._nodes[child].key if child is not None else None
            if key is not None:
                self._used.add(key)
                scalars[new] = self._read(key)
        for name in ("decay", "beta_1", "beta_2", "momentum", "rho", "epsilon"):
            child = node.children.get(name)
            if child is not None and self._nodes[child].key is not None:
                self._used.add(str(self._nodes[child].key))
        weights = [w for w in optimizer._trainable_variables if any(id(w) in g for g in groups.values())]
        arrays = {name: [group[id(w)] for w in weights if id(w) in group] for name, group in groups.items()}
        if not optimizer_state.assign_slots(optimizer, weights, arrays, scalars):
            warnings.warn(f"{self._reader.prefix}: the optimizer's state does not fit and was left out", stacklevel=6)

    def finish(self, root: Any) -> LoadStatus:
        own = _weights_of(root)
        missing = [tracked.full_name(w) or "a tensor" for w in own if id(w) not in self._found]
        unused = sorted(set(self._reader.entries) - self._used)
        if own and len(missing) == len(own):
            raise FileFormatError(
                f"{self._reader.prefix} has none of the model's {len(own)} weights. It holds: "
                f"{[k.removesuffix(_SUFFIX) for k in unused[:6]]}"
            )
        if missing:
            text = ", ".join(missing[:8])
            warnings.warn(f"{self._reader.prefix} does not have these weights, which keep their values: {text}", stacklevel=4)
        return LoadStatus(self._reader.prefix, missing, unused)


def _weights_of(root: Any) -> list[Any]:
    if hasattr(root, "weights"):
        return list(root.weights)
    if isinstance(root, dict):
        return [w for one in root.values() for w in _weights_of(one)]
    return [root] if isinstance(root, torch.Tensor) else []


def _load_by_names(root: Any, reader: BundleReader, skip_mismatch: bool) -> LoadStatus:
    """Checkpoints of TensorFlow 1's Saver have no graph of objects; keys are the variables' names."""
    own = _weights_of(root)
    used: set[str] = set()
    missing: list[str] = []
    lookup: Callable[[str], str | None] = _NameTable(list(reader.entries))
    for weight in own:
        path = weight.path if isinstance(weight, Variable) else ""
        key = lookup(path)
        if key is None:
            missing.append(path)
            continue
        used.add(key)
        value = reader.read(key)
        if skip_mismatch and tuple(value.shape) != tuple(weight.shape):
            continue
        put(weight, value, f"{reader.prefix}: {key!r}")
    if own and len(missing) == len(own):
        raise FileFormatError(
            f"{reader.prefix} has none of the model's weights. Expected names like {missing[:4]}. "
            f"It holds: {sorted(reader.entries)[:6]}"
        )
    return LoadStatus(reader.prefix, missing, sorted(set(reader.entries) - used))


class _NameTable:
    def __init__(self, keys: list[str]) -> None:
        self._keys = set(keys)

    def __call__(self, path: str) -> str | None:
        parts = path.split("/")
        for start in range(len(parts) - 1):  # the model's own name need not be there
            for candidate in ("/".join(parts[start:]), "/".join(parts[start:]) + ":0"):
                if candidate in self._keys:
                    return candidate
        return None
