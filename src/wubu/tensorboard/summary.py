"""``summary.scalar`` and its like: what they get goes to the current writer."""

from __future__ import annotations

from typing import Any

from wubu.errors import ArgumentError
from wubu.tensorboard import graphs, values
from wubu.tensorboard.writer import SummaryWriter, create_file_writer, default_step, default_writer, set_step

__all__ = [
    "SummaryWriter",
    "create_file_writer",
    "flush",
    "graph",
    "histogram",
    "image",
    "pr_curve",
    "scalar",
    "set_step",
    "should_record_summaries",
    "text",
]


def _write(make: Any, name: str, step: Any, *args: Any, **kwargs: Any) -> bool:
    writer = default_writer()
    if writer is None:
        return False
    step = default_step() if step is None else step
    if step is None:
        raise ArgumentError(f"The summary {name!r} has no step. Try: step=…, or set_step(…) before")
    writer.add(make(name, *args, **kwargs), int(step))
    return True


def scalar(name: str, data: Any, step: Any = None, description: str | None = None) -> bool:
    """Write a number; False when there is no current writer.

    Args:
        name: the tag.
        data: a single number.
        step: when; default the step that was set.
        description: shown in TensorBoard, Markdown.
    """
    return _write(values.scalar, name, step, data, description=description)


def histogram(
    name: str, data: Any, step: Any = None, buckets: int | None = None, description: str | None = None
) -> bool:
    """Write the distribution of numbers, in 30 buckets by default; see ``scalar``."""
    return _write(values.histogram, name, step, data, 30 if buckets is None else buckets, description=description)


def image(name: str, data: Any, step: Any = None, max_outputs: int = 3, description: str | None = None) -> bool:
    """Write pictures of shape (number, height, width, channels), floats in 0..1 or uint8; see ``scalar``.

    A figure of matplotlib will do, such as that of a confusion matrix:

    Example::

        figure = wubu.report.save_confusion_matrix(wubu.report.evaluate(model, x, y))
        summary.image("confusion matrix", figure, step=epoch)
    """
    return _write(values.image, name, step, data, max_outputs, description=description)


def text(name: str, data: Any, step: Any = None, description: str | None = None) -> bool:
    """Write a text, in Markdown; see ``scalar``."""
    return _write(values.text, name, step, data, description=description)


def pr_curve(name: str, labels: Any, predictions: Any, step: Any = None, num_thresholds: int = 201) -> bool:
    """Write precision and recall over thresholds; see ``scalar``."""
    return _write(values.pr_curve, name, step, labels, predictions, num_thresholds)


def graph(model: Any) -> bool:
    """Write the graph of a model; False when there is no current writer."""
    writer = default_writer()
    if writer is None:
        return False
    graphs.write_model_graph(writer, model)
    return True


def flush(writer: SummaryWriter | None = None) -> None:
    """Write what waits in a writer, by default the current one."""
    writer = default_writer() if writer is None else writer
    if writer is not None:
        writer.flush()


def should_record_summaries() -> bool:
    """Whether there is a current writer."""
    return default_writer() is not None
