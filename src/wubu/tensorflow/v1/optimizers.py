"""The optimizers of ``tf.train``: they give gradients, and operations that apply them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from wubu import optimizers
from wubu.errors import ArgumentError
from wubu.layers.base import Layer
from wubu.symbolic.evaluation import depends_on
from wubu.symbolic.evaluation import gradients as _symbolic
from wubu.symbolic.keras_tensor import KerasTensor
from wubu.symbolic.order import node_of
from wubu.tensorflow.v1.operations import Operation
from wubu.tensorflow.v1.variables import GraphVariable, trainable_variables

__all__ = [
    "AdadeltaOptimizer",
    "AdagradOptimizer",
    "AdamOptimizer",
    "FtrlOptimizer",
    "GradientDescentOptimizer",
    "MomentumOptimizer",
    "Optimizer",
    "RMSPropOptimizer",
    "gradients",
]


def gradients(
    ys: Any, xs: Any, grad_ys: Any = None, name: str | None = None, *args: Any, **kwargs: Any
) -> list[Any]:
    """The derivatives of the sum of ``ys`` by each of ``xs``, as symbolic tensors."""
    targets = list(ys) if isinstance(ys, list | tuple) else [ys]
    sources = list(xs) if isinstance(xs, list | tuple) else [xs]
    total = targets[0]
    for one in targets[1:]:
        total = total.sum() + one.sum()
    if grad_ys is not None:
        given = grad_ys[0] if isinstance(grad_ys, list | tuple) else grad_ys
        total = total * given
    return list(_symbolic(total, sources))


class Optimizer:
    """What the optimizers share.

    Args:
        learning_rate: a number, a symbolic tensor, or a function without arguments.
        name: of the optimizer.
        make: makes the optimizer that does the work, given a rate.
    """

    def __init__(self, learning_rate: Any, name: str, make: Callable[[float], optimizers.Optimizer]) -> None:
        self._rate, self._name = learning_rate, name
        fixed = learning_rate if isinstance(learning_rate, int | float) else 0.0
        self._inner = make(float(fixed))

    def get_name(self) -> str:
        """The name."""
        return self._name

    def minimize(
        self,
        loss: Any,
        global_step: Any = None,
        var_list: Any = None,
        gate_gradients: Any = None,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
    ) -> Any:
        """The operation that takes a step that makes a loss smaller.

        Args:
            loss: a symbolic tensor; a function without arguments where no graph is built.
            global_step: a variable to count steps in.
            var_list: the variables; default all trainable ones that the loss depends on.
            name: of the operation.
            grad_loss: what the loss's own gradient is; default 1.
            gate_gradients, aggregation_method, colocate_gradients_with_ops: accepted.
        """
        pairs = self.compute_gradients(loss, var_list, grad_loss=grad_loss)
        return self.apply_gradients(pairs, global_step, name)

    def compute_gradients(
        self, loss: Any, var_list: Any = None, *args: Any, grad_loss: Any = None, **kwargs: Any
    ) -> list[tuple[Any, Any]]:
        """Pairs of gradient and variable."""
        if not isinstance(loss, KerasTensor):
            return self._computed(loss, var_list)
        variables = list(var_list) if var_list is not None else _variables_of(loss)
        if not variables:
            raise ValueError("No variables to optimize.")
        return list(zip(gradients(loss, variables, grad_loss), variables))

    def _computed(self, loss: Any, var_list: Any) -> list[tuple[Any, Any]]:
        if not callable(loss) or var_list is None:
            raise ArgumentError(
                "Expected a function without arguments as the loss, and var_list, where no graph is built. "
                "Try: tf.GradientTape and apply_gradients"
            )
        variables = list(var_list() if callable(var_list) else var_list)
        with torch.enable_grad():
            found = torch.autograd.grad(loss(), variables, allow_unused=True)
        return list(zip(found, variables))

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Any:
        """The operation that changes variables by their gradients; at once where no graph is built.

        Args:
            grads_and_vars: pairs of gradient and variable; pairs without a gradient are passed over.
            global_step: a variable to count steps in.
            name: of the operation.
        """
        pairs = [(gradient, variable) for gradient, variable in grads_and_vars if gradient is not None]
        if not pairs:
            raise ValueError("No gradients provided for any variable.")
        weights = [_weight(variable) for _, variable in pairs]
        if not any(isinstance(gradient, KerasTensor) for gradient, _ in pairs):
            self._step(weights, [gradient for gradient, _ in pairs], self._rate)
            return _counted(global_step)
        symbolic_rate = isinstance(self._rate, KerasTensor)
        symbols = [gradient for gradient, _ in pairs] + ([self._rate] if symbolic_rate else [])

        def apply(values: list[Any]) -> None:
            found = values[: len(weights)]
            self._step(weights, found, values[-1] if symbolic_rate else self._rate)
            _counted(global_step)

        return Operation(symbols, apply, name or self._name)

    def _step(self, weights: Sequence[Any], found: Sequence[Any], rate: Any) -> None:
        if not isinstance(rate, int | float):
            self._inner.learning_rate = float(rate() if callable(rate) and not isinstance(rate, torch.Tensor) else rate)
        self._inner.apply([g.detach() for g in found], list(weights))
        for weight in weights:
            weight.grad = None

    def variables(self) -> list[Any]:
        """The optimizer's own variables."""
        return list(self._inner.variables)

    def get_slot_names(self) -> list[str]:
        """The names of what is kept for each variable."""
        return []


