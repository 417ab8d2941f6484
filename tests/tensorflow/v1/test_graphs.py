"""Graphs and sessions of TensorFlow 1."""

from __future__ import annotations

import numpy as np
import pytest

import wubu.tensorflow.v1 as tf
from wubu.tensorflow.v1 import graph, input_data


@pytest.fixture(autouse=True)
def building():
    graph.build_graphs(True)
    tf.reset_default_graph()
    yield
    tf.reset_default_graph()
    graph.build_graphs(False)


def test_arithmetic():
    a, b = tf.constant(2), tf.constant(3)
    x = tf.placeholder(tf.float32, [None, 2])
    with tf.Session() as sess:
        assert sess.run([a + b, a * b]) == [5, 6]
        found = sess.run({"sum": tf.reduce_sum(x, 1), "pair": (x, x * 2)}, feed_dict={x: [[1, 2], [3, 4]]})
    assert found["sum"].tolist() == [3, 7] and found["pair"][1].tolist() == [[2, 4], [6, 8]]


def test_variables_and_assignment():
    state = tf.Variable(0, name="counter")
    update = tf.assign(state, state + 1)
    with tf.Session() as sess:
        with pytest.raises(Exception, match="uninitialized value counter"):
            sess.run(state)
        sess.run(tf.global_variables_initializer())
        assert [sess.run(update) for _ in range(3)] == [1, 2, 3]
        assert sess.run("counter:0") == 3
        state.load(7, sess)
        assert state.eval() == 7


def test_a_softmax_regression_learns():
    rs = np.random.RandomState(0)
    X = rs.randn(120, 6).astype("float32")
    Y = np.eye(3)[(X @ rs.randn(6, 3)).argmax(1)]
    x, y = tf.placeholder(tf.float32, [None, 6]), tf.placeholder(tf.float32, [None, 3])
    W, b = tf.Variable(tf.zeros([6, 3])), tf.Variable(tf.zeros([3]))
    logits = tf.matmul(x, W) + b
    cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits))
    accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), tf.argmax(y, 1)), tf.float32))
    step = tf.train.GradientDescentOptimizer(0.5).minimize(cost)
    with tf.Session() as sess:
        sess.run(tf.initialize_all_variables())
        first = sess.run(cost, {x: X, y: Y})
        for _ in range(60):
            step.run({x: X, y: Y})
        assert cost.eval({x: X, y: Y}) < first / 2 and accuracy.eval({x: X, y: Y}) > 0.9


@pytest.mark.parametrize(
    "make",
    [
        lambda: tf.train.AdamOptimizer(0.1),
        lambda: tf.train.MomentumOptimizer(0.01, 0.9),
        lambda: tf.train.AdagradOptimizer(0.5),
        lambda: tf.train.RMSPropOptimizer(0.1),
        lambda: tf.train.AdadeltaOptimizer(50.0),
        lambda: tf.train.FtrlOptimizer(0.5),
    ],
)
def test_optimizers_make_a_loss_smaller(make):
    w = tf.Variable([1.0, -2.0])
    loss = tf.reduce_sum(tf.square(w - 3.0))
    step = make().minimize(loss)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        first = sess.run(loss)
        for _ in range(40):
            sess.run(step)
        assert sess.run(loss) < first * 0.8


def test_a_falling_rate_and_clipped_gradients():
    w, steps = tf.Variable(10.0), tf.Variable(0, trainable=False)
    rate = tf.train.exponential_decay(1.0, steps, 1, 0.5, staircase=True)
    optimizer = tf.train.GradientDescentOptimizer(rate)
    pairs = [(tf.clip_by_value(g, -1.0, 1.0), v) for g, v in optimizer.compute_gradients(tf.square(w), [w])]
    train = optimizer.apply_gradients(pairs, global_step=steps)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        seen = []
        for _ in range(3):
            sess.run(train)
            seen.append(float(sess.run(w)))
    assert seen == [9.0, 8.5, 8.25]


def test_gradients_and_dropout_by_the_share_that_stays():
    x, keep = tf.placeholder(tf.float32, [4]), tf.placeholder(tf.float32)
    gradient = tf.gradients(tf.reduce_sum(x**3), [x])[0]
    dropped = tf.nn.dropout(tf.ones([1000]), keep)
    with tf.Session() as sess:
        np.testing.assert_allclose(sess.run(gradient, {x: [1, 2, 3, 4]}), [3, 12, 27, 48])
        assert sess.run(dropped, {keep: 1.0}).tolist() == [1] * 1000
        assert 300 < (sess.run(dropped, {keep: 0.5}) == 0).sum() < 700


def test_layers_shared_by_name_and_get_variable():
    x = tf.placeholder(tf.float32, [None, 3])

    def net():
        return tf.layers.dense(tf.layers.dense(x, 4, tf.nn.relu, name="one"), 2, name="two")

    with tf.variable_scope("net"):
        first = net()
    with tf.variable_scope("net", reuse=True):
        second = net()
    with tf.variable_scope("v"):
        v = tf.get_variable("w", [2, 2], initializer=tf.zeros_initializer())
        with pytest.raises(ValueError, match="already exists"):
            tf.get_variable("w", [2, 2])
    with tf.variable_scope("v", reuse=tf.AUTO_REUSE):
        assert tf.get_variable("w", [2, 2]) is v
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        a, b = sess.run([first, second], {x: np.ones((2, 3))})
    np.testing.assert_array_equal(a, b)


def test_recurrent_cells():
    x = tf.placeholder(tf.float32, [None, 4, 3])
    outputs, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicLSTMCell(6), x, dtype=tf.float32)
    loss = tf.reduce_mean(tf.square(outputs - 1.0))
    step = tf.train.AdamOptimizer(0.05).minimize(loss)
    batch = {x: np.ones((2, 4, 3))}
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        first, out, last = sess.run([loss, outputs, state], batch)
        np.testing.assert_allclose(out[:, -1], last.h, rtol=1e-6)
        for _ in range(20):
            sess.run(step, batch)
        assert sess.run(loss, batch) < first


def test_saver(tmp_path):
    v = tf.Variable([1.0, 2.0], name="v")
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        path = saver.save(sess, str(tmp_path / "model"), global_step=5)
        sess.run(v.assign([0.0, 0.0]))
        saver.restore(sess, path)
        assert sess.run(v).tolist() == [1, 2]
    assert path.endswith("model-5") and tf.train.latest_checkpoint(str(tmp_path)) == path


def test_feeding_what_does_not_fit():
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    y = tf.placeholder(tf.float32, [None, 3], name="y")
    with tf.Session() as sess:
        with pytest.raises(ValueError, match=r"Cannot feed value of shape \(2, 4\)"):
            sess.run(x, {x: np.ones((2, 4))})
        with pytest.raises(ValueError, match="no value is given"):
            sess.run(x + y, {x: np.ones((2, 3))})
    with pytest.raises(ValueError, match="No default session"):
        (x * 2).eval({x: np.ones((1, 3))})


def test_graphs_are_built_only_where_asked_for():
    graph.build_graphs(False)
    assert tf.executing_eagerly()
    with tf.Graph().as_default():
        assert not tf.executing_eagerly()
        assert tf.placeholder(tf.float32, [2]).shape == (2,)
    assert tf.constant([1.0]).numpy().tolist() == [1.0]


def test_batches_of_mnist():
    images, labels = np.arange(20.0).reshape(10, 2), np.arange(10)
    data = input_data.DataSet(images, labels, seed=0)
    seen = [label for _ in range(5) for label in data.next_batch(4)[1]]
    assert sorted(seen[:10]) == list(range(10)) and data.epochs_completed == 2
