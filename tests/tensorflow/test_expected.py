"""The facade beside results that TensorFlow 2.21 gave, expression by expression and snippet by snippet.

``tests/tensorflow_group/record_expected.py`` writes the files anew.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import facade_cases
import facade_more_cases
import facade_snippets
import pytest
from facade_comparing import difference, tolerances
from facade_describing import evaluate, namespace

HERE = Path(__file__).parent
CASES = {**facade_cases.CASES, **facade_more_cases.CASES}
RECORDED = json.loads((HERE / "expected_values.json").read_text(encoding="utf-8"))
TEXTS = json.loads((HERE / "expected_texts.json").read_text(encoding="utf-8"))

# Names without an expression of their own, and why.
ELSEWHERE = {
    # classes and scopes that the tests of custom loops, modules, functions and files use
    "GradientTape", "Module", "function", "print", "control_dependencies", "init_scope", "name_scope",
    "variable_creator_scope", "get_current_name_scope", "TypeSpec", "RaggedTensorSpec", "SparseTensorSpec",
    "IndexedSlicesSpec",
    # only in graphs
    "parallel_stack",
    # accepted and without effect
    "AggregationMethod", "VariableAggregation", "VariableSynchronization", "get_logger", "no_gradient",
    # types that torch does not compute with
    "resource", "variant", "__version__",
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_expression_gives_what_tensorflow_gives(name: str, tf: Any) -> None:
    names = namespace(tf)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wrong = [
            f"{expression}: {found}"
            for expression in CASES[name]
            if (found := difference(evaluate(expression, names), RECORDED[expression], *tolerances(expression)))
        ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", facade_snippets.SNIPPETS)
def test_a_snippet_prints_what_tensorflow_prints(name: str, tf: Any) -> None:
    assert facade_snippets.run(facade_snippets.SNIPPETS[name], tf) == TEXTS[name]


def test_every_name_has_an_expression(tf: Any) -> None:
    """A name of the first level is tested by itself, or as that of the namespace that has it too."""
    known = {name.split(".")[-1] for name in CASES} | {part for name in CASES for part in name.split(".")}
    missing = [n for n in tf.__all__ if n not in known and n not in ELSEWHERE and n not in (*tf._NAMESPACES, *tf._ROOMS)]
    assert not missing


@pytest.mark.parametrize("room", ["math", "linalg", "nn", "image", "strings", "bitwise", "sets", "signal", "debugging", "nest"])
def test_every_name_of_a_namespace_has_an_expression(room: str, tf: Any) -> None:
    module = getattr(tf, room)
    tested = {name.split(".")[1] for name in CASES if name.startswith(f"{room}.")}
    allowed = {
        "debugging": {
            "enable_check_numerics", "disable_check_numerics", "enable_traceback_filtering", "disable_traceback_filtering",
            "is_traceback_filtering_enabled", "get_log_device_placement", "set_log_device_placement",
        },
        "image": {"decode_webp"},
        "math": {"special"},
    }  # fmt: skip
    assert set(module.__all__) - tested <= allowed.get(room, set())


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