def _weight(variable: Any) -> Any:
    return variable.storage if isinstance(variable, GraphVariable) else variable


def _counted(global_step: Any) -> None:
    if isinstance(global_step, GraphVariable):
        global_step.storage.assign_add(1)
    elif global_step is not None:
        global_step.assign_add(1)


def _variables_of(loss: KerasTensor) -> list[Any]:
    """The trainable variables of the graph that a loss depends on, and the weights of layers on the way."""
    met = depends_on([loss], lambda t: True)
    inside = {id(t) for t in met}
    found = [v for v in trainable_variables() if id(v) in inside]
    weights: dict[int, Any] = {}
    for tensor in met:
        layer = _layer_behind(node_of(tensor).operation)
        if layer is not None:
            weights.update({id(w): w for w in layer.trainable_weights})
    return found + list(weights.values())


def _layer_behind(operation: Any) -> Layer | None:
    """The layer that an operation is, or that its function calls."""
    if isinstance(operation, Layer):
        return operation
    function = getattr(operation, "function", None)
    return getattr(function, "layer", None) or getattr(getattr(function, "__self__", None), "cell", None)


class GradientDescentOptimizer(Optimizer):
    """``w -= rate * gradient``.

    Args:
        learning_rate: the rate.
        use_locking, name: accepted.
    """

    def __init__(self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent") -> None:
        super().__init__(learning_rate, name, lambda rate: optimizers.SGD(rate))


class MomentumOptimizer(Optimizer):
    """``v = momentum * v + gradient; w -= rate * v``.

    Args:
        learning_rate: the rate.
        momentum: how much of the last step goes into the next.
        use_nesterov: whether to look ahead.
    """

    def __init__(
        self,
        learning_rate: Any,
        momentum: float,
        use_locking: bool = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(
            learning_rate, name, lambda rate: optimizers.SGD(rate, momentum=momentum, nesterov=use_nesterov)
        )


class AdamOptimizer(Optimizer):
    """Adam (Kingma and Ba, 2015).

    Args:
        learning_rate: the rate.
        beta1, beta2: how slowly the moments change.
        epsilon: keeps the division finite.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-08,
        use_locking: bool = False,
        name: str = "Adam",
    ) -> None:
        super().__init__(
            learning_rate, name, lambda rate: optimizers.Adam(rate, beta_1=beta1, beta_2=beta2, epsilon=epsilon)
        )


class AdagradOptimizer(Optimizer):
    """Adagrad (Duchi et al., 2011).

    Args:
        learning_rate: the rate.
        initial_accumulator_value: where the sums of squares begin.
    """

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        use_locking: bool = False,
        name: str = "Adagrad",
    ) -> None:
        super().__init__(
            learning_rate,
            name,
            lambda rate: optimizers.Adagrad(
                rate, initial_accumulator_value=initial_accumulator_value, epsilon=1e-30
            ),
        )


class AdadeltaOptimizer(Optimizer):
    """Adadelta (Zeiler, 2012).

    Args:
        learning_rate: the rate.
        rho: how slowly the averages change.
        epsilon: keeps the division finite.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-08,
        use_locking: bool = False,
        name: str = "Adadelta",
    ) -> None:
        super().__init__(learning_rate, name, lambda rate: optimizers.Adadelta(rate, rho=rho, epsilon=epsilon))


class RMSPropOptimizer(Optimizer):
    """RMSprop (Tieleman and Hinton, 2012).

    Args:
        learning_rate: the rate.
        decay: how slowly the average of squares changes.
        momentum: how much of the last step goes into the next.
        epsilon: keeps the division finite.
        centered: whether the mean is taken off the squares.
    """

    def __init__(
        self,
        learning_rate: Any,
        decay: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-10,
        use_locking: bool = False,
        centered: bool = False,
        name: str = "RMSProp",
    ) -> None:
        super().__init__(
            learning_rate,
            name,
            lambda rate: optimizers.RMSprop(
                rate, rho=decay, momentum=momentum, epsilon=epsilon, centered=centered
            ),
        )

    def _step(self, weights: Sequence[Any], found: Sequence[Any], rate: Any) -> None:
        if not self._inner.built:
            self._inner.build(list(weights))
            for slot in self._inner.variables:
                # TensorFlow 1 begins with averages of 1, which makes the first steps small.
                if "velocity" in slot.path:
                    slot.assign(torch.ones_like(slot))
        super()._step(weights, found, rate)


class FtrlOptimizer(Optimizer):
    """Follow the regularized leader (McMahan et al., 2013).

    Args:
        learning_rate: the rate.
        learning_rate_power: how the rate falls.
        initial_accumulator_value: where the sums of squares begin.
        l1_regularization_strength, l2_regularization_strength: penalties.
    """

    def __init__(
        self,
        learning_rate: Any,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "Ftrl",
    ) -> None:
        super().__init__(
            learning_rate,
            name,
            lambda rate: optimizers.Ftrl(
                rate,
                learning_rate_power=learning_rate_power,
                initial_accumulator_value=initial_accumulator_value,
                l1_regularization_strength=l1_regularization_strength,
                l2_regularization_strength=l2_regularization_strength,
            ),
        )
