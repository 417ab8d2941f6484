# Keras 1: output_dim, input_dim, SGD(lr, decay, momentum, nesterov), KerasRegressor
import numpy as np
from keras.layers import Dense
from keras.models import Sequential
from keras.optimizers import SGD
from keras.regularizers import l1l2
from keras.wrappers.scikit_learn import KerasRegressor
from sklearn.model_selection import KFold, cross_val_score

np.random.seed(7)
X = np.random.randn(120, 5)
Y = X @ np.array([1., -2., .5, 0., 3.]) + .1 * np.random.randn(120)


def baseline_model():
    model = Sequential()
    model.add(Dense(output_dim=13, input_dim=5, init='normal', activation='relu', W_regularizer=l1l2(l1=1e-5, l2=1e-5)))
    model.add(Dense(1, init='normal'))
    model.compile(loss='mean_squared_error', optimizer=SGD(lr=0.02, decay=1e-6, momentum=0.9, nesterov=True))
    return model


estimator = KerasRegressor(build_fn=baseline_model, nb_epoch=4, batch_size=10, verbose=0)
results = cross_val_score(estimator, X, Y, cv=KFold(n_splits=2))
print("Results: %.2f (%.2f) MSE" % (results.mean(), results.std()))
estimator.fit(X, Y)
assert estimator.predict(X).shape == (120,)
