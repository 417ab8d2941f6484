"""Softmax regression as the first tutorial had it (TensorFlow 1.0)."""
from __future__ import absolute_import, division, print_function

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
centers = rng.rand(10, 784)
labels = np.arange(200) % 10
images = (centers[labels] + 0.1 * rng.randn(200, 784)).astype(np.float32)
one_hot = np.eye(10, dtype=np.float32)[labels]

x = tf.placeholder(tf.float32, [None, 784])
W = tf.Variable(tf.zeros([784, 10]))
b = tf.Variable(tf.zeros([10]))
y = tf.matmul(x, W) + b
y_ = tf.placeholder(tf.float32, [None, 10])
cross_entropy = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y_, logits=y))
train_step = tf.train.GradientDescentOptimizer(0.5).minimize(cross_entropy)

sess = tf.InteractiveSession()
tf.global_variables_initializer().run()
for i in range(60):
    batch = rng.permutation(200)[:50]
    sess.run(train_step, feed_dict={x: images[batch], y_: one_hot[batch]})
correct_prediction = tf.equal(tf.argmax(y, 1), tf.argmax(y_, 1))
accuracy = tf.reduce_mean(tf.cast(correct_prediction, tf.float32))
found = sess.run(accuracy, feed_dict={x: images, y_: one_hot})
print(found)
assert found > 0.95, found
print(accuracy.eval(feed_dict={x: images, y_: one_hot}), W.eval().shape)
sess.close()
