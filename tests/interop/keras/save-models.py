"""Makes Keras models of random weights, saves each as .keras and .h5, and prints their log probabilities: names and numbers as JSON."""
import json
import os
import sys

os.environ.setdefault('KERAS_BACKEND', 'jax')
import keras
import numpy as np

folder, V = sys.argv[1], 11
L = keras.layers
ids = [1, 4, 2, 9, 10, 3, 3, 7, 10, 5, 8, 6]  # No 0, which a mask skips.


def embedding(**options):
    return L.Embedding(V, 5, **options)


def dense(**options):
    return L.Dense(V, **options)


def sequential(*layers):
    return keras.Sequential([keras.Input((None,), dtype='int32'), *layers])


def functional(*layers):
    x = inputs = keras.Input((None,), dtype='int32')
    for layer in layers:
        x = layer(x)
    return keras.Model(inputs, x)


def rnn(H=6, sequences=True, **options):
    return L.SimpleRNN(H, return_sequences=sequences, **options)


def lstm(H=6, sequences=True, **options):
    return L.LSTM(H, return_sequences=sequences, **options)


def gru(H=6, sequences=True, **options):
    return L.GRU(H, return_sequences=sequences, **options)


models = {
    'rnn': sequential(embedding(), rnn(), rnn(), dense(activation='softmax')),
    'rnn-relu': sequential(embedding(), rnn(activation='relu'), dense()),
    'lstm': sequential(embedding(), lstm(), lstm(), lstm(), dense(activation='softmax')),
    'lstm-no-bias': sequential(embedding(), lstm(use_bias=False), dense(use_bias=False)),
    'gru-after': sequential(embedding(), L.Dropout(0.2), gru(), gru(), L.TimeDistributed(dense(activation='softmax'))),
    'gru-after-no-bias': sequential(embedding(), gru(use_bias=False), dense(activation='log_softmax')),
    'gru-before': sequential(embedding(), gru(reset_after=False), gru(reset_after=False), dense()),
    'functional': functional(embedding(), L.SpatialDropout1D(0.1), lstm(dropout=0.1), lstm(), dense(), L.Softmax()),
    'masked': functional(embedding(mask_zero=True), gru(), dense(), L.Activation('softmax')),
    'last-step': sequential(embedding(), lstm(), lstm(sequences=False), dense(activation='softmax')),
}


def log_probabilities(name, model):
    rows = [model(np.array([ids[: i + 1]])) for i in range(len(ids))] if name == 'last-step' else model(np.array([ids]))[0]
    x = np.array([np.array(row, 'float64').reshape(-1) for row in rows])
    if any(getattr(layer, 'activation', None) is keras.activations.softmax for layer in model.layers) or np.allclose(x.sum(1), 1):
        return np.log(x).tolist()
    return (x - np.log(np.exp(x).sum(1, keepdims=True))).tolist()


random = np.random.default_rng(1)
expected = {}
for name, model in models.items():
    model.set_weights([random.normal(0, 0.7, w.shape) for w in model.get_weights()])
    for extension in ['keras', 'h5']:
        model.save(f'{folder}/{name}.{extension}')
    expected[name] = log_probabilities(name, model)
print(json.dumps({'ids': ids, 'keras': keras.__version__, 'expected': expected}))
