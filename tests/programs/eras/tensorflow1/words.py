"""Word vectors by sampled losses, and a recurrent network (TensorFlow 1.4)."""
import math

import numpy as np
import tensorflow as tf

vocabulary_size, batch_size, embedding_size, num_sampled = 50, 16, 8, 6
graph = tf.Graph()
with graph.as_default():
    train_inputs = tf.placeholder(tf.int32, shape=[batch_size])
    train_labels = tf.placeholder(tf.int32, shape=[batch_size, 1])
    with tf.device('/cpu:0'):
        embeddings = tf.Variable(tf.random_uniform([vocabulary_size, embedding_size], -1.0, 1.0))
        embed = tf.nn.embedding_lookup(embeddings, train_inputs)
        nce_weights = tf.Variable(tf.truncated_normal([vocabulary_size, embedding_size], stddev=1.0 / math.sqrt(embedding_size)))
        nce_biases = tf.Variable(tf.zeros([vocabulary_size]))
    loss = tf.reduce_mean(tf.nn.nce_loss(weights=nce_weights, biases=nce_biases, labels=train_labels, inputs=embed,
                                         num_sampled=num_sampled, num_classes=vocabulary_size))
    optimizer = tf.train.GradientDescentOptimizer(1.0).minimize(loss)
    norm = tf.sqrt(tf.reduce_sum(tf.square(embeddings), 1, keep_dims=True))
    normalized_embeddings = embeddings / norm
    init = tf.global_variables_initializer()
with tf.Session(graph=graph) as session:
    init.run()
    losses = []
    for step in range(40):
        words = np.random.randint(0, vocabulary_size, batch_size)
        _, loss_val = session.run([optimizer, loss], feed_dict={train_inputs: words, train_labels: (words[:, None] + 1) % 50})
        losses.append(loss_val)
    final_embeddings = normalized_embeddings.eval()
print(np.mean(losses[:10]), np.mean(losses[-10:]))
assert final_embeddings.shape == (50, 8) and np.mean(losses[-10:]) < np.mean(losses[:10])

tf.reset_default_graph()
timesteps, num_input, num_hidden, num_classes = 5, 4, 8, 2
X = tf.placeholder('float', [None, timesteps, num_input])
Y = tf.placeholder('float', [None, num_classes])
lstm_cell = tf.contrib.rnn.BasicLSTMCell(num_hidden, forget_bias=1.0)
outputs, states = tf.nn.dynamic_rnn(lstm_cell, X, dtype=tf.float32)
logits = tf.layers.dense(outputs[:, -1, :], num_classes)
loss_op = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=logits, labels=Y))
train_op = tf.train.AdamOptimizer(learning_rate=0.02).minimize(loss_op)
y = np.arange(32) % 2
x = np.random.rand(32, timesteps, num_input) + y[:, None, None]
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    begin = sess.run(loss_op, {X: x, Y: np.eye(2)[y]})
    for _ in range(20):
        sess.run(train_op, {X: x, Y: np.eye(2)[y]})
    assert sess.run(loss_op, {X: x, Y: np.eye(2)[y]}) < begin
