"""Which type a layer computes in, and which its weights have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping
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

    # Quantisation is out of scope; code that asks finds none.
    quantization_mode: str | None = None

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


class DTypePolicyMap(DTypePolicy, MutableMapping[str, Any]):
    """Policies by the names of layers, and one for all others.

    A layer that is given the map as its ``dtype`` takes the policy that its name, or the end of a path, stands for; keys
    may be regular expressions, which have to match the whole.

    Args:
        default_policy: the policy of layers that no key names. Default: the global policy.
        policy_map: policies, or their names, by key.

    Raises:
        ArgumentError: for a map as the default, or a name that two expressions match.

    Example:
        >>> DTypePolicyMap("float32", {"dense_.*": "mixed_bfloat16"})["dense_1"].compute_dtype
        'bfloat16'
    """

    def __init__(self, default_policy: Any = None, policy_map: Mapping[str, Any] | None = None) -> None:
        if isinstance(default_policy, DTypePolicyMap):
            raise ArgumentError("Expected default_policy to be a policy or its name. Received: a DTypePolicyMap")
        if policy_map is not None and not isinstance(policy_map, Mapping):
            raise ArgumentError(f"Expected policy_map to be a dictionary. Received: {type(policy_map).__name__}")
        self._given = default_policy
        self._policies = {key: get(value) for key, value in (policy_map or {}).items()}

    @property
    def default_policy(self) -> DTypePolicy:
        """The policy of layers that no key names."""
        return get(self._given)

    @property
    def name(self) -> str:
        """``map_`` and the name of the default policy."""
        return f"map_{self.default_policy.name}"

    @property
    def compute_dtype(self) -> str:
        """The default policy's."""
        return self.default_policy.compute_dtype

    @property
    def variable_dtype(self) -> str:
        """The default policy's."""
        return self.default_policy.variable_dtype

    def for_layer(self, name: str) -> DTypePolicy:
        """The policy of a layer of this name."""
        ends = {key.rpartition("/")[2]: key for key in self._policies}
        return self._policies[ends[name]] if name not in self._policies and name in ends else self[name]

    def __getitem__(self, key: str) -> DTypePolicy:
        if key in self._policies:
            return self._policies[key]
        matching = [pattern for pattern in self._policies if re.fullmatch(pattern, key)]
        if len(matching) > 1:
            raise ArgumentError(
                f"{key!r} matches several keys of the DTypePolicyMap: {matching}. Try: keys that exclude each other"
            )
        return self._policies[matching[0]] if matching else self.default_policy

    def __setitem__(self, key: str, policy: Any) -> None:
        if key in self._policies:
            raise ArgumentError(
                f"{key!r} is in the DTypePolicyMap already, as {self._policies[key].name!r}. Try: del first"
            )
        self._policies[key] = get(policy)

    def __delitem__(self, key: str) -> None:
        del self._policies[key]

    def __contains__(self, key: object) -> bool:
        return key in self._policies

    def __len__(self) -> int:
        return len(self._policies)

    def __iter__(self) -> Iterator[str]:
        return iter(self._policies)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypePolicyMap) and (other.name, other._policies) == (self.name, self._policies)

    def __hash__(self) -> int:
        return hash((self.name, tuple(self._policies)))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this map again."""
        default = self._given.name if isinstance(self._given, DTypePolicy) else self._given
        entries = {
            key: {"module": "keras", "class_name": "DTypePolicy", "config": value.get_config(), "registered_name": None}
            for key, value in self._policies.items()
        }
        return {"default_policy": default, "policy_map": entries}

    def __repr__(self) -> str:
        pairs = [(key, value.name) for key, value in self._policies.items()]
        return f"<DTypePolicyMap default_policy={self.default_policy.name}, mapping={pairs}>"


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
        config = identifier["config"]
        if "policy_map" in config:
            return DTypePolicyMap(**config)
        return DTypePolicy(config["name"])
    if isinstance(identifier, str) and identifier.startswith("mixed_"):
        return DTypePolicy(identifier)
    return DTypePolicy(standardize_dtype(identifier))


def of_layer(identifier: Any, name: str) -> DTypePolicy:
    """The policy of a layer of a name: what ``get`` gives, and of a map the entry for the name."""
    found = get(identifier)
    return found.for_layer(name) if isinstance(found, DTypePolicyMap) else found
