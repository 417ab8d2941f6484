"""What the tests of the ``tf`` facade share: expressions and snippets, and how TensorFlow's results are recorded."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def tf() -> Any:
    """The facade, which answers at the border while the test runs."""
    import wubu.tensorflow
    from wubu.core import border
    from wubu.tensorflow import customs

    before = border.facade
    customs.activate()
    yield wubu.tensorflow
    border.register(before)
