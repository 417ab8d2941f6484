"""A model for the command line: wubu train digits --model examples/own_model.py:make_model"""

import wubu as keras
from wubu import layers


def make_model(input_shape, num_classes):
    """A wide and a narrow path through the picture, added at the end."""
    inputs = keras.Input(input_shape)
    flat = layers.Flatten()(inputs)
    deep = flat
    for _ in range(2):
        deep = layers.Dense(64, use_bias=False)(deep)
        deep = layers.BatchNormalization()(deep)
        deep = layers.Activation("relu")(deep)
    logits = layers.Add()([layers.Dense(num_classes)(flat), layers.Dense(num_classes)(deep)])
    return keras.Model(inputs, layers.Softmax()(logits), name="wide_and_deep")
