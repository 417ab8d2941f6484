"""Any torch module as a layer."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch.nn.parameter import is_lazy

from wubu.core import nest
from wubu.core.config import in_safe_mode
from wubu.core.device import default_device
from wubu.core.variable import Variable
from wubu.errors import ArgumentError, NotBuiltError, UnsafeFileError
from wubu.layers import symbolic_call
from wubu.layers.base import Layer
from wubu.symbolic.infer import PROBES
from wubu.symbolic.keras_tensor import KerasTensor


class TorchModule(Layer):
    """Run a ``torch.nn.Module`` as a layer: its parameters are the layer's weights.

    The module sees the tensors as they are: torch's convolutions expect channels second, so that a ``Permute`` may be
    needed around them. It is put into training or evaluation mode as the call says.

    Args:
        module: the module; it moves to the device in use. Lazy modules get their shapes at the first call.
        output_shape: the output's shape, for modules that cannot run without values.
        name: default ``torch_module``…
        **kwargs: the arguments of ``Layer``.

    Input and output: what the module takes and gives.

    Example:
        >>> TorchModule(torch.nn.Linear(4, 3))(torch.ones(2, 4)).shape
        torch.Size([2, 3])
    """

    def __init__(self, module: torch.nn.Module, name: str | None = None, output_shape: Any = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        if not isinstance(module, torch.nn.Module):
            raise ArgumentError(f"Expected a torch.nn.Module. Received: {module!r}")
        self.module = module.to(default_device())
        self.autocast = False
        self._output_shape = output_shape
        self._adopt()

    def _adopt(self) -> None:
        for name, parameter in self.module.named_parameters():
            if not is_lazy(parameter):
                Variable.adopt(parameter, name.replace(".", "_"))

    def build(self, input_shape: Any = None) -> None:
        """Give a lazy module its shapes."""
        if any(is_lazy(p) for p in self.module.parameters()):
            shape = [1 if d is None else d for d in input_shape]
            with torch.no_grad():
                self.module(torch.zeros(shape, device=default_device()))
        self._adopt()

    def call(self, *args: Any, training: bool | None = None, **kwargs: Any) -> Any:
        """Compute the output."""
        if self.module.training != bool(training):
            self.module.train(bool(training))
        dtype = next((p.dtype for p in self.module.parameters() if p.is_floating_point()), None)

        def cast(leaf: Any) -> Any:
            floating = isinstance(leaf, torch.Tensor) and leaf.is_floating_point()
            return leaf.to(dtype) if floating and dtype is not None else leaf

        return self.module(*nest.map_structure(cast, args), **nest.map_structure(cast, kwargs))

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic output, found by a run without values, or where that fails by one with zeros."""
        if self._output_shape is not None:
            return KerasTensor(self._output_shape, self.compute_dtype)
        try:
            return symbolic_call.run_on_meta(self, args, kwargs)
        except NotBuiltError:
            return self._spec_from_zeros(args, kwargs)

    def _spec_from_zeros(self, args: Any, kwargs: Any) -> Any:
        def zeros(probe: int) -> Any:
            def one(leaf: Any) -> Any:
                if not isinstance(leaf, KerasTensor):
                    return leaf
                shape = [probe if d is None else d for d in leaf.shape]
                return torch.zeros(shape, dtype=leaf.torch_dtype, device=default_device())

            with torch.no_grad():
                given = nest.map_structure(one, args), nest.map_structure(one, kwargs)
                return self.call(*given[0], **{"training": False, **given[1]})

        def merged(a: Any, b: Any) -> Any:
            if not isinstance(a, torch.Tensor):
                return a
            return KerasTensor([m if m == n else None for m, n in zip(a.shape, b.shape, strict=True)], a.dtype)

        return nest.map_structure(merged, zeros(PROBES[0]), zeros(PROBES[1]))

    def save_own_variables(self, store: Any) -> None:
        """Write the module's state under its own names, buffers included."""
        for key, value in self.module.state_dict().items():
            store[key] = value.detach().cpu().numpy()

    def load_own_variables(self, store: Any) -> None:
        """Read what ``save_own_variables`` wrote."""
        state = {str(key): torch.as_tensor(np.asarray(store[key])) for key in store}
        self.module.load_state_dict(state)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again, the module pickled among them, as Keras writes it."""
        buffer = io.BytesIO()
        torch.save(self.module, buffer)
        module = base64.b64encode(buffer.getvalue()).decode("ascii")
        return {**super().get_config(), "module": module, "output_shape": self._output_shape}

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Mapping[str, Any] | None = None, safe_mode: bool | None = None
    ) -> TorchModule:
        """Make a layer from what ``get_config`` gave; the pickled module needs ``safe_mode=False``.

        Raises:
            UnsafeFileError: in safe mode.
        """
        config = dict(config)
        if isinstance(config.get("module"), str):
            if safe_mode if safe_mode is not None else in_safe_mode():
                raise UnsafeFileError(
                    "The file holds a pickled torch module, which can run any code on loading. Received: safe_mode=True. "
                    "Try: safe_mode=False if you trust where the file comes from"
                )
            buffer = io.BytesIO(base64.b64decode(config["module"]))
            config["module"] = torch.load(buffer, weights_only=False)
        return cls(**config)
