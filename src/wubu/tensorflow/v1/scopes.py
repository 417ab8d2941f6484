"""``get_variable`` and ``variable_scope``: variables that are shared by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wubu import initializers
from wubu.tensorflow.v1.graph import REGULARIZATION_LOSSES, building, get_default_graph
from wubu.tensorflow.v1.symbols import type_name
from wubu.tensorflow.v1.variables import Variable

__all__ = ["AUTO_REUSE", "get_variable", "get_variable_scope", "variable_op_scope", "variable_scope"]


class _AutoReuse:
    def __repr__(self) -> str:
        return "_ReuseMode.AUTO_REUSE"


AUTO_REUSE: Any = _AutoReuse()


class VariableScope:
    """A prefix of names, and whether variables of it are found or made.

    Args:
        name: the prefix.
        reuse: True to find, None or False to make, AUTO_REUSE for either.
        initializer, regularizer: for variables that have none of their own.
    """

    def __init__(self, name: str = "", reuse: Any = None, initializer: Any = None, regularizer: Any = None) -> None:
        self.name = self.original_name_scope = name
        self.reuse, self.initializer, self.regularizer = reuse, initializer, regularizer

    def reuse_variables(self) -> None:
        """Find variables from now on."""
        self.reuse = True

    def set_initializer(self, initializer: Any) -> None:
        """Choose the initializer of variables that have none of their own."""
        self.initializer = initializer


_scopes: list[VariableScope] = [VariableScope()]


def get_variable_scope() -> VariableScope:
    """The scope under way."""
    return _scopes[-1]


@contextmanager
def variable_scope(
    name_or_scope: Any = None,
    default_name: str | None = None,
    values: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    caching_device: Any = None,
    reuse: Any = None,
    **kwargs: Any,
) -> Iterator[VariableScope]:
    """Within this block variables' names begin with ``name/``.

    Args:
        name_or_scope: a name below the scope under way, or a scope to go back to.
        default_name: the name when there is none; made unique.
        reuse: whether variables are found (True), made (None, False), or either (AUTO_REUSE).
        initializer, regularizer: for variables that have none of their own.
    """
    outer = _scopes[-1]
    if isinstance(name_or_scope, VariableScope):
        name = name_or_scope.name
        inherited = name_or_scope
    else:
        own = name_or_scope or get_default_graph().unique_name(default_name or "scope").rpartition("/")[2]
        name = f"{outer.name}/{own}" if outer.name else str(own)
        inherited = outer
    scope = VariableScope(
        name,
        reuse if reuse is not None else inherited.reuse,
        initializer or inherited.initializer,
        regularizer or inherited.regularizer,
    )
    graph = get_default_graph()
    before = graph.scopes[:]
    graph.scopes[:] = name.split("/")
    _scopes.append(scope)
    try:
        yield scope
    finally:
        _scopes.remove(scope)
        graph.scopes[:] = before


variable_op_scope = variable_scope


def get_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: Any = None,
    collections: Any = None,
    *args: Any,
    **kwargs: Any,
) -> Any:
    """The variable of a name within the scope under way: found or made, as the scope says.

    Args:
        name: of the variable.
        shape: its shape; with an initializer that is a value it is not needed.
        dtype: default float32.
        initializer: a function of shape and type, a class of them, or a value; default that of the scope, else
            glorot_uniform.
        regularizer: a function whose value is put into the collection of regularization losses.
        trainable: whether optimizers change it.
        collections: what else to put it into.

    Raises:
        ValueError: when it should exist and does not, or exists and should not.
    """
    scope = get_variable_scope()
    full = f"{scope.name}/{name}" if scope.name else name
    graph = get_default_graph()
    there = graph.variables.get(full)
    if there is not None:
        if scope.reuse:
            return there
        raise ValueError(
            f"Variable {full} already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
        )
    if scope.reuse is True:
        raise ValueError(f"Variable {full} does not exist, or was not created with tf.get_variable().")
    initializer = initializer if initializer is not None else scope.initializer
    initial = _initial(initializer, shape, dtype or "float32")
    scopes = graph.scopes[:]
    graph.scopes[:] = []
    try:
        made = Variable(initial, trainable=trainable, collections=collections, name=full, dtype=dtype)
    finally:
        graph.scopes[:] = scopes
    graph.variables[full] = made
    regularizer = regularizer or scope.regularizer
    if regularizer is not None and building():
        loss = regularizer(made)
        if loss is not None:
            graph.add_to_collection(REGULARIZATION_LOSSES, loss)
    return made


def _initial(initializer: Any, shape: Any, dtype: Any) -> Any:
    """What the variable begins with: drawn anew by each run of its initializer."""
    from wubu.tensorflow.v1.symbols import deferred

    if isinstance(initializer, type):
        initializer = initializer()
    if initializer is None:
        initializer = initializers.GlorotUniform()
    if not callable(initializer) or hasattr(initializer, "shape"):
        return initializer
    kind = type_name(dtype)
    sizes = tuple(int(d) for d in ([shape] if isinstance(shape, int) else shape))
    make = initializer

    def draw() -> Any:
        return make(sizes, dtype=kind)

    return deferred(draw) if building() else draw()
