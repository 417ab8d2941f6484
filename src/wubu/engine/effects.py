"""What each operation reads and writes, and what follows for passes that move or remove it."""

from __future__ import annotations

import operator
from collections import defaultdict
from dataclasses import replace
from functools import cache
from typing import Any

import torch
from torch import fx

from wubu.engine.program import Program, TensorMeta, metas_of

aten = torch.ops.aten

# Operations that write into arguments which their schema does not mark: the running statistics, when training.
_HIDDEN_WRITES: dict[Any, tuple[int, int, int]] = {
    aten.native_batch_norm.default: (3, 4, 5),
    aten.cudnn_batch_norm.default: (3, 4, 5),
    aten.miopen_batch_norm.default: (3, 4, 5),
}

# Views whose schema does not say so.
UNMARKED_VIEWS = {aten._unsafe_view.default, aten._reshape_alias.default}


@cache
def _written_arguments(target: Any) -> tuple[tuple[int, str], ...]:
    """Position and name of every argument that an operation marks as written."""
    schema = getattr(target, "_schema", None)
    if schema is None:
        return ()
    return tuple(
        (position, argument.name)
        for position, argument in enumerate(schema.arguments)
        if argument.alias_info is not None and argument.alias_info.is_write
    )


def written(target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    """The arguments that a call writes into, nodes or tensors as the call has them."""
    found: list[Any] = []
    for position, name in _written_arguments(target):
        value = args[position] if position < len(args) else kwargs.get(name)
        found.extend(value if isinstance(value, list | tuple) else [value])
    hidden = _HIDDEN_WRITES.get(target)
    if hidden is not None and args[hidden[2]]:
        found.extend(args[position] for position in hidden[:2])
    return [value for value in found if value is not None]


def writes(node: fx.Node) -> list[fx.Node]:
    """The nodes whose memory a node writes into."""
    return written(node.target, node.args, node.kwargs) if node.op == "call_function" else []


@cache
def is_random(target: Any) -> bool:
    """Whether an operation draws random numbers."""
    tags = getattr(target, "tags", ())
    return torch.Tag.nondeterministic_seeded in tags


def draws(node: fx.Node) -> bool:
    """Whether a node draws random numbers: attention whose dropout is 0 does not."""
    if not is_random(node.target):
        return False
    arguments: Any = node.target._schema.arguments  # type: ignore[union-attr]
    for position, argument in enumerate(arguments):
        if argument.name == "dropout_p":
            return bool(node.args[position] if position < len(node.args) else node.kwargs.get("dropout_p", 0.0))
    return True


@cache
def is_view(target: Any) -> bool:
    """Whether an operation only looks at its first argument's memory in another way."""
    if target in UNMARKED_VIEWS:
        return True
    schema = getattr(target, "_schema", None)
    if schema is None or len(schema.returns) != 1:
        return False
    info = schema.returns[0].alias_info
    return info is not None and not info.is_write and not _written_arguments(target)


def is_pure(node: fx.Node) -> bool:
    """Whether a node does nothing but compute its result, the same one for the same operands."""
    if node.op != "call_function":
        return False
    if node.target is operator.getitem:
        return True
    return not is_random(node.target) and not writes(node)


class Accesses:
    """Who reads and writes which memory, by position in the program.

    Positions are those of the moment it is made. A pass that changes the program says so with ``forget``, ``add`` and
    ``relabelled``, or makes a new one.
    """

    def __init__(self, program: Program) -> None:
        self.position: dict[fx.Node, int] = {}
        self.reads: dict[int, list[tuple[int, TensorMeta, fx.Node]]] = defaultdict(list)
        self.writes: dict[int, list[tuple[int, TensorMeta, fx.Node]]] = defaultdict(list)
        self.external: set[int] = set()
        for position, node in enumerate(program.graph.nodes):
            if node.op in ("placeholder", "get_attr"):
                self.position[node] = position
                self.external.update(meta.storage for meta in metas_of(node))
            else:
                self.add(node, position)

    def add(self, node: fx.Node, position: int) -> None:
        """Take in what a node at a position reads and writes."""
        self.position[node] = position
        for target in writes(node):
            for meta in metas_of(target):
                self.writes[meta.storage].append((position, meta, node))
        if node.op == "call_function" and (is_view(node.target) or node.target is operator.getitem):
            return  # looks at memory without reading it
        for argument in node.all_input_nodes:
            for meta in metas_of(argument):
                self.reads[meta.storage].append((position, meta, node))

    def forget(self, node: fx.Node) -> None:
        """Leave out a node that is about to be removed or changed."""
        for storage in {meta.storage for argument in node.all_input_nodes for meta in metas_of(argument)}:
            self.reads[storage] = [entry for entry in self.reads[storage] if entry[2] is not node]
            self.writes[storage] = [entry for entry in self.writes[storage] if entry[2] is not node]

    def relabelled(self, old: TensorMeta, new: TensorMeta) -> None:
        """What lay at ``old`` lies at ``new``; see ``relabel``."""
        if old.storage == new.storage:
            return
        shift = new.offset - old.offset
        for table in (self.reads, self.writes):
            for position, meta, node in table.pop(old.storage, ()):
                moved = replace(meta, storage=new.storage, offset=meta.offset + shift)
                table[new.storage].append((position, moved, node))

    def written_between(self, meta: TensorMeta, after: int, before: int) -> bool:
        """Whether memory is written at a position strictly between two."""
        return any(after < at < before and meta.overlaps(other) for at, other, _ in self.writes[meta.storage])

    def read_between(self, meta: TensorMeta, after: int, before: int) -> bool:
        """Whether memory is read at a position strictly between two."""
        return any(after < at < before and meta.overlaps(other) for at, other, _ in self.reads[meta.storage])

    def last_read(self, storage: int) -> int:
        """Position of the last node that reads a storage; -1 when none does."""
        return max((at for at, _, _ in self.reads[storage]), default=-1)

    def is_written(self, storage: int) -> bool:
        """Whether anything writes into a storage."""
        return bool(self.writes[storage])


def relabel(program: Program, old: TensorMeta, new: TensorMeta) -> None:
    """Tell the program that what lay at ``old`` lies at ``new``, of the same layout, and all views of it with it."""
    if old.storage == new.storage:
        return
    shift = new.offset - old.offset

    def change(meta: Any) -> Any:
        if isinstance(meta, TensorMeta):
            if meta.storage != old.storage:
                return meta
            return replace(meta, storage=new.storage, offset=meta.offset + shift)
        if isinstance(meta, list | tuple):
            return type(meta)(change(m) for m in meta)
        return meta

    for node in program.graph.nodes:
        if "tensor" in node.meta:
            node.meta["tensor"] = change(node.meta["tensor"])
