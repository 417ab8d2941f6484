"""Record what TensorFlow gives for the facade's expressions and snippets.

``python tests/tensorflow_group/record_expected.py PYTHON``, with an interpreter that has TensorFlow.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FACADE = HERE.parent / "tensorflow"
sys.path.insert(0, str(FACADE))


def asked(python: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The described result of every expression, and the text of every snippet."""
    from facade_tables import CASES

    expressions = sorted({e for found in CASES.values() for e in found})
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
    for name in ("PYTHONPATH", "KERAS_BACKEND"):
        environment.pop(name, None)

    def run(script: str, given: str = "") -> Any:
        command = [python, str(FACADE / script)]
        done = subprocess.run(command, input=given, capture_output=True, text=True, env=environment, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-4000:])
        return json.loads(done.stdout.splitlines()[-1])  # programs may say something before

    values = run("facade_describing.py", json.dumps(expressions))
    return dict(zip(expressions, values)), run("facade_snippets.py")


if __name__ == "__main__":
    for name, found in zip(("expected_values", "expected_texts"), asked(sys.argv[1])):
        parts = ((json.dumps(k, ensure_ascii=False), json.dumps(v, ensure_ascii=False)) for k, v in found.items())
        lines = ",\n".join(f"{key}: {value}" for key, value in parts)
        (FACADE / f"{name}.json").write_text("{\n" + lines + "\n}\n", encoding="utf-8")
