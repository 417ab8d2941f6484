# Keras 3: TextVectorization, a transformer block of keras.layers and keras.ops, masks
import keras
import numpy as np
from keras import layers, ops

texts = np.array(["a good film", "a bad film", "good good", "bad"] * 8)
labels = np.array([1, 0, 1, 0] * 8)
vectorize = layers.TextVectorization(max_tokens=20, output_sequence_length=6)
vectorize.adapt(texts)
x = np.asarray(vectorize(texts)).astype("int32")
print(vectorize.get_vocabulary()[:4])


class TransformerBlock(layers.Layer):
    def __init__(self, embed_dim, num_heads, ff_dim, rate=0.1):
        super().__init__()
        self.att = layers.MultiHeadAttention(num_heads=num_heads, key_dim=embed_dim)
        self.ffn = keras.Sequential([layers.Dense(ff_dim, activation="relu"), layers.Dense(embed_dim)])
        self.layernorm1 = layers.LayerNormalization(epsilon=1e-6)
        self.layernorm2 = layers.LayerNormalization(epsilon=1e-6)
        self.dropout = layers.Dropout(rate)

    def call(self, inputs):
        out1 = self.layernorm1(inputs + self.dropout(self.att(inputs, inputs)))
        return self.layernorm2(out1 + self.ffn(out1))


class TokenAndPositionEmbedding(layers.Layer):
    def __init__(self, maxlen, vocab_size, embed_dim):
        super().__init__()
        self.token_emb = layers.Embedding(input_dim=vocab_size, output_dim=embed_dim)
        self.pos_emb = layers.Embedding(input_dim=maxlen, output_dim=embed_dim)

    def call(self, x):
        positions = ops.arange(start=0, stop=ops.shape(x)[-1], step=1)
        return self.token_emb(x) + self.pos_emb(positions)


inputs = layers.Input(shape=(6,), dtype="int32")
hidden = TransformerBlock(8, 2, 16)(TokenAndPositionEmbedding(6, 20, 8)(inputs))
outputs = layers.Dense(2, activation="softmax")(layers.GlobalAveragePooling1D()(hidden))
model = keras.Model(inputs, outputs)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
losses = model.fit(x, labels, batch_size=8, epochs=3, verbose=0).history["loss"]
print(losses)
assert losses[-1] < losses[0]
