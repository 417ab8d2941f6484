"""A transformer block, sequences from a PyDataset, and numbers drawn from a SeedGenerator (Keras 3)."""
import keras
import numpy as np
from keras import layers, ops


class TransformerBlock(layers.Layer):
    def __init__(self, embed_dim, num_heads, ff_dim, rate=0.1):
        super().__init__()
        self.att = layers.MultiHeadAttention(num_heads=num_heads, key_dim=embed_dim)
        self.ffn = keras.Sequential([layers.Dense(ff_dim, activation="relu"), layers.Dense(embed_dim)])
        self.layernorm1 = layers.LayerNormalization(epsilon=1e-6)
        self.layernorm2 = layers.LayerNormalization(epsilon=1e-6)
        self.dropout1 = layers.Dropout(rate)
        self.dropout2 = layers.Dropout(rate)

    def call(self, inputs, training=None):
        attn_output = self.att(inputs, inputs)
        attn_output = self.dropout1(attn_output, training=training)
        out1 = self.layernorm1(inputs + attn_output)
        ffn_output = self.ffn(out1)
        ffn_output = self.dropout2(ffn_output, training=training)
        return self.layernorm2(out1 + ffn_output)


class TokenAndPositionEmbedding(layers.Layer):
    def __init__(self, maxlen, vocab_size, embed_dim):
        super().__init__()
        self.token_emb = layers.Embedding(input_dim=vocab_size, output_dim=embed_dim)
        self.pos_emb = layers.Embedding(input_dim=maxlen, output_dim=embed_dim)

    def call(self, x):
        maxlen = ops.shape(x)[-1]
        positions = ops.arange(start=0, stop=maxlen, step=1)
        positions = self.pos_emb(positions)
        x = self.token_emb(x)
        return x + positions


class Noisy(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(1337)

    def call(self, x, training=False):
        if not training:
            return x
        return keras.random.dropout(x + keras.random.normal(ops.shape(x), stddev=0.01, seed=self.seed_generator), 0.1,
                                    seed=self.seed_generator)


class Reviews(keras.utils.PyDataset):
    def __init__(self, x, y, batch_size, **kwargs):
        super().__init__(**kwargs)
        self.x, self.y, self.batch_size = x, y, batch_size

    def __len__(self):
        return -(-len(self.x) // self.batch_size)

    def __getitem__(self, idx):
        part = slice(idx * self.batch_size, (idx + 1) * self.batch_size)
        return self.x[part], self.y[part]


@keras.saving.register_keras_serializable(package="my_package")
class F1(keras.metrics.Metric):
    def __init__(self, name="f1", **kwargs):
        super().__init__(name=name, **kwargs)
        self.tp = self.add_variable(shape=(), initializer="zeros", name="tp")
        self.wrong = self.add_variable(shape=(), initializer="zeros", name="wrong")

    def update_state(self, y_true, y_pred, sample_weight=None):
        found = ops.argmax(y_pred, axis=1)
        true = ops.cast(ops.squeeze(y_true) if len(y_true.shape) > 1 else y_true, found.dtype)
        self.tp.assign_add(ops.sum(ops.cast(ops.logical_and(found == 1, true == 1), "float32")))
        self.wrong.assign_add(ops.sum(ops.cast(ops.not_equal(found, true), "float32")))

    def result(self):
        return 2 * self.tp / (2 * self.tp + self.wrong + keras.config.epsilon())


rng = np.random.default_rng(0)
x = rng.integers(2, 20, (96, 10))
y = rng.integers(0, 2, 96)
x[y == 1, 3] = 1
inputs = layers.Input(shape=(10,))
h = TokenAndPositionEmbedding(10, 20, 16)(inputs)
h = TransformerBlock(16, 2, 16)(h)
h = Noisy()(h)
h = layers.GlobalAveragePooling1D()(h)
h = layers.Dropout(0.1)(h)
outputs = layers.Dense(2, activation="softmax")(layers.Dense(8, activation="relu")(h))
model = keras.Model(inputs=inputs, outputs=outputs)
model.compile(optimizer=keras.optimizers.AdamW(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy", F1()])
history = model.fit(Reviews(x, y, 16, workers=1), epochs=4, validation_data=(x, y), verbose=0)
assert history.history["loss"][-1] < history.history["loss"][0] and "val_f1" in history.history
print(model.evaluate(x, y, verbose=0, return_dict=True))
