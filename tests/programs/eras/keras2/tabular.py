# Keras 2: KerasClassifier in a grid search, plot_model-free summary, get_layer, EarlyStopping, History
import numpy as np
from keras.callbacks import CSVLogger, EarlyStopping
from keras.layers import Dense, Dropout
from keras.models import Sequential
from keras.optimizers import Adam
from keras.utils import np_utils
from keras.wrappers.scikit_learn import KerasClassifier
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import LabelEncoder, StandardScaler

X, target = load_iris(return_X_y=True)
X = StandardScaler().fit_transform(X)
names = np.array(['setosa', 'versicolor', 'virginica'])[target]
dummy_y = np_utils.to_categorical(LabelEncoder().fit_transform(names))


def create_model(units=8):
    model = Sequential()
    model.add(Dense(units, input_dim=4, kernel_initializer='glorot_uniform', activation='relu', name='hidden'))
    model.add(Dropout(0.1))
    model.add(Dense(3, activation='softmax'))
    model.compile(loss='categorical_crossentropy', optimizer=Adam(lr=0.01), metrics=['accuracy'])
    return model


grid = GridSearchCV(estimator=KerasClassifier(build_fn=create_model, epochs=2, batch_size=16, verbose=0),
                    param_grid={'units': [4, 8]}, cv=2, n_jobs=1)
grid_result = grid.fit(X, names)
print("Best: %f using %s" % (grid_result.best_score_, grid_result.best_params_))

model = create_model()
history = model.fit(X, dummy_y, validation_split=.2, epochs=3, verbose=2,
                    callbacks=[EarlyStopping(monitor='val_loss', patience=2, mode='auto'), CSVLogger('log.csv')])
print(sorted(history.history), model.get_layer('hidden').get_weights()[0].shape)
assert model.predict_classes(X).shape == (150,)
