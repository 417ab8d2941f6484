"""``tf.version``: the TensorFlow whose interface the facade has."""

from __future__ import annotations

VERSION = "2.21.0"
GIT_VERSION = "v2.21.0"
COMPILER_VERSION = "torch"
GRAPH_DEF_VERSION = 2334
GRAPH_DEF_VERSION_MIN_CONSUMER = 0
GRAPH_DEF_VERSION_MIN_PRODUCER = 0

__all__ = [
    "COMPILER_VERSION",
    "GIT_VERSION",
    "GRAPH_DEF_VERSION",
    "GRAPH_DEF_VERSION_MIN_CONSUMER",
    "GRAPH_DEF_VERSION_MIN_PRODUCER",
    "VERSION",
]
