"""Where a symbolic tensor comes from."""

from __future__ import annotations

from typing import Any

from wubu.core import nest
from wubu.symbolic.evaluation import depends_on
from wubu.symbolic.order import node_of


def get_source_inputs(tensor: Any, layer: Any = None, node_index: Any = None) -> list[Any]:
    """The symbolic inputs that a symbolic tensor, or several, come from.

    Args:
        tensor: a symbolic tensor, or a structure of them.
        layer, node_index: kept for Keras's sake.
    """
    return depends_on(nest.flatten(tensor), lambda t: node_of(t).is_input)
