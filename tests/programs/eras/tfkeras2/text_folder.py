"""Reviews in folders, cleaned and counted by a layer that goes into the exported model (TensorFlow 2.8)."""
import os
import re
import string

import tensorflow as tf
from tensorflow.keras import layers, losses

words = {'neg': 'awful boring <br />bad, dull waste', 'pos': 'great lovely fun! superb joy'}
for split in ('train', 'test'):
    for name, text in words.items():
        os.makedirs(os.path.join('aclImdb', split, name))
        for i in range(24):
            with open(os.path.join('aclImdb', split, name, '%d.txt' % i), 'w') as f:
                f.write(' '.join(text.split()[j % 5] for j in range(i, i + 6)))

batch_size, seed = 8, 42
raw_train_ds = tf.keras.utils.text_dataset_from_directory(
    'aclImdb/train', batch_size=batch_size, validation_split=0.25, subset='training', seed=seed)
raw_val_ds = tf.keras.utils.text_dataset_from_directory(
    'aclImdb/train', batch_size=batch_size, validation_split=0.25, subset='validation', seed=seed)
raw_test_ds = tf.keras.utils.text_dataset_from_directory('aclImdb/test', batch_size=batch_size)
for text_batch, label_batch in raw_train_ds.take(1):
    for i in range(2):
        print('Review', text_batch.numpy()[i], 'Label', label_batch.numpy()[i])
print('Label 0 corresponds to', raw_train_ds.class_names[0])


def custom_standardization(input_data):
    lowercase = tf.strings.lower(input_data)
    stripped_html = tf.strings.regex_replace(lowercase, '<br />', ' ')
    return tf.strings.regex_replace(stripped_html, '[%s]' % re.escape(string.punctuation), '')


max_features, sequence_length = 100, 10
vectorize_layer = layers.TextVectorization(
    standardize=custom_standardization, max_tokens=max_features, output_mode='int', output_sequence_length=sequence_length)
train_text = raw_train_ds.map(lambda x, y: x)
vectorize_layer.adapt(train_text)


def vectorize_text(text, label):
    text = tf.expand_dims(text, -1)
    return vectorize_layer(text), label


text_batch, label_batch = next(iter(raw_train_ds))
first_review, first_label = text_batch[0], label_batch[0]
print('Review', first_review)
print('Vectorized review', vectorize_text(first_review, first_label))
print('3 ---> ', vectorize_layer.get_vocabulary()[3], len(vectorize_layer.get_vocabulary()))
AUTOTUNE = tf.data.AUTOTUNE
train_ds = raw_train_ds.map(vectorize_text).cache().prefetch(buffer_size=AUTOTUNE)
val_ds = raw_val_ds.map(vectorize_text).cache().prefetch(buffer_size=AUTOTUNE)
test_ds = raw_test_ds.map(vectorize_text).cache().prefetch(buffer_size=AUTOTUNE)

model = tf.keras.Sequential([
    layers.Embedding(max_features + 1, 8), layers.Dropout(0.2), layers.GlobalAveragePooling1D(), layers.Dropout(0.2),
    layers.Dense(1)])
model.compile(loss=losses.BinaryCrossentropy(from_logits=True), optimizer=tf.keras.optimizers.Adam(0.05),
              metrics=tf.metrics.BinaryAccuracy(threshold=0.0))
history = model.fit(train_ds, validation_data=val_ds, epochs=8, verbose=0)
loss, accuracy = model.evaluate(test_ds)
assert accuracy > 0.9 and 'val_binary_accuracy' in history.history

export_model = tf.keras.Sequential([vectorize_layer, model, layers.Activation('sigmoid')])
export_model.compile(loss=losses.BinaryCrossentropy(from_logits=False), optimizer='adam', metrics=['accuracy'])
loss, accuracy = export_model.evaluate(raw_test_ds)
print(accuracy)
found = export_model.predict(tf.constant(['great, lovely fun!', 'The movie was awful bad']))
assert found[0] > 0.5 > found[1], found
