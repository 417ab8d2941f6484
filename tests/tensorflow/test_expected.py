"""The facade beside results that TensorFlow 2.21 gave, expression by expression and snippet by snippet.

``tests/tensorflow_group/record_expected.py`` writes the files anew.
"""

from __future__ import annotations

import inspect
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import facade_snippets
import facade_tables
import pytest
from facade_comparing import difference, tolerances
from facade_describing import evaluate, namespace

HERE = Path(__file__).parent
CASES = facade_tables.CASES
RECORDED = json.loads((HERE / "expected_values.json").read_text(encoding="utf-8"))
TEXTS = json.loads((HERE / "expected_texts.json").read_text(encoding="utf-8"))

@pytest.mark.parametrize("name", CASES)
def test_an_expression_gives_what_tensorflow_gives(name: str, tf: Any) -> None:
    names = namespace(tf)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wrong = [
            f"{expression}: {found}"
            for expression in CASES[name]
            if not facade_tables.differs(expression)
            and (found := difference(evaluate(expression, names), RECORDED[expression], *tolerances(expression)))
        ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", facade_snippets.SNIPPETS)
def test_a_snippet_prints_what_tensorflow_prints(name: str, tf: Any) -> None:
    assert facade_snippets.run(facade_snippets.SNIPPETS[name], tf) == TEXTS[name]


def names_of(module: Any, prefix: str = "") -> Iterator[str]:
    """The names of the facade, with their namespaces; what is Keras's is tested elsewhere."""
    for name in module.__all__:
        full = f"{prefix}{name}"
        if full.partition(".")[0] in ("compat", "initializers", "keras", "losses", "metrics", "optimizers"):
            continue
        value = getattr(module, name)
        if inspect.ismodule(value) or getattr(value, "_is_namespace", False):
            yield from names_of(value, f"{full}.")
        else:
            yield full


def test_every_name_has_an_expression_or_a_reason(tf: Any) -> None:
    known = set(names_of(tf))
    assert len(known) > 900
    assert sorted(known - set(CASES) - set(facade_tables.UNTESTED)) == []
    assert sorted(set(facade_tables.UNTESTED) & set(CASES)) == []
    assert sorted(set(facade_tables.UNTESTED) - known) == []


def test_every_known_difference_is_one() -> None:
    expressions = [e for found in CASES.values() for e in found]
    for part in facade_tables.DIFFERENT:
        assert any(part in e for e in expressions), part


def test_every_name_resolves(tf: Any) -> None:
    for name in tf.__all__:
        assert getattr(tf, name) is not None or name == "newaxis"
    for name in tf._NAMESPACES:
        module = getattr(tf, name)
        assert list(module.__all__) == sorted(set(module.__all__)), name
        for inner in module.__all__:
            getattr(module, inner)
    assert tf.keras.layers.Dense.__module__.startswith("wubu.")


def test_an_unknown_name_suggests_the_nearest(tf: Any) -> None:
    with pytest.raises(AttributeError, match="reduce_mean"):
        tf.reduce_maen  # noqa: B018
