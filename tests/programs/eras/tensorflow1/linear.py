"""Linear regression, and an autoencoder with tf.layers (TensorFlow 1.4)."""
import numpy as np
import tensorflow as tf

rng = np.random
train_X = np.linspace(0, 1, 17)
train_Y = 2 * train_X + 0.3
n_samples = train_X.shape[0]
X = tf.placeholder('float')
Y = tf.placeholder('float')
W = tf.Variable(rng.randn(), name='weight')
b = tf.Variable(rng.randn(), name='bias')
pred = tf.add(tf.multiply(X, W), b)
cost = tf.reduce_sum(tf.pow(pred - Y, 2)) / (2 * n_samples)
optimizer = tf.train.GradientDescentOptimizer(0.3).minimize(cost)
init = tf.global_variables_initializer()
with tf.Session() as sess:
    sess.run(init)
    for epoch in range(25):
        for (x, y) in zip(train_X, train_Y):
            sess.run(optimizer, feed_dict={X: x, Y: y})
    training_cost = sess.run(cost, feed_dict={X: train_X, Y: train_Y})
    print('Training cost=', training_cost, 'W=', sess.run(W), 'b=', sess.run(b))
    assert abs(sess.run(W) - 2) < 0.3

tf.reset_default_graph()
inputs = tf.placeholder(tf.float32, [None, 20])
is_training = tf.placeholder_with_default(False, shape=())
hidden = tf.layers.dense(inputs, 8, activation=tf.nn.relu, name='encoder')
hidden = tf.layers.batch_normalization(hidden, training=is_training)
hidden = tf.layers.dropout(hidden, 0.1, training=is_training)
outputs = tf.layers.dense(hidden, 20, activation=tf.nn.sigmoid, name='decoder')
loss = tf.losses.mean_squared_error(inputs, outputs)
update_ops = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
with tf.control_dependencies(update_ops):
    train_op = tf.train.RMSPropOptimizer(0.01).minimize(loss)
optimizer = tf.train.AdamOptimizer(0.01)
grads_and_vars = optimizer.compute_gradients(loss)
clipped = [(tf.clip_by_norm(g, 1.0), v) for g, v in grads_and_vars if g is not None]
apply_op = optimizer.apply_gradients(clipped)
data = rng.rand(64, 20)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    first = sess.run(loss, {inputs: data})
    for i in range(30):
        _, value = sess.run([train_op, loss], {inputs: data, is_training: True})
    for i in range(10):
        sess.run(apply_op, {inputs: data, is_training: True})
    last = loss.eval({inputs: data})
    print(first, last)
    assert last < first and sess.run(outputs, {inputs: data[:2]}).shape == (2, 20)
    print(len(tf.global_variables()), sum(np.prod(v.get_shape().as_list()) for v in tf.trainable_variables()))
