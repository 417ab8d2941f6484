"""A pretrained network's features, then its last layers too, and pictures that fool it (TensorFlow 2.3)."""
import numpy as np
import tensorflow as tf

IMG_SIZE = (32, 32)
IMG_SHAPE = IMG_SIZE + (3,)
labels = np.arange(24) % 2
images = (np.random.rand(24, *IMG_SHAPE) * 120 + labels[:, None, None, None] * 100).astype('float32')
train_dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(8).prefetch(buffer_size=tf.data.experimental.AUTOTUNE)
data_augmentation = tf.keras.Sequential([
    tf.keras.layers.experimental.preprocessing.RandomFlip('horizontal'),
    tf.keras.layers.experimental.preprocessing.RandomRotation(0.2),
])
preprocess_input = tf.keras.applications.mobilenet_v2.preprocess_input
base_model = tf.keras.applications.MobileNetV2(input_shape=IMG_SHAPE, include_top=False, weights=None, alpha=0.35)
image_batch, label_batch = next(iter(train_dataset))
feature_batch = base_model(image_batch)
print(feature_batch.shape)
base_model.trainable = False
global_average_layer = tf.keras.layers.GlobalAveragePooling2D()
prediction_layer = tf.keras.layers.Dense(1)
inputs = tf.keras.Input(shape=IMG_SHAPE)
x = data_augmentation(inputs)
x = preprocess_input(x)
x = base_model(x, training=False)
x = global_average_layer(x)
x = tf.keras.layers.Dropout(0.2)(x)
outputs = prediction_layer(x)
model = tf.keras.Model(inputs, outputs)
base_learning_rate = 0.0001
model.compile(optimizer=tf.keras.optimizers.Adam(lr=base_learning_rate),
              loss=tf.keras.losses.BinaryCrossentropy(from_logits=True), metrics=['accuracy'])
assert len(model.trainable_variables) == 2
history = model.fit(train_dataset, epochs=1, verbose=0)
base_model.trainable = True
fine_tune_at = 150
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
model.compile(loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
              optimizer=tf.keras.optimizers.RMSprop(lr=base_learning_rate / 10), metrics=['accuracy'])
assert len(model.trainable_variables) > 2
history_fine = model.fit(train_dataset, epochs=1 + 1, initial_epoch=history.epoch[-1] + 1, verbose=0)
image_batch, label_batch = next(train_dataset.as_numpy_iterator())
predictions = model.predict_on_batch(image_batch).flatten()
predictions = tf.nn.sigmoid(predictions)
predictions = tf.where(predictions < 0.5, 0, 1)
print('Predictions:\n', predictions.numpy(), 'Labels:\n', label_batch)

loss_object = tf.keras.losses.BinaryCrossentropy(from_logits=True)
image = tf.convert_to_tensor(image_batch[:1])
with tf.GradientTape() as tape:
    tape.watch(image)
    loss = loss_object(label_batch[:1, None], model(image))
gradient = tape.gradient(loss, image)
signed_grad = tf.sign(gradient)
adv_x = tf.clip_by_value(image + 0.1 * signed_grad, 0, 255)
assert adv_x.shape == image.shape and not np.allclose(adv_x, image)
