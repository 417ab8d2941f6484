"""What ``--model`` means: three networks by name, or a function of the user's own script."""

from __future__ import annotations

import importlib.util
import inspect
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wubu.errors import ArgumentError, FileFormatError, ShapeError, UnknownNameError


def linear(input_shape: tuple[int, ...], classes: int) -> Any:
    """Softmax regression: one matrix."""
    from wubu import Input, Sequential, layers

    return Sequential(
        [Input(input_shape), layers.Flatten(), layers.Dense(classes, activation="softmax")], name="linear"
    )


def mlp(input_shape: tuple[int, ...], classes: int) -> Any:
    """Two hidden layers, 128 and 64 wide."""
    from wubu import Input, Sequential, layers

    return Sequential(
        [
            Input(input_shape),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(classes, activation="softmax"),
        ],
        name="mlp",
    )


def cnn(input_shape: tuple[int, ...], classes: int) -> Any:
    """Normalised 3×3 convolutions with pooling, and a hidden layer; for pictures of 4×4 and more.

    There are two, 32 and 64 wide; for pictures of more than 64 pixels as many, from 16 wide, as bring them below 10.
    """
    from wubu import Input, Sequential, layers

    if len(input_shape) not in (2, 3) or min(input_shape[:2]) < 4:
        raise ShapeError(
            "Expected pictures (height, width) or (height, width, channels) of at least 4×4 for --model cnn. "
            f"Received inputs of shape {input_shape}. Try --model mlp"
        )
    model = Sequential([Input(input_shape)], name="cnn")
    if len(input_shape) == 2:
        model.add(layers.Reshape((*input_shape, 1)))
    blocks = max(2, math.ceil(math.log2(max(input_shape[:2]) / 10)))
    for filters in (32, 64) if max(input_shape[:2]) <= 64 else [min(64, 16 << i) for i in range(blocks)]:
        model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
        model.add(layers.BatchNormalization(momentum=0.9))  # few epochs of few batches have to do
        model.add(layers.Activation("relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(classes, activation="softmax"))
    return model


def suited(input_shape: tuple[int, ...]) -> str:
    """The built-in model for inputs of a shape: ``cnn`` for pictures, ``mlp`` for anything else."""
    return "cnn" if len(input_shape) in (2, 3) and min(input_shape[:2]) >= 4 else "mlp"


BUILT_IN: dict[str, Callable[[tuple[int, ...], int], Any]] = {"cnn": cnn, "linear": linear, "mlp": mlp}


def build(name: str, input_shape: tuple[int, ...], classes: int) -> Any:
    """Make the model that ``--model`` names.

    Args:
        name: a key of ``BUILT_IN``, or ``SCRIPT.py:function``. The function may declare any of the arguments
            ``input_shape`` and ``num_classes``, and returns a wubu model, compiled or not.
        input_shape: of one input.
        classes: how many the model has to tell apart.
    """
    if name in BUILT_IN:
        return BUILT_IN[name](input_shape, classes)
    script, colon, function = name.rpartition(":")
    if not colon or not script.endswith(".py"):
        if name.endswith(".py"):
            raise ArgumentError(
                f"Expected a function after the script's name, as in {name}:make_model. Received: {name!r}"
            )
        raise UnknownNameError("model", name, BUILT_IN)
    return _from_script(Path(script), function, input_shape, classes)


def import_script(path: Path) -> Any:
    """Run a Python file as a module, its own folder on the path, and return the module."""
    if not path.is_file():
        raise ArgumentError(f"No such script: {path}")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FileFormatError(f"Expected a Python file. Received: {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(path.stem, module)
    sys.path.insert(0, str(path.resolve().parent))
    spec.loader.exec_module(module)
    return module


def _from_script(path: Path, function: str, input_shape: tuple[int, ...], classes: int) -> Any:
    from wubu import Model

    module = import_script(path)
    make = getattr(module, function, None)
    if not callable(make):
        known = [key for key, value in vars(module).items() if inspect.isfunction(value)]
        raise UnknownNameError(f"function in {path}", function, known)
    offered = {"input_shape": input_shape, "num_classes": classes}
    parameters = inspect.signature(make).parameters
    demanded = [
        key
        for key, parameter in parameters.items()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        and key not in offered
    ]
    if demanded:
        raise ArgumentError(
            f"Expected {path}:{function} to need no arguments but input_shape and num_classes. "
            f"Received one that needs: {', '.join(demanded)}"
        )
    model = make(**{key: value for key, value in offered.items() if key in parameters})
    if not isinstance(model, Model):
        raise ArgumentError(f"Expected {path}:{function} to return a wubu model. Received: {type(model).__name__}")
    return model
