"""Models: stacks, graphs and subclasses of layers that can be trained."""

from __future__ import annotations

from typing import Any

from wubu.core.registry import register_room
from wubu.layers.core.input_layer import Input
from wubu.models.cloning import clone_model
from wubu.models.functional import Functional
from wubu.models.json_config import model_from_config, model_from_json, model_from_yaml
from wubu.models.model import Model
from wubu.models.sequential import Sequential

__all__ = [
    "Functional",
    "Input",
    "Model",
    "Sequential",
    "clone_model",
    "load_model",
    "model_from_config",
    "model_from_json",
    "model_from_yaml",
    "save_model",
]


def load_model(*args: Any, **kwargs: Any) -> Any:
    """Load a model from a file; see ``wubu.saving.load_model``."""
    from wubu import saving

    return saving.load_model(*args, **kwargs)


def save_model(*args: Any, **kwargs: Any) -> None:
    """Save a model to a file; see ``wubu.saving.save_model``."""
    from wubu import saving

    saving.save_model(*args, **kwargs)


_classes = ("Functional", "Model", "Sequential")
register_room("models", {name: globals()[name] for name in _classes}, keras_module="keras")
