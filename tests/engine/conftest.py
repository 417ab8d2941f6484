"""Lets the engine's tests import the workloads beside them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def no_silent_fallback() -> Iterator[None]:
    """A step that quietly runs as plain Python would pass every test of numbers."""
    import warnings

    from wubu.engine.stepper import EagerFallbackWarning

    with warnings.catch_warnings():
        warnings.simplefilter("error", EagerFallbackWarning)
        yield
