"""The ``tf`` facade beside real TensorFlow, now: every expression, and the text of every snippet."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tensorflow")]

import facade_snippets  # noqa: E402
from facade_comparing import difference, tolerances  # noqa: E402
from facade_describing import evaluate, namespace  # noqa: E402
from facade_tables import differs  # noqa: E402
from record_expected import asked  # noqa: E402


@pytest.fixture(scope="module")
def theirs(tf_python: str) -> Any:
    """What TensorFlow gives."""
    return asked(tf_python)


@pytest.fixture
def tf() -> Any:
    """The facade."""
    import wubu.tensorflow
    from wubu.core import border
    from wubu.tensorflow import customs

    before = border.facade
    customs.activate()
    yield wubu.tensorflow
    border.register(before)


def test_every_expression_gives_what_tensorflow_gives(theirs: Any, tf: Any) -> None:
    names = namespace(tf)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wrong = [
            f"{expression}: {found}"
            for expression, expected in theirs[0].items()
            if not differs(expression)
            and (found := difference(evaluate(expression, names), expected, *tolerances(expression)))
        ]
    assert not wrong, "\n".join(wrong)


def test_every_snippet_prints_what_tensorflow_prints(theirs: Any, tf: Any) -> None:
    mine = {name: facade_snippets.run(code, tf) for name, code in facade_snippets.SNIPPETS.items()}
    assert mine == theirs[1]
