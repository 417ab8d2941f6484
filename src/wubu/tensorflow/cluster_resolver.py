"""``tf.distribute.cluster_resolver``: there is one machine, and no TPU."""

from __future__ import annotations

import json
import os
from typing import Any

from wubu.tensorflow.namespace import Namespace


class ClusterResolver:
    """Where the machines of a cluster are: nowhere.

    Args:
        accepted: what TensorFlow's resolvers take.
    """

    task_type: str | None = None
    task_id: int | None = None

    def __init__(self, *accepted: Any, **further: Any) -> None:
        pass

    def cluster_spec(self) -> dict[str, Any]:
        """The machines by their jobs."""
        return {}

    def master(self, *accepted: Any, **further: Any) -> str:
        """The address of the first machine; empty for this one."""
        return ""

    def num_accelerators(self, *accepted: Any, **further: Any) -> dict[str, int]:
        """How many devices of each kind there are."""
        import torch

        return {"GPU": torch.cuda.device_count()} if torch.cuda.is_available() else {}


class SimpleClusterResolver(ClusterResolver):
    """See ``ClusterResolver``."""


class TFConfigClusterResolver(ClusterResolver):
    """The cluster that the environment's ``TF_CONFIG`` describes."""

    def cluster_spec(self) -> dict[str, Any]:
        """The machines by their jobs."""
        return json.loads(os.environ.get("TF_CONFIG") or "{}").get("cluster", {})


class TPUClusterResolver(ClusterResolver):
    """Looks for a TPU.

    Raises:
        ValueError: always: programs take it as a sign to run on something else.
    """

    def __init__(self, tpu: Any = None, *accepted: Any, **further: Any) -> None:
        raise ValueError("Please provide a TPU Name to connect to.")

    @staticmethod
    def connect(tpu: Any = None, *accepted: Any, **further: Any) -> None:
        """Look for a TPU; raises ``ValueError``."""
        TPUClusterResolver(tpu)


cluster_resolver = Namespace(
    "cluster_resolver",
    ClusterResolver=ClusterResolver,
    SimpleClusterResolver=SimpleClusterResolver,
    TFConfigClusterResolver=TFConfigClusterResolver,
    TPUClusterResolver=TPUClusterResolver,
)
