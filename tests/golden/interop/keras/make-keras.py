"""Makes the Keras files of this folder and expected.json, their log probabilities: KERAS_BACKEND=jax python3 make-keras.py

gru.keras       Keras 3: a functional GRU with reset_after, mask_zero, dropout and TimeDistributed
lstm-keras-2.h5 the structure that tf.keras 2 wrote: attributes of fixed length, weights named `lstm/lstm_cell/kernel:0`
textgenrnn.hdf5 the structure of the weights of textgenrnn: embedding and LSTMs side by side into an attention
"""
import json
import os

os.environ.setdefault('KERAS_BACKEND', 'jax')
import h5py
import keras
import numpy as np

L = keras.layers
V, D, H = 7, 3, 4
ids = [1, 4, 2, 6, 3, 3, 5]
random = np.random.default_rng(17)


def draw(*shape):
    return random.normal(0, 0.7, shape).astype('float32')


def log_probabilities(model):
    return np.log(np.array(model(np.array([ids])), 'float64')[0]).tolist()


def randomised(model):
    model.set_weights([draw(*w.shape) for w in model.get_weights()])
    return model


def gru():
    inputs = keras.Input((None,), dtype='int32')
    x = L.Embedding(V, D, mask_zero=True)(inputs)
    x = L.Dropout(0.1)(x)
    x = L.GRU(H, return_sequences=True)(x)
    outputs = L.TimeDistributed(L.Dense(V, activation='softmax'))(x)
    return randomised(keras.Model(inputs, outputs))


def write_keras_2(path, model):
    """Keras 2 wrote configurations without modules and weights named after their variables, all as fixed-length bytes."""
    def old(layer):
        config = {k: v for k, v in layer.get_config().items() if k not in ('dtype', 'seed') and not isinstance(v, dict)}
        return {'class_name': type(layer).__name__, 'config': {**config, 'dtype': 'float32'}}

    config = {'class_name': 'Sequential', 'config': {'name': 'sequential', 'layers': [old(layer) for layer in model.layers]}}
    with h5py.File(path, 'w') as file:
        file.attrs['keras_version'] = b'2.4.0'
        file.attrs['backend'] = b'tensorflow'
        file.attrs['model_config'] = json.dumps(config).encode()
        weights = file.create_group('model_weights')
        weights.attrs['layer_names'] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            write_layer(weights.create_group(layer.name), layer)


def write_layer(group, layer):
    cell = f'{layer.name}/lstm_cell' if isinstance(layer, L.LSTM) else layer.name
    names = [f'{cell}/{w.name}:0' for w in layer.weights]
    group.attrs['weight_names'] = [name.encode() for name in names]
    for name, weight in zip(names, layer.get_weights()):
        group[name] = weight


def write_textgenrnn(path):
    """Its model.save_weights: only the weights, of layers that its program names."""
    arrays = {
        'embedding': {'embeddings': draw(V, D)},
        'rnn_1': {'kernel': draw(D, 4 * H), 'recurrent_kernel': draw(H, 4 * H), 'bias': draw(4 * H)},
        'rnn_2': {'kernel': draw(H, 4 * H), 'recurrent_kernel': draw(H, 4 * H), 'bias': draw(4 * H)},
        'rnn_concat': {},
        'attention': {'attention_W': draw(D + 2 * H, 1)},
        'output': {'kernel': draw(D + 2 * H, V), 'bias': draw(V)},
    }
    with h5py.File(path, 'w') as file:
        file.attrs['layer_names'] = [name.encode() for name in arrays]
        file.attrs['keras_version'] = b'2.1.5'
        file.attrs['backend'] = b'tensorflow'
        for layer, weights in arrays.items():
            group = file.create_group(layer)
            group.attrs['weight_names'] = [f'{layer}/{name}:0'.encode() for name in weights]
            for name, weight in weights.items():
                group[f'{layer}/{name}:0'] = weight


lstm = randomised(keras.Sequential([
    keras.Input((None,), dtype='int32'),
    L.Embedding(V, D, name='embedding'),
    L.LSTM(H, return_sequences=True, name='lstm'),
    L.LSTM(H, return_sequences=True, name='lstm_1'),
    L.Dense(V, activation='softmax', name='dense'),
]))
model = gru()
model.save('gru.keras')
write_keras_2('lstm-keras-2.h5', lstm)
write_textgenrnn('textgenrnn.hdf5')
expected = {'gru.keras': log_probabilities(model), 'lstm-keras-2.h5': log_probabilities(lstm)}
with open('expected.json', 'w') as file:
    json.dump({'keras': keras.__version__, 'ids': ids, 'expected': expected}, file)
