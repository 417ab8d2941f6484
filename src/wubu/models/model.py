"""The base of all models: a layer that can be trained, evaluated, saved and summarised."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from typing import Any, ClassVar

import torch

from wubu.core import nest
from wubu.core.names import auto_name
from wubu.errors import ArgumentError, NotBuiltError
from wubu.layers import call_context
from wubu.layers.base import Layer
from wubu.models.replayed_calls import ReplayedCalls
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.training.trainer import Trainer


class Model(Trainer, Layer):
    """A network with training: ``compile``, ``fit``, ``evaluate``, ``predict``, ``save``.

    Three ways to make one: ``Model(inputs, outputs)`` from symbolic tensors; a subclass that makes its layers in
    ``__init__`` and runs them in ``call``; ``Sequential`` for a plain stack.

    Every model is a ``torch.nn.Module``.

    Example:
        >>> from wubu.layers import Dense, Input
        >>> inputs = Input((4,))
        >>> model = Model(inputs, Dense(1)(inputs))
        >>> model.compile("sgd", "mse")
    """

    _keras_module = "keras"
    # The class of models given by a graph: Functional, which sets itself here since it derives from this class.
    _graph_class: ClassVar[type[Any]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Model and _is_graph(args, kwargs):
            return super().__new__(cls._graph_class)
        return super().__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if _is_graph(args, kwargs):
            # A subclass whose constructor builds a graph and passes it on.
            if not isinstance(self, self._graph_class):
                _become_functional(self)
                kwargs.setdefault("name", auto_name(type(self).__name__))
                self._graph_class.__init__(self, *args, **kwargs)
                return
        if args and args[0] is self:
            args = args[1:]  # super().__init__(self), which tf.keras let pass
        Layer.__init__(self, *args, **kwargs)
        self._init_trainer()

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What ``model(…)`` runs; calls for inference that come again and again are replayed."""
        if len(args) != 1 or torch.compiler.is_compiling() or (kwargs and kwargs.keys() != {"training"}):
            return super().forward(*args, **kwargs)
        training = kwargs.get("training")
        if self.training if training is None else training:
            return super().forward(*args, **kwargs)
        calls = self.__dict__.get("_replayed_calls")
        if calls is None:
            calls = self.__dict__["_replayed_calls"] = ReplayedCalls(self)
        return calls(self, args[0], lambda x: super(Model, self).forward(x, **kwargs))

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the outputs; a subclass has its own."""
        raise NotImplementedError(
            f"Model {type(self).__name__} has no call() method. Try: def call(self, inputs, training=None): …"
        )

    # --- structure ------------------------------------------------------------------------------------------------

    @property
    def layers(self) -> list[Layer]:
        """The layers directly within."""
        return self._flatten_layers(recursive=False, include_self=False)

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Return a layer by its name or its position.

        Raises:
            ArgumentError: when there is none; the message lists the names.
        """
        layers = self.layers
        if (name is None) == (index is None):
            raise ArgumentError(f"Expected either a name or an index. Received: name={name!r}, index={index!r}")
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ArgumentError(f"Model {self.name!r} has {len(layers)} layers. Received: index={index}")
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        names = [layer.name for layer in layers]
        raise ArgumentError(f"Model {self.name!r} has no layer named {name!r}. Its layers: {names}")

    @property
    def state_updates(self) -> list[Any]:
        """Always empty; kept for old programs."""
        return []

    def build(self, input_shape: Any = None) -> None:
        """Make the weights for an input's shape (with the batch axis), by a run without values.

        Args:
            input_shape: a shape such as ``(None, 28, 28, 1)``, or a structure of shapes.
        """
        if input_shape is None or self.built:
            self.built = True
            return
        symbols = _symbols(input_shape, self.compute_dtype)
        before = call_context.swap(call_context.CallContext(self, False))
        try:
            if isinstance(symbols, dict) and not _takes_one_argument(self):
                self.call(**symbols)
            else:
                self.call(symbols)
        except NotImplementedError:
            raise
        except (TypeError, RuntimeError) as error:
            raise NotBuiltError(
                f"Model {self.name!r} could not be built for the input shape {input_shape}: {error}. "
                "Try: call the model on a real batch first"
            ) from error
        finally:
            call_context.swap(before)
        self.built = True

    def _build_for(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        # A subclass's layers are built by the call itself; only a build() of its own must run before.
        if type(self).build is not Model.build:
            super()._build_for(args, kwargs)
        else:
            self.built = True
            if args and isinstance(args[0], torch.Tensor):
                self._build_shapes = {"input_shape": (None, *args[0].shape[1:])}

    def build_from_data(self, x: Any) -> None:
        """Make all weights by one run, without training, on a batch."""
        if not self.built or any(not layer.built for layer in self._flatten_layers()):
            with torch.no_grad():
                self(x, training=False)

    # --- description ----------------------------------------------------------------------------------------------

    def summary(
        self,
        line_length: int | None = None,
        positions: list[float] | None = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: tuple[str, str] | list[str] | None = None,
    ) -> None:
        """Print the layers with their output shapes and numbers of parameters.

        Args:
            line_length: the table's width. Default: 76 or more as the names need.
            positions: where columns end, as fractions of the width or as character positions.
            print_fn: called with the text. Default: print.
            expand_nested: whether layers within layers are listed.
            show_trainable: whether a column says which layers are trained.
            layer_range: the first and the last layer to list, as patterns of their names.
        """
        from wubu.models.summary import print_summary

        print_summary(self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range)

    def to_json(self, **kwargs: Any) -> str:
        """The architecture, without weights, as JSON for ``model_from_json``; ``kwargs`` go to ``json.dumps``."""
        import json

        from wubu.core.config import serialize_keras_object

        return json.dumps(serialize_keras_object(self), **kwargs)

    # --- files ----------------------------------------------------------------------------------------------------

    def save(
        self, filepath: str | PathLike[str], overwrite: bool = True, save_format: str | None = None, **kwargs: Any
    ) -> None:
        """Save architecture, weights, compile arguments and optimizer state.

        The ending decides the format: ``.keras``, ``.h5``/``.hdf5``, and a folder otherwise.
        """
        from wubu.saving import save_model

        save_model(self, filepath, overwrite=overwrite, save_format=save_format, **kwargs)

    def save_weights(
        self, filepath: str | PathLike[str], overwrite: bool = True, save_format: str | None = None, **kwargs: Any
    ) -> None:
        """Save the weights alone; the ending decides the format."""
        from wubu.saving import save_weights

        save_weights(self, filepath, overwrite=overwrite, save_format=save_format, **kwargs)

    def load_weights(
        self, filepath: str | PathLike[str], skip_mismatch: bool = False, by_name: bool = False, **kwargs: Any
    ) -> Any:
        """Load weights that ``save_weights`` or Keras wrote."""
        from wubu.saving import load_weights

        return load_weights(self, filepath, skip_mismatch=skip_mismatch, by_name=by_name, **kwargs)

    def export(self, filepath: str | PathLike[str], format: str | None = None, **kwargs: Any) -> None:
        """Export for inference: ONNX, ``torch.export`` or a folder, by ``format`` or the ending."""
        from wubu.saving import export

        export(self, filepath, format=format, **kwargs)

    # --- configs --------------------------------------------------------------------------------------------------

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Make a model from what ``get_config`` gave."""
        from wubu.core.registry import custom_object_scope

        if "input_layers" in config and "layers" in config:
            target: Any = cls if issubclass(cls, cls._graph_class) else cls._graph_class
            return target.from_config(config, custom_objects=custom_objects)
        with custom_object_scope(custom_objects or {}):
            return super().from_config(config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _is_graph(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether constructor arguments are those of a functional model."""
    if len(args) >= 2 or {"inputs", "outputs"} <= set(kwargs) or {"input", "output"} <= set(kwargs):
        return True
    if len(args) == 1 and ("outputs" in kwargs or "output" in kwargs):
        return True
    return len(args) == 1 and any(isinstance(t, KerasTensor) for t in nest.flatten(args[0]))


def _become_functional(model: Model) -> None:
    cls = type(model)
    meta: Any = type(cls)
    made = meta(
        cls.__name__, (cls, model._graph_class), {"__module__": cls.__module__, "__qualname__": cls.__qualname__}
    )
    model.__class__ = made


def _symbols(shape: Any, dtype: str) -> Any:
    if isinstance(shape, dict):
        return {k.removesuffix("_shape") if isinstance(k, str) else k: _symbols(v, dtype) for k, v in shape.items()}
    if isinstance(shape, list | tuple) and any(isinstance(s, list | tuple | dict) for s in shape):
        return [_symbols(s, dtype) for s in shape]
    return KerasTensor(tuple(shape), dtype)


def _takes_one_argument(model: Model) -> bool:
    names = [n for n in model._call_signature.names if n not in ("training", "mask")]
    return len(names) <= 1
