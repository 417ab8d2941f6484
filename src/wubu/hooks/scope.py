"""What of TensorFlow is left out on purpose, so that a missing name can say whether it will ever come."""

from __future__ import annotations

# First component below `tensorflow` or `keras` -> why it is left out.
_LEFT_OUT = {
    "compiler": "compilers of TensorFlow's own",
    "contrib": "most of tf.contrib, which TensorFlow 2 dropped",
    "dtensor": "distributed tensors",
    "estimator": "estimators, which TensorFlow dropped",
    "lite": "TensorFlow Lite; model.export(…) writes ONNX",
    "mlir": "compilers of TensorFlow's own",
    "quantization": "quantisation",
    "quantizers": "quantisation",
    "raw_ops": "TensorFlow's raw operations",
    "tpu": "TPUs",
    "tpu_model": "TPUs",
    "xla": "compilers of TensorFlow's own",
}
_LEFT_OUT_NAMES = {
    "TPUStrategy": "TPUs",
}


def advice(path: str, name: str, near: str = "") -> str:
    """What to say of a name that is missing: why it is left out, which is nearest, or that it is planned.

    Args:
        path: the module's name, such as ``tensorflow.lite``.
        name: the name that it lacks.
        near: a sentence that names the nearest.
    """
    parts = [*path.split(".")[1:], name]
    for part in parts:
        why = _LEFT_OUT.get(part) or _LEFT_OUT_NAMES.get(part)
        if why:
            return f" Not planned: wubu leaves out {why}."
    return near if near.startswith(" Did") else " If it is one of theirs, it is planned but not there yet."
