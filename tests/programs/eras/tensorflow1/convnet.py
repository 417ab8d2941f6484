"""A convolutional network of functions, with dropout, summaries and a saver (TensorFlow 1.3)."""
import os

import numpy as np
import tensorflow as tf

tf.set_random_seed(1)
rng = np.random.RandomState(0)
labels = np.arange(96) % 3
images = (rng.rand(96, 64) + labels[:, None] * 0.7).astype('float32')
one_hot = np.eye(3)[labels]


def weight_variable(shape):
    return tf.Variable(tf.truncated_normal(shape, stddev=0.1))


def bias_variable(shape):
    return tf.Variable(tf.constant(0.1, shape=shape))


def conv2d(x, W):
    return tf.nn.conv2d(x, W, strides=[1, 1, 1, 1], padding='SAME')


def max_pool_2x2(x):
    return tf.nn.max_pool(x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding='SAME')


with tf.name_scope('input'):
    x = tf.placeholder(tf.float32, shape=[None, 64], name='x')
    y_ = tf.placeholder(tf.float32, shape=[None, 3], name='y')
    keep_prob = tf.placeholder(tf.float32)
x_image = tf.reshape(x, [-1, 8, 8, 1])
h_conv1 = tf.nn.relu(conv2d(x_image, weight_variable([3, 3, 1, 8])) + bias_variable([8]))
h_pool1 = max_pool_2x2(h_conv1)
h_pool_flat = tf.reshape(h_pool1, [-1, 4 * 4 * 8])
h_fc1 = tf.nn.relu(tf.matmul(h_pool_flat, weight_variable([4 * 4 * 8, 16])) + bias_variable([16]))
h_fc1_drop = tf.nn.dropout(h_fc1, keep_prob)
with tf.variable_scope('softmax'):
    W = tf.get_variable('W', [16, 3], initializer=tf.contrib.layers.xavier_initializer())
    b = tf.get_variable('b', [3], initializer=tf.zeros_initializer())
y_conv = tf.matmul(h_fc1_drop, W) + b
cross_entropy = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y_, logits=y_conv))
global_step = tf.Variable(0, name='global_step', trainable=False)
rate = tf.train.exponential_decay(0.01, global_step, 50, 0.96, staircase=True)
train_step = tf.train.AdamOptimizer(rate).minimize(cross_entropy, global_step=global_step)
accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(y_conv, 1), tf.argmax(y_, 1)), tf.float32))
tf.summary.scalar('cross_entropy', cross_entropy)
tf.summary.histogram('weights', W)
merged = tf.summary.merge_all()
saver = tf.train.Saver()
config = tf.ConfigProto()
config.gpu_options.allow_growth = True
with tf.Session(config=config) as sess:
    writer = tf.summary.FileWriter('logs', sess.graph)
    sess.run(tf.global_variables_initializer())
    for i in range(30):
        at = rng.permutation(96)[:32]
        summary, _ = sess.run([merged, train_step], feed_dict={x: images[at], y_: one_hot[at], keep_prob: 0.8})
        writer.add_summary(summary, i)
    acc = sess.run(accuracy, {x: images, y_: one_hot, keep_prob: 1.0})
    print('step %d, accuracy %g' % (sess.run(global_step), acc))
    path = saver.save(sess, os.path.join('ckpt', 'model.ckpt'), global_step=global_step)
    writer.close()
    assert acc > 0.8 and sess.run(global_step) == 30
with tf.Session() as sess:
    saver.restore(sess, tf.train.latest_checkpoint('ckpt'))
    assert abs(sess.run(accuracy, {x: images, y_: one_hot, keep_prob: 1.0}) - acc) < 1e-6
    print([v.name for v in tf.trainable_variables()])
assert any(name.startswith('events') for name in os.listdir('logs'))
