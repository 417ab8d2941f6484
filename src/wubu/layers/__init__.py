"""Layers: what models are made of."""

from __future__ import annotations

from wubu.core.registry import register_room
from wubu.layers.base import Layer
from wubu.layers.core.dense import Dense
from wubu.layers.core.input_layer import Input, InputLayer
from wubu.layers.input_spec import InputSpec

__all__ = ["Dense", "Input", "InputLayer", "InputSpec", "Layer"]

register_room("layers", {name: globals()[name] for name in __all__})
