"""Layers, metrics and constraints of one's own, and a search by scikit-learn (Keras 2.3)."""
import keras
import numpy as np
from keras import activations, backend as K, constraints, initializers, layers, regularizers
from keras.engine.topology import InputSpec, Layer
from keras.models import Sequential
from keras.utils.generic_utils import Progbar, get_custom_objects
from keras.wrappers.scikit_learn import KerasClassifier


class Antirectifier(layers.Layer):
    def compute_output_shape(self, input_shape):
        shape = list(input_shape)
        assert len(shape) == 2
        shape[-1] *= 2
        return tuple(shape)

    def call(self, inputs):
        inputs -= K.mean(inputs, axis=1, keepdims=True)
        inputs = K.l2_normalize(inputs, axis=1)
        pos = K.relu(inputs)
        neg = K.relu(-inputs)
        return K.concatenate([pos, neg], axis=1)


class MyDense(Layer):
    def __init__(self, output_dim, activation=None, kernel_initializer='glorot_uniform', kernel_regularizer=None,
                 kernel_constraint=None, **kwargs):
        self.output_dim = output_dim
        self.activation = activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        super(MyDense, self).__init__(**kwargs)

    def build(self, input_shape):
        self.input_spec = InputSpec(min_ndim=2, axes={-1: input_shape[-1]})
        self.kernel = self.add_weight(name='kernel', shape=(input_shape[1], self.output_dim), initializer=self.kernel_initializer,
                                      regularizer=self.kernel_regularizer, constraint=self.kernel_constraint, trainable=True)
        super(MyDense, self).build(input_shape)

    def call(self, x):
        return self.activation(K.dot(x, self.kernel))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.output_dim)

    def get_config(self):
        config = {'output_dim': self.output_dim, 'activation': activations.serialize(self.activation)}
        base_config = super(MyDense, self).get_config()
        return dict(list(base_config.items()) + list(config.items()))


def swish(x):
    return x * K.sigmoid(x)


def mean_pred(y_true, y_pred):
    return K.mean(y_pred)


get_custom_objects().update({'swish2': swish})
y = np.random.randint(0, 2, 60)
x = np.random.rand(60, 6) + y[:, None]
model = Sequential([
    MyDense(8, activation='swish2', kernel_regularizer='l1', kernel_constraint='max_norm', input_shape=(6,)),
    Antirectifier(), layers.Dropout(0.1), layers.Dense(1, activation='sigmoid'),
])
model.compile(loss='binary_crossentropy', optimizer='nadam', metrics=['accuracy', mean_pred])
model.fit(x, y, epochs=2, verbose=0)
assert model.metrics_names == ['loss', 'accuracy', 'mean_pred'], model.metrics_names
model.save('own.h5')
again = keras.models.load_model('own.h5', custom_objects={'MyDense': MyDense, 'Antirectifier': Antirectifier,
                                                          'mean_pred': mean_pred})
assert np.allclose(again.predict(x), model.predict(x), atol=1e-6)


def make_model(units=4, optimizer='adam'):
    found = Sequential([layers.Dense(units, activation='relu', input_dim=6), layers.Dense(2, activation='softmax')])
    found.compile(loss='sparse_categorical_crossentropy', optimizer=optimizer, metrics=['accuracy'])
    return found


classifier = KerasClassifier(make_model, units=4, epochs=2, batch_size=8, verbose=0)
classifier.fit(x, y)
assert 0 <= classifier.score(x, y) <= 1 and classifier.predict(x[:3]).shape == (3,)
assert classifier.predict_proba(x[:3]).shape == (3, 2)
try:
    from sklearn.model_selection import GridSearchCV
except ImportError:
    pass
else:
    search = GridSearchCV(KerasClassifier(make_model, epochs=1, verbose=0), {'units': [2, 4]}, cv=2)
    search.fit(x, y)
    print(search.best_params_)

progbar = Progbar(target=3)
for i in range(3):
    progbar.update(i + 1, values=[('D loss', 0.5), ('G loss', float(i))])
