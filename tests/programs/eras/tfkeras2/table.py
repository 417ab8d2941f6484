"""A table of numbers and words through preprocessing layers, files of comma-separated values, unequal classes (TensorFlow 2.7)."""
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

rng = np.random.RandomState(1)
n = 160
with open('pets.csv', 'w') as f:
    f.write('Age,Type,Fee,Color,target\n')
    for i in range(n):
        kind = rng.choice(['Cat', 'Dog'])
        f.write('%d,%s,%.2f,%s,%d\n' % (rng.randint(1, 9), kind, rng.rand() * 50, rng.choice(['red', 'black']), kind == 'Dog'))

titanic = tf.data.experimental.make_csv_dataset('pets.csv', batch_size=4, label_name='target', num_epochs=1, ignore_errors=True)
for batch, label in titanic.take(1):
    for key, value in batch.items():
        print(f'{key:20s}: {value}')
    print(f'{"label":20s}: {label}')
lines = tf.data.TextLineDataset('pets.csv').skip(1)
record = tf.io.decode_csv(next(iter(lines)), [[0], [''], [0.0], [''], [0]])
print([r.numpy() for r in record])

rows = np.genfromtxt('pets.csv', delimiter=',', names=True, dtype=None, encoding='utf-8')
features = {name: rows[name] for name in ('Age', 'Type', 'Fee', 'Color')}
target = rows['target']
ds = tf.data.Dataset.from_tensor_slices((features, target)).shuffle(n).batch(32).prefetch(tf.data.AUTOTUNE)


def get_normalization_layer(name, dataset):
    normalizer = layers.Normalization(axis=None)
    feature_ds = dataset.map(lambda x, y: x[name])
    normalizer.adapt(feature_ds)
    return normalizer


def get_category_encoding_layer(name, dataset, dtype, max_tokens=None):
    if dtype == 'string':
        index = layers.StringLookup(max_tokens=max_tokens)
    else:
        index = layers.IntegerLookup(max_tokens=max_tokens)
    feature_ds = dataset.map(lambda x, y: x[name])
    index.adapt(feature_ds)
    encoder = layers.CategoryEncoding(num_tokens=index.vocabulary_size())
    return lambda feature: encoder(index(feature))


[(train_features, label_batch)] = ds.take(1)
print('A batch of types:', train_features['Type'][:3])
all_inputs, encoded_features = [], []
for header in ['Fee']:
    numeric_col = tf.keras.Input(shape=(1,), name=header)
    all_inputs.append(numeric_col)
    encoded_features.append(get_normalization_layer(header, ds)(numeric_col))
age_col = tf.keras.Input(shape=(1,), name='Age', dtype='int64')
all_inputs.append(age_col)
encoded_features.append(get_category_encoding_layer('Age', ds, 'int64', 8)(age_col))
for header in ['Type', 'Color']:
    categorical_col = tf.keras.Input(shape=(1,), name=header, dtype='string')
    all_inputs.append(categorical_col)
    encoded_features.append(get_category_encoding_layer(header, ds, 'string', 5)(categorical_col))
x = tf.keras.layers.concatenate(encoded_features)
x = tf.keras.layers.Dense(16, activation='relu')(x)
x = tf.keras.layers.Dropout(0.2)(x)
model = tf.keras.Model(all_inputs, tf.keras.layers.Dense(1)(x))
model.compile(optimizer=tf.keras.optimizers.Adam(0.02), loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
              metrics=['accuracy'])
model.fit(ds, epochs=20, verbose=0)
loss, accuracy = model.evaluate(ds, verbose=0)
print('Accuracy', accuracy)
assert accuracy > 0.9
sample = {'Age': 3, 'Type': 'Dog', 'Fee': 100.0, 'Color': 'red'}
input_dict = {name: tf.convert_to_tensor([value]) for name, value in sample.items()}
prob = tf.nn.sigmoid(model.predict(input_dict)[0])
print('This pet had a %.1f percent probability.' % (100 * prob))

METRICS = [
    keras.metrics.TruePositives(name='tp'), keras.metrics.FalsePositives(name='fp'), keras.metrics.TrueNegatives(name='tn'),
    keras.metrics.FalseNegatives(name='fn'), keras.metrics.BinaryAccuracy(name='accuracy'), keras.metrics.Precision(name='precision'),
    keras.metrics.Recall(name='recall'), keras.metrics.AUC(name='auc'), keras.metrics.AUC(name='prc', curve='PR'),
]
y = (rng.rand(200) < 0.1).astype('float32')
x = (rng.randn(200, 5) + y[:, None]).astype('float32')
neg, pos = np.bincount(y.astype(int))
initial_bias = np.log([pos / neg])
model = keras.Sequential([
    keras.layers.Dense(8, activation='relu', input_shape=(5,)), keras.layers.Dropout(0.5),
    keras.layers.Dense(1, activation='sigmoid', bias_initializer=tf.keras.initializers.Constant(initial_bias))])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-3), loss=keras.losses.BinaryCrossentropy(), metrics=METRICS)
weight_for_0, weight_for_1 = (1 / neg) * (200 / 2.0), (1 / pos) * (200 / 2.0)
early = tf.keras.callbacks.EarlyStopping(monitor='val_prc', verbose=1, patience=10, mode='max', restore_best_weights=True)
history = model.fit(x, y, batch_size=64, epochs=2, callbacks=[early], validation_data=(x, y), verbose=0,
                    class_weight={0: weight_for_0, 1: weight_for_1})
pos_ds = tf.data.Dataset.from_tensor_slices((x[y == 1], y[y == 1])).shuffle(100).repeat()
neg_ds = tf.data.Dataset.from_tensor_slices((x[y == 0], y[y == 0])).shuffle(100).repeat()
resampled_ds = tf.data.Dataset.sample_from_datasets([pos_ds, neg_ds], weights=[0.5, 0.5]).batch(32).prefetch(2)
for features, label in resampled_ds.take(1):
    print(label.numpy().mean())
model.fit(resampled_ds, epochs=1, steps_per_epoch=4, validation_data=(x, y), verbose=0)
print(dict(zip(model.metrics_names, model.evaluate(x, y, verbose=0))))
