"""TensorBoard's own package, loaded at use: its message types and its writer of event files."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from wubu.errors import MissingDependencyError


@lru_cache(maxsize=1)
def load() -> Any:
    """The parts of the tensorboard package that writing needs.

    Raises:
        MissingDependencyError: when it is not installed.
    """
    try:
        from tensorboard.compat.proto import event_pb2, graph_pb2, summary_pb2
        from tensorboard.plugins.histogram import metadata as histogram
        from tensorboard.plugins.image import metadata as image
        from tensorboard.plugins.pr_curve import metadata as pr_curve
        from tensorboard.plugins.projector import projector_config_pb2
        from tensorboard.plugins.scalar import metadata as scalar
        from tensorboard.plugins.text import metadata as text
        from tensorboard.summary.writer.event_file_writer import EventFileWriter
        from tensorboard.util.tensor_util import make_tensor_proto
    except ImportError as error:
        raise MissingDependencyError("tensorboard", "tensorboard", "Writing TensorBoard's event files") from error
    return SimpleNamespace(
        Event=event_pb2.Event,
        GraphDef=graph_pb2.GraphDef,
        Summary=summary_pb2.Summary,
        SummaryMetadata=summary_pb2.SummaryMetadata,
        EventFileWriter=EventFileWriter,
        ProjectorConfig=projector_config_pb2.ProjectorConfig,
        make_tensor_proto=make_tensor_proto,
        scalar=scalar,
        histogram=histogram,
        image=image,
        text=text,
        pr_curve=pr_curve,
    )
