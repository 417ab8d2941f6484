"""What leaves torch in the middle of a recorded step, and the line of the step that is to blame."""

from __future__ import annotations

import linecache
import os
import sys
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from wubu.errors import CaptureError

_TORCH = os.path.dirname(torch.__file__)
_ENGINE = os.path.dirname(__file__)
_WUBU = os.path.dirname(_ENGINE)

# Methods of a tensor whose result leaves torch, so that no dispatch mode sees what is done with it.
_LEAKS = {
    "numpy": "a NumPy array",
    "__array__": "a NumPy array",
    "tolist": "a Python list",
    "__dlpack__": "another library's array",
}


def user_line() -> str:
    """The line of the step that is running now, as ``file:line: text``: the user's if there is one, else wubu's."""
    frame = sys._getframe(1)
    ours = None
    while frame is not None and not (frame.f_code.co_name == "record" and frame.f_code.co_filename.startswith(_ENGINE)):
        path = frame.f_code.co_filename
        if not path.startswith((_TORCH, _ENGINE, "<frozen", "<string")):
            line = f"{path}:{frame.f_lineno}: {linecache.getline(path, frame.f_lineno).strip()}"
            if not path.startswith(_WUBU):
                return line
            ours = ours or line
        frame = frame.f_back  # type: ignore[assignment]
    return ours or "in the backward pass"


class LeakWatch(TorchFunctionMode):
    """Refuses the conversions that dispatch does not see, and notes tensors that are given other memory."""

    def __init__(self) -> None:
        super().__init__()
        self.moved: str | None = None

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(func, "__name__", "")
        if name in _LEAKS and getattr(torch.Tensor, name, None) is not None:
            raise CaptureError(
                f"a tensor is turned into {_LEAKS[name]} in the middle of the step, which would freeze its value "
                f"({user_line()}). Use torch operations there"
            )
        if name == "__set__" and getattr(func, "__self__", None) is torch.Tensor.data:
            self.moved = self.moved or user_line()
        return func(*args, **(kwargs or {}))
