"""Writes what tf.keras 2 writes, in every format; run by an interpreter that has tensorflow and tf_keras.

    python generate.py FOLDER

For every model: ``whole.h5``, ``whole.keras``, ``saved_model/``, ``weights.h5``, ``ckpt``, ``architecture.json``; inputs and
predictions; and the weights after ten further steps on known batches.
"""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
import tf_keras as keras

layers = keras.layers


def stack():
    return keras.Sequential(
        [
            layers.Dense(5, activation="relu", input_shape=(6,), kernel_regularizer="l2"),
            layers.BatchNormalization(momentum=0.9),
            layers.Dropout(0.0),
            layers.Dense(3, activation="softmax"),
        ]
    )


def convolutional():
    return keras.Sequential(
        [
            layers.InputLayer((9, 8, 2)),
            layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
            layers.ZeroPadding2D(1),
            layers.Conv2D(3, (2, 3), use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.1),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


def shared_and_nested():
    inner_input = keras.Input((4,))
    inner = keras.Model(inner_input, layers.Dense(3, activation="tanh")(layers.Dense(4)(inner_input)), name="inner")
    tower = keras.Sequential([layers.Dense(4, activation="relu"), layers.BatchNormalization()], name="tower")
    left, right = keras.Input((5,), name="left"), keras.Input((5,), name="right")
    both = layers.Dense(4, name="both")
    a, b = both(left), both(right)
    joined = layers.Concatenate()([inner(a), inner(b), tower(layers.Add()([a, b]))])
    return keras.Model([left, right], layers.Dense(2)(joined))


def several_outputs():
    first, second = keras.Input((3,), name="first"), keras.Input((4,), name="second")
    middle = layers.Concatenate()([layers.Dense(4)(first), layers.Dense(4)(second)])
    middle = layers.Activation("relu")(middle)
    outputs = {"mean": layers.Dense(1, name="mean")(middle), "kind": layers.Dense(3, name="kind")(middle)}
    return keras.Model({"first": first, "second": second}, outputs)


def recurrent():
    return keras.Sequential(
        [
            layers.Embedding(11, 4, input_length=7),
            layers.Bidirectional(layers.GRU(3, return_sequences=True)),
            layers.LSTM(4, return_sequences=True, recurrent_activation="hard_sigmoid"),
            layers.GRU(3, return_sequences=True, reset_after=False),
            layers.SimpleRNN(3),
            layers.Dense(2),
        ]
    )


def functions():
    """TensorFlow's functions in the graph."""
    inputs = keras.Input((6,))
    x = layers.Dense(4)(inputs)
    x = tf.nn.relu(x * 2.0 + 1.0) - 0.5
    x = 1.0 - x[:, :3]
    x = tf.concat([x, tf.reduce_mean(x, axis=1, keepdims=True)], axis=-1)
    return keras.Model(inputs, layers.Dense(2)(tf.math.tanh(x)))


def many_layers():
    """Layers whose weights or arguments have names of their own."""
    image, sequence = keras.Input((8, 8, 3), name="image"), keras.Input((6, 4), name="sequence")
    x = layers.SeparableConv2D(4, 3)(image)
    x = layers.DepthwiseConv2D(2, depth_multiplier=2)(x)
    x = layers.Conv2DTranspose(3, 2, strides=2)(layers.PReLU(shared_axes=[1, 2])(x))
    x = layers.LayerNormalization()(layers.UpSampling2D(2, interpolation="bilinear")(x))
    x = layers.GroupNormalization(1)(x)
    x = layers.GlobalMaxPooling2D()(layers.Cropping2D(1)(x))
    y = layers.MultiHeadAttention(2, 3)(sequence, sequence)
    y = layers.Conv1D(4, 3, padding="causal")(layers.Add()([y, sequence]))
    y = layers.TimeDistributed(layers.Dense(3, activation="hard_sigmoid"))(y)
    y = layers.Bidirectional(layers.LSTM(3), merge_mode="ave")(y)
    z = layers.Concatenate()([x, y])
    z = layers.ELU(0.5)(layers.Rescaling(0.5, offset=0.1)(z))
    return keras.Model([image, sequence], layers.Dense(2)(layers.UnitNormalization()(z)))


class Subclass(keras.Model):
    """Layers in attributes, lists and dicts, and a weight of the model's own."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.first = layers.Dense(4, activation="relu")
        self.blocks = [layers.Dense(4), layers.BatchNormalization()]
        self.heads = {"a": layers.Dense(2), "b": layers.Dense(2)}
        self._hidden = layers.Dense(4)
        self.scale = self.add_weight(shape=(2,), initializer="ones", name="scale")

    def call(self, x, training=None):
        x = self._hidden(self.first(x))
        x = self.blocks[1](self.blocks[0](x), training=training)
        return (self.heads["a"](x) + self.heads["b"](x)) * self.scale


def subclass():
    model = Subclass()
    model(np.zeros((1, 6), "float32"))
    return model


MODELS = {
    f.__name__: f
    for f in (stack, convolutional, shared_and_nested, several_outputs, recurrent, functions, many_layers, subclass)
}


def batch(name, seed, rows=8):
    r = np.random.default_rng(seed)

    def normal(*shape):
        return r.normal(size=(rows, *shape)).astype("float32")

    if name == "stack":
        return normal(6), r.integers(0, 3, (rows, 1))
    if name == "convolutional":
        return normal(9, 8, 2), normal(2)
    if name == "shared_and_nested":
        return [normal(5), normal(5)], normal(2)
    if name == "several_outputs":
        return {"first": normal(3), "second": normal(4)}, {"mean": normal(1), "kind": normal(3)}
    if name in ("functions", "subclass"):
        return normal(6), normal(2)
    if name == "many_layers":
        return [normal(8, 8, 3), normal(6, 4)], normal(2)
    return r.integers(0, 11, (rows, 7)).astype("int32"), normal(2)


def compile_like(name, model, optimizer):
    if name == "stack":
        model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    elif name == "several_outputs":
        losses = {"mean": "mse", "kind": keras.losses.Huber()}
        metrics = {"mean": ["mae", keras.metrics.RootMeanSquaredError()], "kind": ["mse"]}
        model.compile(optimizer, losses, metrics=metrics, loss_weights={"mean": 1.0, "kind": 0.5})
    else:
        model.compile(optimizer, "mse", metrics=["mae"])


def train(model, name, seeds):
    for seed in seeds:
        model.train_on_batch(*batch(name, seed))


def flat(value):
    if isinstance(value, dict):
        return [value[k] for k in sorted(value)]
    return list(value) if isinstance(value, (list, tuple)) else [value]


def arrays(values):
    return {str(i): np.asarray(v) for i, v in enumerate(values)}


def write(folder, name, model, formats):
    os.makedirs(folder, exist_ok=True)
    x, _ = batch(name, 999)
    np.savez(f"{folder}/predictions.npz", **arrays(flat(model.predict(x, verbose=0))))
    np.savez(f"{folder}/weights.npz", **arrays(model.get_weights()))
    if "h5" in formats:
        model.save(f"{folder}/whole.h5")
    if "keras" in formats:
        model.save(f"{folder}/whole.keras")
    if "saved_model" in formats:
        model.save(f"{folder}/saved_model", save_format="tf")
    model.save_weights(f"{folder}/weights.h5")
    model.save_weights(f"{folder}/ckpt")
    if name == "subclass":
        train(model, name, range(100, 110))
        np.savez(f"{folder}/after.npz", **arrays(model.get_weights()))
        return
    with open(f"{folder}/architecture.json", "w") as file:
        file.write(model.to_json())
    train(model, name, range(100, 110))
    np.savez(f"{folder}/after.npz", **arrays(model.get_weights()))


def optimizers():
    o, old = keras.optimizers, keras.optimizers.legacy
    return {
        "SGD": o.SGD(0.05, momentum=0.9, nesterov=True),
        "RMSprop": o.RMSprop(momentum=0.5, centered=True),
        "Adam": o.Adam(amsgrad=True),
        "AdamW": o.AdamW(weight_decay=0.02),
        "Adagrad": o.Adagrad(0.05),
        "Adadelta": o.Adadelta(1.0),
        "Adamax": o.Adamax(),
        "Nadam": o.Nadam(),
        "Ftrl": o.Ftrl(0.05, l2_regularization_strength=0.01),
        "Lion": o.Lion(1e-3),
        "Schedule": o.SGD(o.schedules.ExponentialDecay(0.1, 3, 0.5), momentum=0.9),
        "legacy SGD": old.SGD(0.05, momentum=0.9),
        "legacy RMSprop": old.RMSprop(momentum=0.5, centered=True),
        "legacy Adam": old.Adam(amsgrad=True),
        "legacy Adagrad": old.Adagrad(0.05),
        "legacy Adadelta": old.Adadelta(1.0),
        "legacy Adamax": old.Adamax(),
        "legacy Ftrl": old.Ftrl(0.05),
        "legacy decay": old.Adam(0.01, decay=0.1),
    }


def partitioned(folder):
    """Variables in pieces: of a parameter server's kind in a graph of objects, and of TensorFlow 1 by name."""
    from tensorflow.python.distribute.sharded_variable import ShardedVariable

    os.makedirs(folder, exist_ok=True)
    kernel = np.random.default_rng(0).normal(size=(6, 5)).astype("float32")
    whole = ShardedVariable([tf.Variable(kernel[:2]), tf.Variable(kernel[2:])], name="kernel")
    dense = tf.train.Checkpoint(kernel=whole, bias=tf.Variable(np.arange(5, dtype="float32")))
    tf.train.Checkpoint(**{"layer_with_weights-0": dense}).write(f"{folder}/objects")
    v1 = tf.compat.v1
    with tf.Graph().as_default():
        for name, shape, parts, axis in (("dense/kernel", (6, 5), 3, 0), ("wide", (4, 300), 3, 1)):
            v1.get_variable(name, shape, partitioner=v1.fixed_size_partitioner(parts, axis))
        v1.get_variable("dense/bias", (5,))
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            v1.train.Saver().save(session, f"{folder}/names")
    for file in ("objects", "names"):
        reader = tf.train.load_checkpoint(f"{folder}/{file}")
        keys = [k for k in reader.get_variable_to_shape_map() if k != "_CHECKPOINTABLE_OBJECT_GRAPH"]
        np.savez(f"{folder}/{file}.npz", **{k.replace("/", "|"): reader.get_tensor(k) for k in keys})


def main(folder):
    partitioned(f"{folder}/partitioned")
    for name, build in MODELS.items():
        tf.random.set_seed(1)
        model = build()
        compile_like(name, model, "adam")
        train(model, name, range(3))
        formats = ("saved_model",) if name == "subclass" else ("h5", "keras", "saved_model")
        write(f"{folder}/{name}", name, model, formats)
    for label, optimizer in optimizers().items():
        tf.random.set_seed(2)
        model = stack()
        compile_like("stack", model, optimizer)
        train(model, "stack", range(5))
        write(f"{folder}/optimizers/{label}", "stack", model, ("h5",))
    with open(f"{folder}/versions.json", "w") as file:
        json.dump({"tensorflow": tf.__version__, "tf_keras": keras.__version__}, file)


if __name__ == "__main__":
    main(sys.argv[1])
