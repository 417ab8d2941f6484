"""The table that ``summary()`` prints."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

from wubu.core import nest, text_width
from wubu.core.variable import Variable
from wubu.errors import ArgumentError, NotBuiltError
from wubu.layers.base import Layer

# For terminals that cannot show box-drawing characters.
_PLAIN = {ord(c): "-" if c in "━─" else "|" if c in "┃│" else "+" for c in "┏━┳┓┃┡╇┩│├─┼┤└┴┘"}


def readable_size(count: int) -> str:
    """A number of bytes with a unit: ``1.55 MB``."""
    size = float(count)
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if size < 1024 or unit == "TB":
            return f"{size:.2f} {unit}"
        size /= 1024
    raise AssertionError


def count_and_size(weights: list[Any]) -> str:
    """``407,050 (1.55 MB)`` for a list of weights."""
    unique = {id(w): w for w in weights}.values()
    return f"{sum(w.numel() for w in unique):,} ({readable_size(sum(w.numel() * w.element_size() for w in unique))})"


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: list[float] | None = None,
    print_fn: Callable[[str], Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Any = None,
) -> None:
    """Print a model's table; see ``Model.summary``."""
    if not model.built:
        raise NotBuiltError(
            f"Model {model.name!r} has no weights yet, so there is nothing to summarise. "
            "Try: build((None, …)), an Input as the first layer, or fit or call it once"
        )
    connected = _is_branched(model)
    header = ["Layer (type)", "Output Shape", "Param #"]
    header += ["Connected to"] if connected else []
    header += ["Trainable"] if show_trainable else []
    rows = _rows(model, connected, show_trainable, expand_nested, layer_range)
    widths = _widths(header, rows, line_length, positions, connected)
    right = {2}
    lines = [f'Model: "{model.name}"']
    lines += _table(header, rows, widths, right)
    lines += _totals(model)
    text = "\n".join(lines)
    if print_fn is None:
        _print(text)
    else:
        print_fn(text)


