"""The hooks in place for one test, and away after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from wubu.core import border, legacy
from wubu.hooks import install, uninstall


@pytest.fixture
def hooks(unloaded_keras: None) -> Iterator[None]:
    """The hooks, silent of old names."""
    before = border.facade
    legacy.forget()
    legacy.tell_through(lambda text: None)
    install()
    yield
    uninstall()
    legacy.tell_through(None)
    border.register(before)
