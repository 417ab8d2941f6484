"""``wubu inspect FILE``: what a model file holds, without loading it."""

from __future__ import annotations

import json
from typing import Any

import click


@click.command("inspect")
@click.argument("file", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@click.option("--weights", is_flag=True, help="List every weight.")
def command(file: str, as_json: bool, weights: bool) -> int:
    """Say what FILE holds: its format, layers, weights, who wrote it, and what is unsafe in it.

    FILE is a model or weights of wubu, Keras or TensorFlow: a file, a SavedModel folder, or the prefix of a
    checkpoint. Nothing in it runs.
    """
    from wubu.saving.inspection import inspect

    found = inspect(file)
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False, default=str))
        return 0
    for line in _lines(found, weights):
        click.echo(line)
    return 0


def _lines(found: Any, weights: bool) -> list[str]:
    from wubu.saving.formats import FORMATS

    lines = [f"{found.path}: {FORMATS[found.format]}, {found.bytes:,} bytes"]
    if found.written_by:
        lines.append(f"Written by: {found.written_by}")
    if found.layers:
        lines += ["", "Layers:"]
        width = max(len("  " * layer.depth + layer.name) for layer in found.layers)
        kinds = max(len(layer.class_name) for layer in found.layers)
        lines += [
            f"  {('  ' * layer.depth + layer.name).ljust(width)}  {layer.class_name.ljust(kinds)}  {layer.detail}".rstrip()
            for layer in found.layers
        ]
    if found.tensors:
        lines += ["", f"Weights: {len(found.tensors):,} arrays, {found.parameters:,} parameters"]
        if weights or not found.layers:
            width = max(len(t.name) for t in found.tensors)
            lines += [f"  {t.name.ljust(width)}  {t.dtype}  {t.shape}" for t in found.tensors]
    if found.optimizer or found.optimizer_tensors:
        loss = f", loss {found.loss}" if found.loss else ""
        lines.append(f"Optimizer: {found.optimizer or 'unknown'} with {found.optimizer_tensors} arrays of state{loss}")
    lines += [f"Note: {note}" for note in found.notes]
    lines += ["", *(f"Unsafe: {danger}" for danger in found.unsafe)] if found.unsafe else ["Unsafe: nothing found"]
    return lines
