"""A program as one Python function.

The function's operations are bound as its globals, the constants too, and every temporary is forgotten after its last
use so that its memory serves the next. Where torch has a built-in function that parses its arguments in C, that is
called; else the operation's own handle, which is a microsecond slower.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import torch
from torch import fx

from wubu.engine.program import Program

_FUNCTIONS = """
    abs add addmm amax amin argmax argmin bmm cat clamp clamp_min clamp_max convolution cos cumsum div
    embedding eq erf exp expm1 flip floor floor_divide fmod gather ge gt index_select isfinite isnan le log log1p
    logical_and logical_not logical_or lt maximum mean minimum mm mul native_batch_norm native_dropout
    native_layer_norm ne neg permute pow reciprocal relu relu_ remainder rsqrt sigmoid sign sin sqrt square squeeze
    stack sub sum t tanh transpose tril triu unsqueeze where _log_softmax _log_softmax_backward_data _softmax
    _softmax_backward_data nll_loss_forward topk
""".split()
_METHODS = """
    add_ addcdiv_ addcmul_ addmm_ clamp_ clone copy_ div_ exp_ expand fill_ lerp_ masked_fill mul_ neg_ new_empty
    pow_ rsqrt_ sqrt_ sub_ tanh_ view zero_ as_strided random_
""".split()


def fast_callable(target: Any) -> Callable[..., Any]:
    """The quickest way to call an operation from Python."""
    if not isinstance(target, torch._ops.OpOverload):
        return target
    if target.namespace == "aten":
        name = target._schema.name.removeprefix("aten::")
        if name in _FUNCTIONS:
            found = getattr(torch._C._VariableFunctions, name, None)
            if found is not None:
                return found
        if name in _METHODS:
            found = getattr(torch._C.TensorBase, name, None)
            if found is not None:
                return found
    return target._op


def generate(program: Program) -> tuple[Callable[..., list[Any]], str]:
    """Compile a program into a function.

    Args:
        program: the step.

    Returns:
        The function and its source. Its arguments are the program's inputs, then its scalars, each in order; it returns
        the list of ``program.returned``.
    """
    bound: dict[str, Any] = {}
    names: dict[fx.Node, str] = {}
    lines: list[str] = []
    last_use = _last_uses(program)

    def bind(value: Any) -> str:
        name = f"k{len(bound)}"
        bound[name] = value
        return name

    def text(value: Any) -> str:
        if isinstance(value, fx.Node):
            return names[value]
        if isinstance(value, list):
            return "[" + ", ".join(map(text, value)) + "]"
        if isinstance(value, tuple):
            return "(" + "".join(f"{text(v)}, " for v in value) + ")"
        if value is None or isinstance(value, bool | int | str):
            return repr(value)
        return bind(value)

    callables: dict[Any, str] = {}
    arguments = [*program.inputs, *program.scalars.values()]
    for number, node in enumerate(arguments):
        names[node] = f"x{number}"
    for node in program.constant_nodes:
        # A plain tensor on the same memory: subclasses of Tensor take a slower way into torch.
        names[node] = bind(program.constant(node))
    for node in program.calls:
        name = names[node] = f"v{len(names)}"
        if node.target is operator.getitem:
            call = f"{text(node.args[0])}[{node.args[1]}]"
        else:
            if node.target not in callables:
                callables[node.target] = bind(fast_callable(node.target))
            parts = [text(a) for a in node.args] + [f"{k}={text(v)}" for k, v in node.kwargs.items()]
            call = f"{callables[node.target]}({', '.join(parts)})"
        lines.append(f"{name} = {call}" if node.users else call)
        dead = [names[n] for n in last_use.get(node, ()) if n.op == "call_function"]
        if dead:
            lines.append("del " + ", ".join(dead))
    lines.append(f"return {text(program.returned)}")
    source = f"def step({', '.join(names[node] for node in arguments)}):\n" + "".join(f"    {line}\n" for line in lines)
    exec(compile(source, "<wubu step>", "exec"), bound)
    return bound["step"], source


def _last_uses(program: Program) -> dict[fx.Node, list[fx.Node]]:
    """Which results each node is the last to read."""
    last: dict[fx.Node, fx.Node] = {}
    for node in program.graph.nodes:
        for operand in node.all_input_nodes:
            last[operand] = node
    uses: dict[fx.Node, list[fx.Node]] = {}
    for operand, node in last.items():
        uses.setdefault(node, []).append(operand)
    return uses
