"""A program as TorchScript source: a function of one step, and a loop of many that gathers its batches.

torch's interpreter runs the loop in C++, without Python's lock. TorchScript is given every operation by its aten name,
so the source needs none of the Python front end that torch is retiring.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx

from wubu.engine import host
from wubu.engine.effects import is_random
from wubu.engine.program import Program, metas_of

# TorchScript knows these as integers.
_DTYPES = {
    torch.uint8: 0, torch.int8: 1, torch.int16: 2, torch.int32: 3, torch.int64: 4, torch.float16: 5,
    torch.float32: 6, torch.float64: 7, torch.complex64: 9, torch.complex128: 10, torch.bool: 11, torch.bfloat16: 15,
}  # fmt: skip
_FORMATS = {torch.contiguous_format: 0, torch.preserve_format: 1, torch.channels_last: 2, torch.channels_last_3d: 3}


# Rows are gathered for some steps at a time, as far as they fit into a processor's cache: one operation instead of many, and
# enough work for all threads.
_GATHERED_BYTES, _GATHERED_STEPS = 512 << 10, 16


class NotExpressible(Exception):
    """TorchScript has no way to write part of a program down."""


@dataclass
class Source:
    """TorchScript source and what its functions are called with.

    Attributes:
        text: defines ``one(x, rates, counts, k, l0, …)`` and
            ``many(x, index, start, stop, size, rates, counts, k, l0, …)``.
        constants: the list ``k``.
        groups: the lists ``l0``…: operations that write into every tensor of a list need it from outside, or the
            interpreter's optimiser takes the list for a temporary and drops the call.
        operations: the names of the operations of one step that write or draw: none of them may get lost.
    """

    text: str
    constants: list[torch.Tensor]
    groups: list[list[torch.Tensor]]
    operations: list[str]


def generate(program: Program) -> Source:
    """Write a program as TorchScript.

    Args:
        program: the step.

    Raises:
        NotExpressible: the program uses a generator, or another value that TorchScript has no literal for.
    """
    constants: list[torch.Tensor] = []
    groups: list[list[torch.Tensor]] = []
    names: dict[fx.Node, str] = {}
    operations: list[str] = []
    header: list[str] = []
    body: list[str] = []

    def text(value: Any, kind: str = "") -> str:
        if isinstance(value, fx.Node):
            return names[value]
        if isinstance(value, list | tuple):
            return "[" + ", ".join(text(v, kind.removesuffix("[]")) for v in value) + "]"
        if isinstance(value, torch.dtype):
            return str(_DTYPES[value])
        if isinstance(value, torch.memory_format):
            return str(_FORMATS[value])
        if isinstance(value, torch.layout):
            if value is not torch.strided:
                raise NotExpressible(str(value))
            return "0"
        if isinstance(value, torch.device):
            return f"torch.device({str(value)!r})"
        if value is None or isinstance(value, bool | str):
            return repr(value)
        if isinstance(value, int):
            return repr(float(value)) if kind.startswith("float") else repr(value)
        if isinstance(value, float):
            return repr(value) if math.isfinite(value) else f"float({str(value)!r})"
        raise NotExpressible(repr(value))

    for number, node in enumerate([*program.inputs, *program.scalars.values()]):
        names[node] = f"in{number}"
    for number, node in enumerate(program.constant_nodes):
        names[node] = f"c{number}"
        header.append(f"c{number} = k[{number}]")
        constants.append(program.constant(node))
    for number, node in enumerate(program.calls):
        names[node] = f"v{number}"
        body.append(_call(program, node, text, groups, operations))
    results = [text(result) for result in program.returned]

    rates = [(names[node], i) for (kind, i), node in program.scalars.items() if kind == "rate"]
    counts = [(names[node], i) for (kind, i), node in program.scalars.items() if kind == "count"]
    lists = "".join(f", l{i}: List[Tensor]" for i in range(len(groups)))
    shared = f"rates: List[List[float]], counts: List[int], k: List[Tensor]{lists}"

    def scalars(step: str) -> list[str]:
        found = [f"{name} = rates[{i}][{step}]" for name, i in rates]
        return found + [f"{name} = counts[{i}] + {step}" for name, i in counts]

    one = [f"def one(x: List[Tensor], {shared}) -> List[Tensor]:"]
    one += [f"    {names[node]} = x[{i}]" for i, node in enumerate(program.inputs)]
    one += [f"    {line}" for line in [*header, *scalars("0"), *body]]
    one.append(f"    return {_list(results)}")

    many = [f"def many(x: List[Tensor], index: Tensor, start: int, stop: int, size: int, {shared}) -> List[Tensor]:"]
    many += [f"    whole_{names[node]} = x[{i}]" for i, node in enumerate(program.inputs)]
    many += [f"    {line}" for line in header]
    many += [f"    result{i} = torch.ops.aten.detach(index)" for i in range(len(results))]
    block = _steps_gathered(program)
    many.append(f"    for first in range(start, stop, {block}):")
    many += [f"        last = min(first + {block}, stop)"]
    many += ["        rows = torch.ops.aten.narrow(index, 0, first * size, (last - first) * size)"]
    many += [
        f"        rows_{names[node]} = torch.ops.aten.index_select(whole_{names[node]}, 0, rows)" for node in program.inputs
    ]
    many.append("        for at in range(first, last):")
    many += [
        f"            {names[node]} = torch.ops.aten.narrow(rows_{names[node]}, 0, (at - first) * size, size)"
        for node in program.inputs
    ]
    many += [f"            {line}" for line in [*scalars("at - start"), *body]]
    many += [f"            result{i} = {result}" for i, result in enumerate(results)]
    many.append(f"    return {_list([f'result{i}' for i in range(len(results))])}")
    return Source("\n".join([*one, "", *many, ""]), constants, groups, operations)


def _steps_gathered(program: Program) -> int:
    """For how many steps rows are gathered at a time."""
    size = sum(meta.numel * meta.dtype.itemsize for node in program.inputs for meta in metas_of(node))
    return max(1, min(_GATHERED_STEPS, _GATHERED_BYTES // max(1, size)))


def _list(items: list[str]) -> str:
    return "[" + ", ".join(items) + "]" if items else "torch.jit.annotate(List[Tensor], [])"


def _call(program: Program, node: fx.Node, text: Any, groups: list[list[torch.Tensor]], operations: list[str]) -> str:
    """One operation as a line of source."""
    target = node.target
    left = f"{text(node)} = " if node.users else ""
    if target is operator.getitem:
        return f"{left}{text(node.args[0])}[{node.args[1]}]"
    if target in host.TORCHSCRIPT:
        return f"{left}{host.TORCHSCRIPT[target].format(*map(text, node.args))}"
    if not isinstance(target, torch._ops.OpOverload):
        raise NotExpressible(str(target))
    schema = target._schema
    if schema.is_mutable or is_random(target):
        operations.append(schema.name)
    parts = []
    for position, argument in enumerate(schema.arguments):
        given = position < len(node.args)
        if not given and argument.name not in node.kwargs:
            continue
        value = node.args[position] if given else node.kwargs[argument.name]
        written = argument.alias_info is not None and argument.alias_info.is_write
        kind = str(argument.type)
        if isinstance(value, torch.Generator):
            raise NotExpressible("a generator")
        if isinstance(value, list | tuple) and (written or (kind == "List[Tensor]" and schema.name == "aten::_fused_adam_")):
            item = _group(program, value, groups)
        else:
            item = text(value, "float" if "float" in kind and "Tensor" not in kind else "")
        keyword = argument.kwarg_only or not given
        parts.append(f"{argument.name}={item}" if keyword else item)
    return f"{left}torch.ops.{target.namespace}.{schema.name.split('::')[1]}({', '.join(parts)})"


def _group(program: Program, nodes: Any, groups: list[list[torch.Tensor]]) -> str:
    tensors = []
    for node in nodes:
        if not isinstance(node, fx.Node) or node.op != "get_attr":
            raise NotExpressible("a list of temporaries that is written into")
        tensors.append(program.constant(node))  # type: ignore[index]
    groups.append(tensors)
    return f"l{len(groups) - 1}"
