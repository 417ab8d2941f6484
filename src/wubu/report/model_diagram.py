"""Drawing a model: by Graphviz where it is installed, else by a layout of our own, as SVG or PNG."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from wubu.core.files import atomic_path, write_text
from wubu.errors import ArgumentError, UnknownArgumentError, WriteError
from wubu.report.diagram_dot import dot_text
from wubu.report.diagram_drawing import draw_raster, svg_text
from wubu.report.model_graph import Shown, model_graph

_OURS = ("svg", "png", "pdf", "jpg", "webp", "dot")


def plot_model(
    model: Any,
    to_file: str | os.PathLike[str] = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Any:
    """Draw a model into a file.

    Graphviz draws it where its program ``dot`` is installed. Otherwise our own layout does, into ``.svg``,
    ``.png``, ``.pdf``, ``.jpg`` or ``.webp``; ``.dot`` is always possible and needs nothing.

    Args:
        model: a built model.
        to_file: the file to write; its extension is the format, PNG without one.
        show_shapes: with the shapes that go in and come out.
        show_dtype: with the types that come out.
        show_layer_names: with the layers' names.
        rankdir: ``"TB"`` from top to bottom, ``"LR"`` from left to right.
        expand_nested: with the layers of nested models, in frames.
        dpi: dots per inch of a raster picture, where 96 is the size on a screen.
        show_layer_activations: with the layers' activation functions.
        show_trainable: with whether each layer is trained.
        splines: how Graphviz draws arrows.

    Returns:
        In an environment with IPython, an object that a notebook shows; else the path.

    Raises:
        NotBuiltError: the model has not been built.
        ArgumentError: the format or ``rankdir`` is not known.

    Example::

        wubu.utils.plot_model(model, "model.svg", show_shapes=True, show_layer_names=True)
    """
    if kwargs.pop("layer_range", None) is not None or kwargs:
        raise UnknownArgumentError(
            "plot_model", kwargs or ["layer_range"], ["show_shapes", "show_layer_names"]
        )
    shown = Shown(
        show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable, expand_nested
    )
    path = Path(to_file)
    kind = path.suffix.lstrip(".").lower() or "png"
    if not path.suffix:
        path = path.with_suffix(".png")
    program = shutil.which("dot")
    if kind == "jpeg":
        kind = "jpg"
    if kind not in _OURS and not program:
        raise ArgumentError(f"Expected a file ending in .{', .'.join(_OURS)}. Received: {to_file}")
    graph = model_graph(model, shown)
    if kind == "dot":
        write_text(path, dot_text(graph, model.name, rankdir, dpi, splines))
    elif program:
        _by_graphviz(program, dot_text(graph, model.name, rankdir, dpi, splines), kind, path)
    elif kind == "svg":
        write_text(path, svg_text(graph, rankdir))
    else:
        picture = draw_raster(graph, rankdir, dpi / 96)
        with atomic_path(path) as temporary:
            picture.save(temporary, format={"jpg": "JPEG"}.get(kind, kind.upper()))
    return _for_notebook(path, kind)


def model_to_dot(model: Any, **options: Any) -> str:
    """A model as text in Graphviz's language; the options are those of ``plot_model``."""
    names = {
        "show_shapes": "shapes",
        "show_dtype": "dtype",
        "show_layer_names": "names",
        "show_layer_activations": "activations",
        "show_trainable": "trainable",
        "expand_nested": "nested",
    }
    shown = Shown(**{names[key]: options.pop(key) for key in list(options) if key in names})
    return dot_text(model_graph(model, shown), model.name, **options)


def model_svg(model: Any, rankdir: str = "TB", shown: Shown | None = None) -> str:
    """A model as an ``<svg>`` element of our own layout, for a page or a notebook.

    Args:
        model: a built model.
        rankdir: ``"TB"`` or ``"LR"``.
        shown: what the boxes say; default names, shapes and activations, with nested models opened.
    """
    shown = shown or Shown(shapes=True, names=True, activations=True, nested=True)
    return svg_text(model_graph(model, shown), rankdir)


def _by_graphviz(program: str, text: str, kind: str, path: Path) -> None:
    with atomic_path(path) as temporary:
        command = [program, f"-T{kind}", "-o", str(temporary)]
        done = subprocess.run(command, input=text.encode("utf-8"), capture_output=True, check=False)
        if done.returncode:
            raise WriteError(
                f"Graphviz could not draw {path}: {done.stderr.decode(errors='replace').strip()}"
            )


def _for_notebook(path: Path, kind: str) -> Any:
    try:
        from IPython import display
    except ImportError:
        return path
    if kind == "svg":
        return display.SVG(filename=str(path))
    return display.Image(filename=str(path)) if kind in ("png", "jpg") else path
