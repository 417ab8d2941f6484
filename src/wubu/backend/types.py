"""Names of types, and what types meet in."""

from __future__ import annotations

from typing import Any

from wubu.core import settings
from wubu.core.dtypes import is_float as is_float_dtype
from wubu.core.dtypes import is_int as is_int_dtype
from wubu.core.dtypes import standardize_dtype, torch_dtype
from wubu.ops.promotion import meeting

__all__ = ["is_float_dtype", "is_int_dtype", "result_type", "standardize_dtype"]


def result_type(*dtypes: Any) -> str:
    """The type that values of some types meet in; Python's ``int`` and ``float`` do not widen the others.

    Args:
        *dtypes: names, torch's types, or ``bool``, ``int`` and ``float``; None is floatx.

    Example:
        >>> result_type("int32", "float16"), result_type("float16", float), result_type("bool", int)
        ('float16', 'float16', 'int32')
    """
    named = [torch_dtype(settings.floatx() if d is None else d) for d in dtypes if d not in (int, float)]
    made = standardize_dtype(meeting(*named)) if named else ("int32" if float not in dtypes else settings.floatx())
    if float in dtypes and not is_float_dtype(made):
        return settings.floatx()
    return "int32" if int in dtypes and made == "bool" else made
