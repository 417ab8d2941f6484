"""A model's inference as an ONNX graph, for any size of batch."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import torch

from wubu.core.files import atomic_path
from wubu.errors import MissingDependencyError, SerializationError
from wubu.saving.plain_module import PlainModule, dynamic_axes, example_of, inputs_of, names_of

_LARGEST = 2**31 - 2**24  # bytes that one protocol buffer can have


def export_onnx(
    model: Any, path: str | Path, input_signature: Any = None, opset_version: int | None = None, **kwargs: Any
) -> None:
    """Write a model's inference as ONNX.

    Args:
        model: the model, built.
        path: the file. Models of two GiB and more keep their weights beside it, in ``<path>.data``.
        input_signature: shapes of the inputs, where the model does not know them.
        opset_version: the version of ONNX's operators; default torch's choice.
        **kwargs: accepted for Keras's sake: ``verbose``.

    Raises:
        MissingDependencyError: when onnx or onnxscript is not installed.
        SerializationError: when the model does something that ONNX has no operator for.
    """
    for package in ("onnx", "onnxscript"):
        try:
            __import__(package)
        except ImportError:
            raise MissingDependencyError(package, "onnx", "Exporting to ONNX") from None
    structure = inputs_of(model, input_signature)
    module = PlainModule(model, structure).cpu()
    outputs = getattr(model, "output", None) if getattr(model, "inputs", None) else None
    options: dict[str, Any] = {"opset_version": opset_version} if opset_version else {}
    with torch.no_grad(), _quiet():
        examples = tuple(example_of(structure))
        try:
            program = torch.onnx.export(
                module,
                examples,
                dynamo=True,
                dynamic_shapes=(dynamic_axes(structure),),
                input_names=names_of(structure, "input"),
                output_names=names_of(outputs, "output") if outputs is not None else None,
                verbose=False,
                **options,
            )
        except Exception as error:  # the exporter raises whatever the model's code led to
            raise SerializationError(
                f"Model {model.name!r} could not be exported to ONNX: {type(error).__name__}: {error}"
            ) from error
        assert program is not None
        size = sum(p.numel() * p.element_size() for p in module.parameters())
        if size > _LARGEST:
            program.save(str(path), external_data=True)
            return
        with atomic_path(path) as temporary:
            program.save(str(temporary), external_data=False)


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter speaks of its own doings, which nobody who exports a model asked for."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
