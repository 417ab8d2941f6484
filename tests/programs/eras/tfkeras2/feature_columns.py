"""Structured data by feature columns (TensorFlow 2.0)."""
from __future__ import absolute_import, division, print_function, unicode_literals

import numpy as np
import tensorflow as tf
from tensorflow import feature_column
from tensorflow.keras import layers

rng = np.random.RandomState(0)
n = 192
data = {'age': rng.randint(20, 80, n), 'chol': rng.rand(n).astype('float32'), 'thal': rng.choice(['fixed', 'normal', 'reversible'], n)}
target = ((data['age'] > 50) ^ (data['thal'] == 'normal')).astype('int64')


def df_to_dataset(features, labels, shuffle=True, batch_size=32):
    ds = tf.data.Dataset.from_tensor_slices((dict(features), labels))
    if shuffle:
        ds = ds.shuffle(buffer_size=len(labels))
    return ds.batch(batch_size)


train_ds = df_to_dataset(data, target)
val_ds = df_to_dataset(data, target, shuffle=False)
for feature_batch, label_batch in train_ds.take(1):
    print('Every feature:', list(feature_batch.keys()))
    print('A batch of ages:', feature_batch['age'])
    example_batch = feature_batch


def demo(column):
    feature_layer = layers.DenseFeatures(column)
    return feature_layer(example_batch).numpy()


age = feature_column.numeric_column('age')
age_buckets = feature_column.bucketized_column(age, boundaries=[30, 40, 50, 60, 70])
thal = feature_column.categorical_column_with_vocabulary_list('thal', ['fixed', 'normal', 'reversible'])
thal_one_hot = feature_column.indicator_column(thal)
thal_embedding = feature_column.embedding_column(thal, dimension=8)
thal_hashed = feature_column.categorical_column_with_hash_bucket('thal', hash_bucket_size=100)
crossed_feature = feature_column.crossed_column([age_buckets, thal], hash_bucket_size=100)
assert demo(age).shape == (32, 1) and demo(age_buckets).sum() == 32 and demo(thal_one_hot).shape == (32, 3)
assert demo(thal_embedding).shape == (32, 8) and demo(feature_column.indicator_column(thal_hashed)).sum() == 32
assert (demo(feature_column.indicator_column(crossed_feature)).sum(1) == 1).all()

feature_columns = [feature_column.numeric_column(header) for header in ['chol']]
feature_columns += [age_buckets, thal_one_hot, thal_embedding, feature_column.indicator_column(crossed_feature)]
feature_layer = tf.keras.layers.DenseFeatures(feature_columns)
model = tf.keras.Sequential([
    feature_layer,
    layers.Dense(32, activation='relu'),
    layers.Dense(32, activation='relu'),
    layers.Dense(1),
])
model.compile(optimizer='adam', loss=tf.keras.losses.BinaryCrossentropy(from_logits=True), metrics=['accuracy'])
history = model.fit(train_ds, validation_data=val_ds, epochs=6, verbose=0)
loss, accuracy = model.evaluate(val_ds, verbose=0)
print('Accuracy', accuracy)
assert history.history['loss'][-1] < history.history['loss'][0]
