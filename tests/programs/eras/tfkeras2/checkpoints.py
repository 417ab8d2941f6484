"""Training by hand that can be stopped and taken up again, and weights by callbacks (TensorFlow 2.4)."""
import os

import numpy as np
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super(Net, self).__init__()
        self.l1 = tf.keras.layers.Dense(5)

    def call(self, x):
        return self.l1(x)


def toy_dataset():
    inputs = tf.range(10.)[:, None]
    labels = inputs * 5. + tf.range(5.)[None, :]
    return tf.data.Dataset.from_tensor_slices(dict(x=inputs, y=labels)).repeat().batch(2)


def train_step(net, example, optimizer):
    with tf.GradientTape() as tape:
        output = net(example['x'])
        loss = tf.reduce_mean(tf.abs(output - example['y']))
    variables = net.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
    return loss


def train_and_checkpoint(net, manager):
    ckpt.restore(manager.latest_checkpoint)
    if manager.latest_checkpoint:
        print('Restored from {}'.format(manager.latest_checkpoint))
    else:
        print('Initializing from scratch.')
    for _ in range(20):
        example = next(iterator)
        loss = train_step(net, example, opt)
        ckpt.step.assign_add(1)
        if int(ckpt.step) % 10 == 0:
            save_path = manager.save()
            print('Saved checkpoint for step {}: {}'.format(int(ckpt.step), save_path))
            print('loss {:1.2f}'.format(loss.numpy()))


for run in range(2):
    opt = tf.keras.optimizers.Adam(0.1)
    net = Net()
    dataset = toy_dataset()
    iterator = iter(dataset)
    ckpt = tf.train.Checkpoint(step=tf.Variable(1), optimizer=opt, net=net, iterator=iterator)
    manager = tf.train.CheckpointManager(ckpt, './tf_ckpts', max_to_keep=3)
    train_and_checkpoint(net, manager)
assert int(ckpt.step) == 41 or int(ckpt.step) == 40 + int(run == 0), int(ckpt.step)
print(manager.checkpoints)
reader = tf.train.load_checkpoint('./tf_ckpts/')
assert 'net/l1/kernel/.ATTRIBUTES/VARIABLE_VALUE' in reader.get_variable_to_shape_map()
to_restore = tf.Variable(tf.zeros([5]))
fake_layer = tf.train.Checkpoint(bias=to_restore)
fake_net = tf.train.Checkpoint(l1=fake_layer)
new_root = tf.train.Checkpoint(net=fake_net)
status = new_root.restore(tf.train.latest_checkpoint('./tf_ckpts/'))
assert np.allclose(to_restore.numpy(), net.l1.bias.numpy()) and to_restore.numpy().any()
status.assert_existing_objects_matched()

x, y = np.random.rand(64, 8).astype('float32'), np.random.randint(0, 3, 64)


def create_model():
    model = tf.keras.models.Sequential([
        tf.keras.layers.Dense(16, activation='relu', input_shape=(8,)), tf.keras.layers.Dropout(0.2), tf.keras.layers.Dense(3)])
    model.compile(optimizer='adam', loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
                  metrics=[tf.metrics.SparseCategoricalAccuracy()])
    return model


model = create_model()
checkpoint_path = 'training_2/cp-{epoch:04d}.ckpt'
checkpoint_dir = os.path.dirname(checkpoint_path)
cp_callback = tf.keras.callbacks.ModelCheckpoint(filepath=checkpoint_path, verbose=1, save_weights_only=True, save_freq=2 * 4)
model.save_weights(checkpoint_path.format(epoch=0))
model.fit(x, y, epochs=4, batch_size=16, callbacks=[cp_callback], validation_data=(x, y), verbose=0)
latest = tf.train.latest_checkpoint(checkpoint_dir)
print(latest, sorted(os.listdir(checkpoint_dir))[:3])
again = create_model()
again.load_weights(latest)
loss, acc = again.evaluate(x, y, verbose=2)
assert np.allclose(again.predict(x), model.predict(x), atol=1e-5)
model.save('saved_model/my_model')
new_model = tf.keras.models.load_model('saved_model/my_model')
new_model.summary()
assert np.allclose(new_model.predict(x), model.predict(x), atol=1e-5)
model.save('my_model.h5')
assert np.allclose(tf.keras.models.load_model('my_model.h5').predict(x), model.predict(x), atol=1e-5)
