# Keras 2: a custom layer with build, a custom loss and metric, Sequence, K.function with updates, K.rnn, session settings
import numpy as np
import tensorflow as tf
from keras import backend as K
from keras.backend.tensorflow_backend import set_session
from keras.engine.topology import Layer
from keras.layers import Dense
from keras.models import Sequential, load_model
from keras.utils import Sequence

config = tf.ConfigProto()
config.gpu_options.allow_growth = True
set_session(tf.Session(config=config))


class Scale(Layer):
    def __init__(self, output_dim, **kwargs):
        self.output_dim = output_dim
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.kernel = self.add_weight(name='kernel', shape=(input_shape[1], self.output_dim), initializer='uniform',
                                      trainable=True)
        super().build(input_shape)

    def call(self, x):
        return K.dot(x, self.kernel)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.output_dim)

    def get_config(self):
        return dict(super().get_config(), output_dim=self.output_dim)


def rmse(y_true, y_pred):
    return K.sqrt(K.mean(K.square(y_pred - y_true), axis=-1))


class Batches(Sequence):
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return self.x[i * 8:i * 8 + 8], self.y[i * 8:i * 8 + 8]


x = np.random.RandomState(0).rand(32, 3)
y = x.sum(axis=1, keepdims=True)
model = Sequential([Scale(4, input_shape=(3,)), Dense(1)])
model.compile('adam', loss=rmse, metrics=[rmse, 'mae'])
model.fit_generator(Batches(x, y), epochs=2, validation_data=Batches(x, y), use_multiprocessing=False, workers=1)
model.save('custom.h5')
again = load_model('custom.h5', custom_objects={'Scale': Scale, 'rmse': rmse})
assert np.allclose(model.predict(x), again.predict(x), atol=1e-6)

count = K.variable(0.)
step = K.function([model.input], [model.output], updates=[K.update_add(count, K.sum(model.input) * 0 + 1)])
step([x]), step([x])
assert K.get_value(count) == 2
last, outputs, states = K.rnn(lambda i, s: (i + s[0], [i + s[0]]), K.constant(np.ones((2, 5, 3))), [K.zeros((2, 3))])
print(K.eval(last), K.int_shape(outputs), K.backend(), K.epsilon())
K.clear_session()
