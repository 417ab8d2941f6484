# tf.keras 2: the beginner's quickstart, a subclassed model, TensorBoard, checkpoints as .ckpt and a SavedModel folder
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers, models

tf.random.set_seed(0)
x = np.random.rand(64, 14, 14, 1).astype('float32')
y = np.random.randint(0, 4, 64)


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = layers.Conv2D(8, 3, activation='relu')
        self.pool = layers.MaxPool2D()
        self.flat = layers.Flatten()
        self.drop = layers.Dropout(0.2)
        self.out = layers.Dense(4)

    def call(self, x, training=False):
        x = self.flat(self.pool(self.conv(x)))
        return self.out(self.drop(x, training=training))


model = Net()
model.compile(optimizer=tf.keras.optimizers.Adam(lr=1e-3),
              loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=['accuracy'])
model.fit(x, y, epochs=2, batch_size=16)
model.evaluate(x, y, verbose=2)
model.summary()
model.save_weights('ckpt/net')
before = model.predict(x[:3])
other = Net()
other.build((None, 14, 14, 1))
other.load_weights('ckpt/net')
assert np.allclose(before, other.predict(x[:3]), atol=1e-5)

stack = models.Sequential([layers.Conv2D(4, (3, 3), activation=tf.nn.relu, input_shape=(14, 14, 1)),
                           layers.GlobalAveragePooling2D(), layers.Dense(4, activation=tf.nn.softmax)])
stack.compile('adam', 'sparse_categorical_crossentropy', ['accuracy'])
stack.fit(tf.data.Dataset.from_tensor_slices((x, y)).shuffle(64).batch(16).prefetch(tf.data.AUTOTUNE), epochs=1)
stack.save('saved')
again = tf.keras.models.load_model('saved')
assert np.allclose(again.predict(x[:2]), stack.predict(x[:2]), atol=1e-5)
print(tf.math.argmax(again.predict(x[:2]), axis=1).numpy())
