"""Clean-up: drop what a recording holds only because autograd and composite operations are written in general terms.

* ``drop_aliases``: ``detach`` and ``alias``; views that give back what an earlier view in the same chain was (a
  transpose of a transpose, a reshape to the same shape).
* ``merge_equal``: the same operation on the same operands, with nothing written in between, is computed once.
* ``drop_dead``: operations whose result nobody reads and that write nothing that lasts.

All three leave every number bit for bit as it was.
"""

from __future__ import annotations

import operator
from typing import Any

import torch
from torch import fx

from wubu.engine.effects import Accesses, is_pure, is_random, is_view, relabel, writes
from wubu.engine.program import Program, meta_of, metas_of

aten = torch.ops.aten

_ALIASES = {aten.detach.default, aten.alias.default, aten.lift_fresh.default}


def drop_aliases(program: Program) -> int:
    """Replace every view by the earliest node of its chain that is the same view of the same memory."""
    changes = 0
    for node in program.calls:
        if node.target not in _ALIASES and not is_view(node.target):
            continue
        meta = meta_of(node)
        ancestor = node.args[0]
        while isinstance(ancestor, fx.Node) and meta is not None:
            seen = meta_of(ancestor)
            if seen is not None and seen.same_place(meta) and seen.stride == meta.stride:
                node.replace_all_uses_with(ancestor)
                program.graph.erase_node(node)
                changes += 1
                break
            if ancestor.op != "call_function" or not is_view(ancestor.target):
                break
            ancestor = ancestor.args[0]
    return changes


def merge_equal(program: Program) -> int:
    """Compute equal things once."""
    versions: dict[int, int] = {}
    seen: dict[Any, fx.Node] = {}
    replaced = 0
    written_ever = {meta.storage for node in program.calls for target in writes(node) for meta in metas_of(target)}
    kept = _results_storages(program)
    for node in program.calls:
        if is_pure(node):
            key = _key(node, versions)
            own = {meta.storage for meta in metas_of(node)}
            twin = seen.get(key) if key is not None else None
            # A temporary that somebody writes into later cannot stand for two; nor can a result that is handed out.
            shares = is_view(node.target) or node.target is operator.getitem
            if twin is not None and (shares or not (own & (written_ever | kept))):
                others = {meta.storage for meta in metas_of(twin)}
                if shares or not (others & (written_ever | kept)):
                    _alias_storages(program, node, twin)
                    node.replace_all_uses_with(twin)
                    program.graph.erase_node(node)
                    replaced += 1
                    continue
            if key is not None:
                seen.setdefault(key, node)
        for target in writes(node):
            for meta in metas_of(target):
                versions[meta.storage] = versions.get(meta.storage, 0) + 1
    return replaced


def _results_storages(program: Program) -> set[int]:
    return {meta.storage for result in program.output.all_input_nodes for meta in metas_of(result)}


def _alias_storages(program: Program, node: fx.Node, twin: fx.Node) -> None:
    """Views of the merged node lie in the twin's memory from now on."""
    for old, new in zip(metas_of(node), metas_of(twin)):
        relabel(program, old, new)


def _key(node: fx.Node, versions: dict[int, int]) -> Any:
    """What makes two nodes equal: operation, operands, and how often the operands' memory has been written."""

    def freeze(value: Any) -> Any:
        if isinstance(value, fx.Node):
            return (value, tuple(versions.get(meta.storage, 0) for meta in metas_of(value)))
        if isinstance(value, list | tuple):
            return tuple(freeze(v) for v in value)
        if isinstance(value, dict):
            return tuple((name, freeze(v)) for name, v in sorted(value.items()))
        if isinstance(value, float):
            return (float, value.hex())  # 0.0 and -0.0 differ
        return (type(value), value)

    key = (node.target, freeze(node.args), freeze(node.kwargs))
    try:
        hash(key)
    except TypeError:
        return None
    return key


def drop_dead(program: Program) -> int:
    """Remove operations without a lasting effect.

    Writes into bound tensors and into the batch last. A write into a temporary lasts if something that lasts reads it
    afterwards. Draws of random numbers stay, so that the generator goes on as in the plain step.
    """
    external = Accesses(program).external
    needed: set[int] = set()
    dropped = 0
    for node in reversed(list(program.graph.nodes)):
        if node.op == "output":
            needed.update(meta.storage for result in node.all_input_nodes for meta in metas_of(result))
            continue
        if node.op != "call_function":
            continue
        targets = {meta.storage for target in writes(node) for meta in metas_of(target)}
        lasting = bool(targets & external) or bool(targets & needed) or is_random(node.target)
        if not lasting and not node.users:
            program.graph.erase_node(node)
            dropped += 1
            continue
        if lasting or node.users:
            needed.update(meta.storage for operand in node.all_input_nodes for meta in metas_of(operand))
    for node in [n for n in program.graph.nodes if n.op == "get_attr" and not n.users]:
        program.graph.erase_node(node)
        del program.constants[node.target]
    return dropped


