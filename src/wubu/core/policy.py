"""Which type a layer computes in, and which its weights have."""

from __future__ import annotations

from typing import Any

from wubu.core import settings
from wubu.core.dtypes import standardize_dtype
from wubu.errors import ArgumentError


class DTypePolicy:
    """A pair of types: what a layer computes in, and what its weights are kept in.

    Args:
        name: a type such as ``"float32"`` (both are that), ``"mixed_bfloat16"`` or ``"mixed_float16"``
            (computes in the half type, keeps float32 weights). Default: the global policy's name.
    """

    def __init__(self, name: str | None = None) -> None:
        name = dtype_policy().name if name is None else name
        if not isinstance(name, str):
            raise ArgumentError(f"Expected a policy name such as 'mixed_bfloat16'. Received: {name!r}")
        self._name = name
        if name in ("mixed_float16", "mixed_bfloat16"):
            self._compute, self._variable = name.removeprefix("mixed_"), "float32"
        else:
            self._compute = self._variable = standardize_dtype(name)

    @property
    def name(self) -> str:
        """The policy's name."""
        return self._name

    @property
    def compute_dtype(self) -> str:
        """The type that inputs are cast to and that a layer computes in."""
        return self._compute

    @property
    def variable_dtype(self) -> str:
        """The type that weights are kept in."""
        return self._variable

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this policy again."""
        return {"name": self._name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DTypePolicy:
        """Make a policy from what ``get_config`` gave."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypePolicy) and other.name == self._name

    def __hash__(self) -> int:
        return hash(self._name)

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self._name}">'


_global: DTypePolicy | None = None


def dtype_policy() -> DTypePolicy:
    """The policy that layers take when they are given none."""
    return _global if _global is not None else DTypePolicy(settings.floatx())


def set_dtype_policy(policy: Any) -> None:
    """Set the policy that later layers take when they are given none."""
    global _global
    _global = get(policy)


def get(identifier: Any) -> DTypePolicy:
    """Return a policy from None, a name, a dtype, a policy, or a serialized one."""
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        return DTypePolicy(identifier["config"]["name"])
    if isinstance(identifier, str) and identifier.startswith("mixed_"):
        return DTypePolicy(identifier)
    return DTypePolicy(standardize_dtype(identifier))
