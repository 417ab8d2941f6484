"""Write ``docs/coverage.md``: every public name of the installed Keras against wubu.

Run it with Keras installed: ``python docs/make_coverage.py``. With ``--check`` it only says whether the page is up to date.
"""

from __future__ import annotations

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import importlib  # noqa: E402
import re  # noqa: E402
import sys  # noqa: E402
from functools import cache  # noqa: E402
from pathlib import Path  # noqa: E402

import keras  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "coverage.md"

# What is asked for, in percent; other namespaces are listed beside.
WANTED = {
    "layers": 97,
    "losses": 97,
    "metrics": 97,
    "optimizers": 97,
    "optimizers.schedules": 97,
    "initializers": 97,
    "activations": 97,
    "regularizers": 97,
    "constraints": 97,
    "ops": 95,
    "ops.image": 95,
    "ops.linalg": 95,
    "ops.nn": 95,
    "ops.numpy": 95,
    "utils": 90,
    "random": 90,
}
OTHERS = (
    "applications backend callbacks config datasets distillation distribution dtype_policies export mixed_precision models "
    "preprocessing preprocessing.image preprocessing.sequence quantizers saving tree visualization wrappers"
).split()

_OUT = "out of scope: "
REASONS = {
    r"layers\.(Flax|Jax)Layer": _OUT + "modules of JAX",
    r"layers\.TFSMLayer": "runs a SavedModel with TensorFlow; wubu reads the weights of one without it",
    r"saving\.KerasFileEditor": "not yet",
    r"callbacks\.OrbaxCheckpoint": _OUT + "a format of JAX",
    r"config\.is_nnx_enabled": _OUT + "a setting of JAX",
    r"quantizers(\..*)?": _OUT + "quantisation",
    r"dtype_policies\.(AWQ|GPTQ|Int4|Quantized).*": _OUT + "quantisation",
    r"distribution\..*": _OUT + "weights that are split over devices; `fit` understands torchrun",
    r"export(\..*)?": "`model.export` and `wubu.saving.export` write what torch and ONNX read",
}


def public(module: object) -> list[str]:
    """The names that a namespace shows."""
    return sorted(name for name in dir(module) if not name.startswith("_"))


@cache
def tests_text() -> str:
    """The text of the test files that import Keras."""
    texts = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "tests").rglob("*.py"))]
    return "\n".join(text for text in texts if re.search(r"^(import keras|from keras|from layer_parity)", text, re.MULTILINE))


@cache
def templates() -> list[re.Pattern[str]]:
    """The names that tests put together, such as ``f"Conv{rank}D"``, as patterns."""
    found = set(re.findall(r'f"(\w*\{[^"{}]+\}[\w{}]*)"', tests_text()))
    parts = [re.split(r"\{[^{}]*\}", text) for text in found]
    return [re.compile(r"\w+".join(map(re.escape, p))) for p in parts if sum(map(len, p)) >= 4]


def ours(space: str) -> object | None:
    """wubu's namespace of a name, or None."""
    try:
        return importlib.import_module(f"wubu.{space}")
    except ModuleNotFoundError:
        return None


def state(space: str, name: str) -> tuple[str, str]:
    """How a name is there: ``compared``, ``present`` or ``absent``, and the reason for the last."""
    module = ours(space)
    if module is not None and hasattr(module, name):
        compared = re.search(rf"\b{re.escape(name)}\b", tests_text())
        compared = compared or any(pattern.fullmatch(name) for pattern in templates())
        return ("compared" if compared else "present"), ""
    for pattern, reason in REASONS.items():
        if re.fullmatch(pattern, f"{space}.{name}"):
            return "absent", reason
    return "absent", "not yet"


def page() -> str:
    """The page's text."""
    lines = [
        f"# Keras {keras.__version__} against wubu",
        "",
        "Written by `python docs/make_coverage.py` from the installed packages. *Compared* means that the name is there and",
        "stands in a test file that runs Keras beside wubu; the script looks for the name, so what the test proves about it",
        "is in the test. *Present* means that the name is there.",
        "",
        "| namespace | names | compared | present | absent | there |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    details: list[str] = []
    for space in [*WANTED, *OTHERS]:
        names = public(importlib.import_module(f"keras.{space}"))
        found = {name: state(space, name) for name in names}
        count = {kind: sum(s == kind for s, _ in found.values()) for kind in ("compared", "present", "absent")}
        share = 100 * (len(names) - count["absent"]) / len(names)
        aim = f" (of {WANTED[space]} % asked for)" if space in WANTED else ""
        lines.append(
            f"| `{space}` | {len(names)} | {count['compared']} | {count['present']} | {count['absent']} | {share:.1f} %{aim} |"
        )
        details += ["", f"## `keras.{space}`", "", "| name | wubu |", "| --- | --- |"]
        for name, (kind, reason) in found.items():
            details.append(f"| `{name}` | {f'absent: {reason}' if kind == 'absent' else kind} |")
    return "\n".join([*lines, *details, ""])


def claims(text: str) -> list[str]:
    """What a page says about each name, but for the tests, which are added to all the time."""
    rows = [line for line in text.splitlines() if line.startswith(("## ", "| `"))]
    return [row.replace("| compared |", "| present |") for row in rows if row.count("|") in (0, 3)]


def main() -> int:
    """Write the page, or check it."""
    text = page()
    if "--check" in sys.argv:
        fresh = PAGE.exists() and claims(PAGE.read_text(encoding="utf-8")) == claims(text)
        print("docs/coverage.md is up to date" if fresh else "docs/coverage.md is out of date: python docs/make_coverage.py")
        return 0 if fresh else 1
    PAGE.write_text(text, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
