"""A model's inference as a program of ``torch.export`` (``.pt2``), which torch alone can run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from wubu.core.files import atomic_open
from wubu.errors import SerializationError
from wubu.saving.plain_module import PlainModule, dynamic_axes, example_of, inputs_of


def trace(model: Any, input_signature: Any = None) -> Any:
    """The program, for batches of any size.

    Raises:
        SerializationError: when the model does something that cannot be traced.
    """
    structure = inputs_of(model, input_signature)
    module = PlainModule(model, structure).cpu()
    examples = tuple(example_of(structure))
    with torch.no_grad():
        try:
            return torch.export.export(module, examples, dynamic_shapes=(dynamic_axes(structure),), strict=False)
        except Exception as error:  # the tracer raises whatever the model's code led to
            raise SerializationError(
                f"Model {model.name!r} could not be turned into a program: {type(error).__name__}: {error}. "
                "Try: express what depends on values with torch.where, and keep Python's control flow out of call()"
            ) from error


def export_program(model: Any, path: str | Path, input_signature: Any = None, **kwargs: Any) -> None:
    """Write the program to a file; ``torch.export.load(path).module()`` runs it on a flat list of inputs.

    Args:
        model: the model, built.
        path: the file.
        input_signature: shapes of the inputs, where the model does not know them.
        **kwargs: accepted for Keras's sake: ``verbose``.
    """
    program = trace(model, input_signature)
    with atomic_open(path, "w+b") as file:
        torch.export.save(program, file)
