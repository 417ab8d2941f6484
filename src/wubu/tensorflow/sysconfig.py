"""``tf.sysconfig``: how the library was built."""

from __future__ import annotations

import os
from typing import Any

import torch

__all__ = ["get_build_info", "get_compile_flags", "get_include", "get_lib", "get_link_flags"]


def get_build_info() -> dict[str, Any]:
    """What torch was built for."""
    return {
        "cuda_version": torch.version.cuda,
        "cudnn_version": str(torch.backends.cudnn.version()) if torch.cuda.is_available() else None,
        "is_cuda_build": torch.backends.cuda.is_built(),
        "is_rocm_build": torch.version.hip is not None,
        "is_tensorrt_build": False,
    }


def get_include() -> str:
    """torch's header files."""
    return os.path.join(os.path.dirname(torch.__file__), "include")


def get_lib() -> str:
    """torch's libraries."""
    return os.path.join(os.path.dirname(torch.__file__), "lib")


def get_compile_flags() -> list[str]:
    """The flags to compile with."""
    return [f"-I{get_include()}"]


def get_link_flags() -> list[str]:
    """The flags to link with."""
    return [f"-L{get_lib()}"]
