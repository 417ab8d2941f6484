"""What a filter looks for: a picture changed along the gradient of a layer (Keras 2.1)."""
import numpy as np
from keras import backend as K
from keras.layers import Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D
from keras.models import Model, Sequential

model = Sequential([
    Conv2D(4, (3, 3), activation='relu', padding='same', input_shape=(12, 12, 3), name='block1_conv1'),
    MaxPooling2D((2, 2), strides=(2, 2), name='block1_pool'),
    Conv2D(6, (3, 3), activation='tanh', padding='same', name='block2_conv1'),
    Flatten(), Dropout(0.5), Dense(2, activation='softmax', name='predictions'),
])
layer_dict = dict([(layer.name, layer) for layer in model.layers])
assert list(layer_dict)[0] == 'block1_conv1'
input_img = model.input


def normalize(x):
    return x / (K.sqrt(K.mean(K.square(x))) + K.epsilon())


layer_output = layer_dict['block2_conv1'].output
loss = K.mean(layer_output[:, :, :, 0])
grads = K.gradients(loss, input_img)[0]
grads = normalize(grads)
iterate = K.function([input_img], [loss, grads])

input_img_data = np.random.random((1, 12, 12, 3))
values = []
for i in range(5):
    loss_value, grads_value = iterate([input_img_data])
    input_img_data += grads_value * 0.5
    values.append(float(loss_value))
assert values[-1] > values[0], values

get_output = K.function([model.layers[0].input, K.learning_phase()], [model.layers[4].output])
test = get_output([input_img_data, 0])[0]
train = get_output([input_img_data, 1])[0]
assert (train == 0).mean() > (test == 0).mean()

inner = Model(inputs=model.input, outputs=[layer_dict['block1_conv1'].output, model.get_layer('predictions').output])
features, classes = inner.predict(input_img_data)
assert features.shape == (1, 12, 12, 4) and classes.shape == (1, 2)
w, b = model.layers[0].get_weights()
model.layers[0].set_weights([w * 0, b])
assert K.get_value(model.layers[0].kernel).sum() == 0
model.compile('sgd', 'mse')
K.set_value(model.optimizer.lr, 0.1)
assert abs(K.get_value(model.optimizer.lr) - 0.1) < 1e-7
extra = Input((3,))
assert K.int_shape(extra) == (None, 3) and K.ndim(extra) == 2
K.clear_session()
