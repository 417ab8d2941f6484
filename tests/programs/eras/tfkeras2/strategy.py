"""Training on whatever devices there are, TPU or not (TensorFlow 2.4)."""
import os

import numpy as np
import tensorflow as tf

try:
    tpu = tf.distribute.cluster_resolver.TPUClusterResolver()
    print('Running on TPU ', tpu.master())
    tf.config.experimental_connect_to_cluster(tpu)
    tf.tpu.experimental.initialize_tpu_system(tpu)
    strategy = tf.distribute.experimental.TPUStrategy(tpu)
except ValueError:
    strategy = tf.distribute.MirroredStrategy()
print('Number of devices: {}'.format(strategy.num_replicas_in_sync))
gpus = tf.config.experimental.list_physical_devices('GPU')
if gpus:
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
BATCH_SIZE = 16 * strategy.num_replicas_in_sync
x, y = np.random.rand(64, 8, 8, 1).astype('float32'), np.arange(64) % 3
train_dataset = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(64).batch(BATCH_SIZE)


def create_model():
    return tf.keras.Sequential([
        tf.keras.layers.Conv2D(8, 3, activation='relu', input_shape=(8, 8, 1)), tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Flatten(), tf.keras.layers.Dense(3)])


def decay(epoch):
    return 1e-3 if epoch < 1 else 1e-4


class PrintLR(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print('\nLearning rate for epoch {} is {}'.format(epoch + 1, self.model.optimizer.lr.numpy()))


with strategy.scope():
    model = create_model()
    model.compile(loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), optimizer=tf.keras.optimizers.Adam(),
                  metrics=['accuracy'])
checkpoint_prefix = os.path.join('./training_checkpoints', 'ckpt_{epoch}')
callbacks = [tf.keras.callbacks.TensorBoard(log_dir='./logs'), PrintLR(),
             tf.keras.callbacks.ModelCheckpoint(filepath=checkpoint_prefix, save_weights_only=True),
             tf.keras.callbacks.LearningRateScheduler(decay)]
model.fit(train_dataset, epochs=2, callbacks=callbacks, verbose=0)
model.load_weights(tf.train.latest_checkpoint('./training_checkpoints'))
eval_loss, eval_acc = model.evaluate(train_dataset, verbose=0)
assert abs(float(model.optimizer.lr.numpy()) - 1e-4) < 1e-9

train_dist_dataset = strategy.experimental_distribute_dataset(train_dataset)
with strategy.scope():
    loss_object = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=tf.keras.losses.Reduction.NONE)

    def compute_loss(labels, predictions):
        per_example_loss = loss_object(labels, predictions)
        return tf.nn.compute_average_loss(per_example_loss, global_batch_size=BATCH_SIZE)

    train_accuracy = tf.keras.metrics.SparseCategoricalAccuracy(name='train_accuracy')
    own, optimizer = create_model(), tf.keras.optimizers.Adam()


def train_step(inputs):
    images, labels = inputs
    with tf.GradientTape() as tape:
        predictions = own(images, training=True)
        loss = compute_loss(labels, predictions)
    gradients = tape.gradient(loss, own.trainable_variables)
    optimizer.apply_gradients(zip(gradients, own.trainable_variables))
    train_accuracy.update_state(labels, predictions)
    return loss


@tf.function
def distributed_train_step(dataset_inputs):
    per_replica_losses = strategy.run(train_step, args=(dataset_inputs,))
    return strategy.reduce(tf.distribute.ReduceOp.SUM, per_replica_losses, axis=None)


for epoch in range(2):
    total_loss, num_batches = 0.0, 0
    for batch in train_dist_dataset:
        total_loss += distributed_train_step(batch)
        num_batches += 1
    print('Epoch {}, Loss: {}, Accuracy: {}'.format(epoch + 1, total_loss / num_batches, train_accuracy.result() * 100))
    train_accuracy.reset_states()
assert np.isfinite(float(total_loss))