def _print(text: str) -> None:
    try:
        print(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        print(text.translate(_PLAIN).encode(encoding, "replace").decode(encoding))


def _is_branched(model: Any) -> bool:
    """Whether layers must say what they are connected to: any functional model, as in Keras."""
    if not hasattr(model, "_nodes"):
        return False
    return any(len(node.input_tensors) > 1 for node in model._nodes) or len(model.inputs) > 1 or _has_fork(model)


def _has_fork(model: Any) -> bool:
    uses: dict[int, int] = {}
    for node in model._nodes:
        for tensor in node.input_tensors:
            uses[id(tensor)] = uses.get(id(tensor), 0) + 1
    return any(n > 1 for n in uses.values()) or any(
        sum(1 for n in o._inbound_nodes if n in model._nodes) > 1 for o in model.operations
    )


def _rows(model: Any, connected: bool, trainable: bool, nested: bool, layer_range: Any) -> list[list[str]]:
    listed = model.operations if hasattr(model, "_operations") else model.layers
    listed = _within(listed, layer_range)
    rows: list[list[str]] = []
    for operation in listed:
        rows.append(_row(operation, model, connected, trainable))
        if nested and getattr(operation, "layers", None):
            for inner in _rows(operation, connected, trainable, nested, None):
                rows.append([f"    └ {inner[0]}", *inner[1:]])
    return rows


def _within(listed: list[Any], layer_range: Any) -> list[Any]:
    if layer_range is None:
        return listed
    if len(layer_range) != 2:
        raise ArgumentError(f"Expected layer_range to be two names. Received: {layer_range!r}")

    def find(pattern: str) -> list[int]:
        hits = [i for i, o in enumerate(listed) if re.match(pattern, o.name)]
        if not hits:
            raise ArgumentError(f"layer_range: no layer matches {pattern!r}. Layers: {[o.name for o in listed]}")
        return hits

    first, last = min(find(layer_range[0])), max(find(layer_range[1]))
    return listed[min(first, last) : max(first, last) + 1]


def _row(operation: Any, model: Any, connected: bool, trainable: bool) -> list[str]:
    weights = getattr(operation, "weights", [])
    built = getattr(operation, "built", True)
    row = [f"{operation.name} ({_kind(operation)})", _shape(operation, model)]
    row.append(f"{sum(w.numel() for w in weights):,}" if built else "0 (unbuilt)")
    if connected:
        row.append(_sources(operation, model))
    if trainable:
        row.append(("Y" if getattr(operation, "trainable", True) else "N") if weights else "-")
    return row


def _kind(operation: Any) -> str:
    function = getattr(operation, "function", None)
    if function is None or isinstance(operation, Layer):
        return type(operation).__name__
    return "".join(part.capitalize() for part in getattr(function, "__name__", "function").split("_"))


def _shape(operation: Any, model: Any) -> str:
    nodes = operation._inbound_nodes
    if hasattr(model, "_nodes"):
        nodes = [n for n in nodes if n in model._nodes] or nodes
    if not nodes:
        return "?"
    shapes = nest.map_structure(lambda t: t.shape, nodes[0].outputs)
    if isinstance(shapes, list):
        return ", ".join(str(s) for s in shapes)
    return str(shapes)


def _sources(operation: Any, model: Any) -> str:
    found = []
    for node in operation._inbound_nodes:
        if node in model._nodes:
            for tensor in node.input_tensors:
                history = tensor._keras_history
                found.append(f"{history.operation.name}[{history.node_index}][{history.tensor_index}]")
    return ", ".join(found) or "-"


def _widths(
    header: list[str], rows: list[list[str]], line_length: int | None, positions: Any, connected: bool
) -> list[int]:
    columns = len(header)
    if positions:
        total = line_length or (100 if connected else 76)
        ends = [int(p * total) if p <= 1 else int(p) for p in positions][:columns]
        return [max(4, e - s - 1) for s, e in zip([0, *ends[:-1]], ends, strict=True)]
    natural = [max(text_width.width(line[i]) for line in (header, *rows)) for i in range(columns)]
    if line_length:
        room = line_length - 3 * columns - 1
        scale = room / sum(natural)
        return [max(6, int(n * scale)) for n in natural]
    floor = [31, 22, 13, 17, 9]
    wanted = [max(n, floor[i] if i < len(floor) else 9) for i, n in enumerate(natural)]
    cap = 58
    return [min(w, cap) for w in wanted]


def _fold(text: str, width: int) -> list[str]:
    """Break a cell into lines at spaces, and where a word alone is too long, within it."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        while text_width.width(word) > width:
            if line:
                lines.append(line)
                line = ""
            fits = next(n for n in range(len(word), 0, -1) if n == 1 or text_width.width(word[:n]) <= width)
            lines.append(word[:fits])
            word = word[fits:]
        if line and text_width.width(f"{line} {word}") > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line or text.startswith(" ") else word
    return [*lines, line]


def _table(header: list[str], rows: list[list[str]], widths: list[int], right: set[int]) -> list[str]:
    def rule(left: str, bar: str, cross: str, end: str) -> str:
        return left + cross.join(bar * (w + 2) for w in widths) + end

    def text(cells: list[str], bar: str) -> list[str]:
        folded = [_fold(c, w) for c, w in zip(cells, widths, strict=True)]
        height = max(len(f) for f in folded)
        made = []
        for i in range(height):
            parts = []
            for column, (lines, width) in enumerate(zip(folded, widths, strict=True)):
                part = lines[i] if i < len(lines) else ""
                parts.append((text_width.right if column in right else text_width.left)(part, width))
            made.append(f"{bar} " + f" {bar} ".join(parts) + f" {bar}")
        return made

    lines = [rule("┏", "━", "┳", "┓"), *text(header, "┃"), rule("┡", "━", "╇", "┩")]
    for i, row in enumerate(rows):
        if i:
            lines.append(rule("├", "─", "┼", "┤"))
        lines += text(row, "│")
    lines.append(rule("└", "─", "┴", "┘"))
    return lines


def _totals(model: Any) -> list[str]:
    trainable = model.trainable_weights
    others = model.non_trainable_weights
    optimizer = getattr(model, "optimizer", None)
    slots: list[Variable] = list(getattr(optimizer, "variables", None) or []) if optimizer is not None else []
    slots = slots if getattr(optimizer, "built", False) else []
    lines = [
        f" Total params: {count_and_size([*trainable, *others, *slots])}",
        f" Trainable params: {count_and_size(trainable)}",
        f" Non-trainable params: {count_and_size(others)}",
    ]
    if slots:
        lines.append(f" Optimizer params: {count_and_size(slots)}")
    return lines
