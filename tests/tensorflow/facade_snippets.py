"""Small eager programs, whose text must be the same under TensorFlow and here.

``python facade_snippets.py`` runs them with the real TensorFlow and prints their texts. Nothing here may import wubu.
"""

# ruff: noqa: E501 - tables

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback

SNIPPETS = {
    "a constant": "x = tf.constant([[1, 2], [3, 4]])\nprint(x)\nprint(repr(x))\nprint(x.shape, x.dtype)",
    "scalars": "print(tf.constant(1.5), tf.constant(3), tf.constant(True))\nprint(repr(tf.constant(0.1)), repr(tf.constant(7)))",
    "text": "s = tf.constant(['a', 'bc'])\nprint(s)\nprint(repr(tf.constant('x')))\nprint(s.numpy(), s[0].numpy())",
    "text of other languages": "s = tf.constant('五步')\nprint(s)\nprint(s.numpy().decode())\nprint(tf.strings.length(s, unit='UTF8_CHAR'))",
    "arithmetic": "a = tf.constant([1.0, 2.0]); b = tf.constant([3.0, 4.0])\nprint(a + b, a * b, a - b, b / a)\nprint(a ** 2, -a, b % a)",
    "whole numbers": "a = tf.constant([7, 8]); b = tf.constant([2, 3])\nprint(a / b, a // b, a % b)\nprint(a ** b)",
    "comparisons": "a = tf.constant([1, 2, 3])\nprint(a > 2, a == 2, a != 2)\nprint(tf.reduce_any(a > 2))",
    "matrix product": "a = tf.constant([[1.0, 2.0], [3.0, 4.0]])\nprint(a @ a)\nprint(tf.matmul(a, a, transpose_b=True))",
    "broadcasting": "print(tf.ones((2, 1)) + tf.ones((1, 3)))\nprint(tf.constant([1, 2]) * 3)",
    "numpy in": "print(tf.constant(np.arange(3)))\nprint(np.ones(2) + tf.constant([1.0, 2.0]))\nprint(tf.add(np.float32(1), 2.0))",
    "numpy out": "x = tf.constant([1.0, 2.0])\nprint(type(x.numpy()).__name__, x.numpy())\nprint(np.sum(x), np.mean(x), np.argmax(x))",
    "types": "print(tf.float32, repr(tf.int64), tf.float32.name)\nprint(tf.cast([1.7, -1.7], tf.int32))\nprint(tf.as_dtype('float64'))",
    "slices": "x = tf.reshape(tf.range(12), (3, 4))\nprint(x[0], x[:, 1])\nprint(x[::-1, ::2])\nprint(x[..., tf.newaxis].shape)",
    "a slice too far": "try:\n    tf.constant([1, 2])[5]\nexcept Exception as e:\n    print(type(e).__name__)",
    "texts are no index": "try:\n    tf.constant([1, 2])['a']\nexcept TypeError as e:\n    print(e)\nprint(tf.constant([[1, 2]])[[0, 1]])",
    "shapes": "x = tf.zeros((2, 3, 4))\nprint(x.shape.as_list(), x.shape[0], x.shape[1:], len(x.shape))\nprint(x.get_shape(), x.ndim, tf.rank(x))",
    "shape objects": "s = tf.TensorShape([None, 3])\nprint(s, repr(s), s.rank, s.as_list(), s[1])\nprint(tf.TensorShape([1, 2]).concatenate([3]))",
    "tf.shape": "x = tf.zeros((2, 3))\nprint(tf.shape(x), tf.size(x))\nprint(tf.reshape(x, (tf.shape(x)[1], -1)).shape)",
    "reductions": "x = tf.constant([[1.0, 2.0], [3.0, 5.0]])\nprint(tf.reduce_sum(x), tf.reduce_mean(x, axis=0), tf.reduce_max(x, axis=1))\nprint(tf.argmax(x, axis=1))",
    "a mean of whole numbers": "print(tf.reduce_mean([1, 2]))\nprint(tf.reduce_sum(tf.constant([1, 2], tf.int64)))",
    "joining": "a = tf.constant([[1, 2]]); b = tf.constant([[3, 4]])\nprint(tf.concat([a, b], 0))\nprint(tf.stack([a, b]).shape)\nprint(tf.split(tf.range(6), 3))",
    "one hot": "print(tf.one_hot([0, 2], 3))\nprint(tf.one_hot(1, 2, on_value=5, off_value=0))",
    "where": "x = tf.constant([1, -2, 3])\nprint(tf.where(x > 0, x, 0))\nprint(tf.where(x > 0))",
    "gather": "x = tf.constant([[1, 2], [3, 4], [5, 6]])\nprint(tf.gather(x, [0, 2]))\nprint(tf.gather_nd(x, [[0, 1], [2, 0]]))\nprint(tf.boolean_mask(x, [True, False, True]))",
    "scatter": "print(tf.tensor_scatter_nd_update([1, 2, 3], [[1]], [9]))\nprint(tf.scatter_nd([[0], [2]], [5, 6], [4]))",
    "linspace and range": "print(tf.linspace(0.0, 1.0, 5))\nprint(tf.range(2, 10, 3), tf.range(3.0))",
    "sorting": "x = tf.constant([3.0, 1.0, 2.0])\nprint(tf.sort(x), tf.argsort(x, direction='DESCENDING'))\nv, i = tf.math.top_k(x, 2)\nprint(v, i)",
    "a variable": "v = tf.Variable([1.0, 2.0])\nprint(v)\nprint(repr(v), v.shape, v.dtype, v.trainable)",
    "assignments": "v = tf.Variable([1.0, 2.0])\nv.assign_add([1.0, 1.0]); print(v.numpy())\nv.assign([0.0, 0.0]); print(v.numpy())\nv[0].assign(5.0); print(v.numpy())\nprint(v + 1)",
    "an assignment that does not fit": "v = tf.Variable([1.0, 2.0])\ntry:\n    v.assign([1.0])\nexcept ValueError as e:\n    print(e)",
    "a gradient": "x = tf.Variable(3.0)\nwith tf.GradientTape() as tape:\n    y = x * x\nprint(tape.gradient(y, x))",
    "a watched constant": "x = tf.constant([1.0, 2.0])\nwith tf.GradientTape() as tape:\n    tape.watch(x)\n    y = tf.reduce_sum(x ** 3)\nprint(tape.gradient(y, x))",
    "no gradient": "x = tf.constant(3.0)\nwith tf.GradientTape() as tape:\n    y = x * x\nprint(tape.gradient(y, x))",
    "a gradient of several": "w = tf.Variable(2.0); b = tf.Variable(1.0)\nwith tf.GradientTape() as tape:\n    y = w * 3.0 + b\nprint(tape.gradient(y, {'w': w, 'b': b}))",
    "a second derivative": "x = tf.Variable(2.0)\nwith tf.GradientTape() as outer:\n    with tf.GradientTape() as inner:\n        y = x ** 3\n    d = inner.gradient(y, x)\nprint(d, outer.gradient(d, x))",
    "a tape used twice": "x = tf.Variable(1.0)\nwith tf.GradientTape() as tape:\n    y = x * 2\ntape.gradient(y, x)\ntry:\n    tape.gradient(y, x)\nexcept RuntimeError as e:\n    print(e)",
    "a persistent tape": "x = tf.Variable(2.0)\nwith tf.GradientTape(persistent=True) as tape:\n    y = x * x\n    z = y * y\nprint(tape.gradient(z, x), tape.gradient(y, x))",
    "a Jacobian": "x = tf.Variable([1.0, 2.0])\nwith tf.GradientTape() as tape:\n    y = x * x\nprint(tape.jacobian(y, x))",
    "stopped recording": "x = tf.Variable(2.0)\nwith tf.GradientTape() as tape:\n    y = x * x\n    with tape.stop_recording():\n        z = x * 3\nprint(tape.gradient(y, x))\nwith tf.GradientTape() as tape:\n    y = tf.stop_gradient(x) * x\nprint(tape.gradient(y, x))",
    "before the tape": "x = tf.Variable(2.0)\ny = x * x\nwith tf.GradientTape() as tape:\n    z = y * 3\nprint(tape.gradient(z, x))",
    "different types": "try:\n    tf.constant(1) + tf.constant(1.0)\nexcept tf.errors.InvalidArgumentError as e:\n    print(e.message)",
    "a number that does not fit": "try:\n    tf.constant(1.5, dtype=tf.int32)\nexcept TypeError as e:\n    print(e)\ntry:\n    tf.convert_to_tensor(tf.constant(1.0), dtype=tf.int32)\nexcept ValueError as e:\n    print(e)",
    "matrices that do not fit": "try:\n    tf.matmul(tf.ones((2, 3)), tf.ones((2, 3)))\nexcept tf.errors.InvalidArgumentError as e:\n    print(type(e).__name__, 'Matrix size-incompatible: In[0]: [2,3], In[1]: [2,3]' in e.message)",
    "ragged lists": "try:\n    tf.constant([[1], [2, 3]])\nexcept ValueError as e:\n    print(e)",
    "truth": "try:\n    if tf.constant([1, 2]):\n        pass\nexcept ValueError as e:\n    print(e)\nprint(bool(tf.constant(1)), int(tf.constant(2.7)), float(tf.constant(3)))",
    "loops over a tensor": "for row in tf.constant([[1, 2], [3, 4]]):\n    print(row)\nprint(len(tf.zeros((3, 2))))\ntry:\n    iter(tf.constant(1))\nexcept TypeError as e:\n    print(e)",
    "formatting": "x = tf.constant(3.14159)\nprint(f'{x:.2f} {x}', '%.3f' % x, '{}'.format(tf.constant([1, 2])))",
    "tf.print": "tf.print('loss:', tf.constant(0.25), output_stream=sys.stdout)\ntf.print(tf.range(10), tf.zeros((2, 2)), output_stream=sys.stdout)\ntf.print({'a': tf.constant(1)}, [tf.constant('b')], sep='|', output_stream=sys.stdout)",
    "tf.print of floats": "tf.print(tf.constant([1 / 3, 1e-7, 123456.7, 2.0, 1e8]), summarize=-1, output_stream=sys.stdout)",
    "a function": "@tf.function\ndef f(x):\n    print('tracing')\n    return x * 2\nprint(f(tf.constant(1)), f(tf.constant(2)), f(tf.constant([1.0])))\nprint(f(tf.constant(3)))",
    "a signature": "@tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])\ndef f(x):\n    print('tracing')\n    return tf.reduce_sum(x)\nprint(f(tf.constant([1.0, 2.0])), f(tf.constant([1.0])))\ntry:\n    f(tf.constant([1]))\nexcept TypeError as e:\n    print('refused')",
    "a function with state": "v = tf.Variable(0)\n@tf.function\ndef count():\n    v.assign_add(1)\n    return v\nfor _ in range(4):\n    print(count())\nprint(v.numpy())",
    "a while loop": "i, x = tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2), (tf.constant(0), tf.constant(1)))\nprint(i, x)",
    "map and scan": "print(tf.map_fn(lambda t: t * t, tf.constant([1, 2, 3])))\nprint(tf.scan(lambda a, t: a + t, tf.constant([1, 2, 3])))",
    "a tensor array": "ta = tf.TensorArray(tf.float32, size=3)\nfor i in range(3):\n    ta = ta.write(i, float(i))\nprint(ta.stack())",
    "einsum": "print(tf.einsum('ij,jk->ik', tf.ones((2, 3)), tf.ones((3, 2))))",
    "losses": "y = tf.constant([[0.0, 1.0]]); p = tf.constant([[0.25, 0.75]])\nprint(tf.reduce_mean(tf.square(y - p)))\nprint(tf.nn.softmax([[1.0, 1.0]]))\nprint(tf.nn.sigmoid_cross_entropy_with_logits(labels=[1.0], logits=[0.0]))",
    "a confusion matrix": "print(tf.math.confusion_matrix([1, 2, 0], [1, 0, 0]))",
    "ragged": "r = tf.ragged.constant([[1, 2], [3]])\nprint(r)\nprint(r.to_tensor(), r.shape)",
    "strings": "print(tf.strings.upper(['ab']), tf.strings.split('a b'), tf.strings.join(['a', 'b'], '-'))\nprint(tf.strings.regex_replace('a1b', '[0-9]', '#'))",
    "a data set": "ds = tf.data.Dataset.from_tensor_slices([1, 2, 3]).map(lambda x: x * 2).batch(2)\nfor b in ds:\n    print(b)\nprint(ds.element_spec)",
    "pairs of a data set": "ds = tf.data.Dataset.from_tensor_slices((np.arange(4).reshape(2, 2), ['a', 'b']))\nfor x, y in ds:\n    print(x, y.numpy())\nprint(list(ds.map(lambda x, y: tf.reduce_sum(x)).as_numpy_iterator()))",
    "a module": "class M(tf.Module):\n    def __init__(self):\n        super().__init__()\n        self.w = tf.Variable(2.0, name='w')\n    def __call__(self, x):\n        return self.w * x\nm = M()\nprint(m(3.0), len(m.trainable_variables), m.trainable_variables[0].name)",
    "identity of tensors": "x = tf.constant(1)\nprint(x.ref() == x.ref(), tf.is_tensor(x), isinstance(x, tf.Tensor), isinstance(tf.Variable(1), tf.Tensor))\nprint(sum([tf.constant(1), tf.constant(2)]), max(tf.constant([1, 3, 2])))",
}


def run(code, tf):
    """What a snippet writes to standard output and standard error."""
    import numpy as np

    # A real file, since AutoGraph wants to read the source.
    with tempfile.TemporaryFile() as file, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "snippet.py")
        with open(path, "w", encoding="utf-8") as source:
            source.write(code)
        kept = [os.dup(1), os.dup(2)]
        streams = sys.stdout, sys.stderr
        try:
            for stream in streams:
                stream.flush()
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            sys.stdout = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
            sys.stderr = sys.stdout
            try:
                exec(compile(code, path, "exec"), {"tf": tf, "np": np, "sys": sys, "__name__": "__main__"})
            except Exception as error:
                print("".join(traceback.format_exception_only(error)))
            sys.stdout.close()
        finally:
            sys.stdout, sys.stderr = streams
            for number, saved in zip((1, 2), kept):
                os.dup2(saved, number)
                os.close(saved)
        file.seek(0)
        return file.read().decode("utf-8")


if __name__ == "__main__":
    import tensorflow

    print(json.dumps({name: run(code, tensorflow) for name, code in SNIPPETS.items()}))
