"""Pictures in folders, augmented within the model, and one picture predicted (TensorFlow 2.8)."""
import os
import pathlib

import numpy as np
import PIL.Image
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

data_dir = pathlib.Path('flower_photos')
for c, name in enumerate(['daisy', 'roses', 'tulips']):
    os.makedirs(data_dir / name)
    for i in range(12):
        pixels = (np.random.rand(40, 36, 3) * 60 + np.eye(3)[c] * 150).astype('uint8')
        PIL.Image.fromarray(pixels).save(str(data_dir / name / ('%d.jpg' % i)))
assert len(list(data_dir.glob('*/*.jpg'))) == 36

batch_size, img_height, img_width = 8, 32, 32
train_ds = tf.keras.utils.image_dataset_from_directory(
    data_dir, validation_split=0.25, subset='training', seed=123, image_size=(img_height, img_width), batch_size=batch_size)
val_ds = tf.keras.utils.image_dataset_from_directory(
    data_dir, validation_split=0.25, subset='validation', seed=123, image_size=(img_height, img_width), batch_size=batch_size)
class_names = train_ds.class_names
print(class_names)
for image_batch, labels_batch in train_ds:
    print(image_batch.shape, labels_batch.shape)
    break
normalization_layer = layers.Rescaling(1. / 255)
normalized_ds = train_ds.map(lambda x, y: (normalization_layer(x), y))
image_batch, labels_batch = next(iter(normalized_ds))
assert 0 <= np.min(image_batch[0]) and np.max(image_batch[0]) <= 1
AUTOTUNE = tf.data.AUTOTUNE
train_ds = train_ds.cache().shuffle(1000).prefetch(buffer_size=AUTOTUNE)
val_ds = val_ds.cache().prefetch(buffer_size=AUTOTUNE)

data_augmentation = keras.Sequential([
    layers.RandomFlip('horizontal', input_shape=(img_height, img_width, 3)),
    layers.RandomRotation(0.1),
    layers.RandomZoom(0.1),
])
model = tf.keras.Sequential([
    data_augmentation,
    layers.Rescaling(1. / 255),
    layers.Conv2D(8, 3, padding='same', activation='relu'),
    layers.MaxPooling2D(),
    layers.Conv2D(16, 3, padding='same', activation='relu'),
    layers.MaxPooling2D(),
    layers.Dropout(0.2),
    layers.Flatten(),
    layers.Dense(16, activation='relu'),
    layers.Dense(len(class_names), name='outputs'),
])
model.compile(optimizer='adam', loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=['accuracy'])
model.summary()
history = model.fit(train_ds, validation_data=val_ds, epochs=4, verbose=2)
acc, val_acc = history.history['accuracy'], history.history['val_accuracy']

img = tf.keras.utils.load_img(str(data_dir / 'roses' / '0.jpg'), target_size=(img_height, img_width))
img_array = tf.keras.utils.img_to_array(img)
img_array = tf.expand_dims(img_array, 0)
predictions = model.predict(img_array)
score = tf.nn.softmax(predictions[0])
print('This image most likely belongs to {} with a {:.2f} percent confidence.'.format(
    class_names[np.argmax(score)], 100 * np.max(score)))

list_ds = tf.data.Dataset.list_files(str(data_dir / '*/*'), shuffle=False).shuffle(36, reshuffle_each_iteration=False)
names = np.array(sorted([item.name for item in data_dir.glob('*') if item.name != 'LICENSE.txt']))


def get_label(file_path):
    parts = tf.strings.split(file_path, os.path.sep)
    return tf.argmax(parts[-2] == names)


def process_path(file_path):
    img = tf.io.decode_jpeg(tf.io.read_file(file_path), channels=3)
    return tf.image.resize(img, [img_height, img_width]), get_label(file_path)


ds = list_ds.map(process_path, num_parallel_calls=AUTOTUNE).cache().batch(batch_size).prefetch(buffer_size=AUTOTUNE)
for image, label in ds.take(1):
    print('Image shape: ', image.numpy().shape, 'Label: ', label.numpy())
model.fit(ds, epochs=1, verbose=0)
