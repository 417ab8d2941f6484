"""Data sets as pipelines: tf.data's methods on torch tensors."""
