"""Writes onnx-from-keras.json: graphs that tf2onnx writes for Keras' LSTM, and Keras' logits.

python onnx-from-keras.py, with tensorflow-cpu (Keras 3.15) and tf2onnx. The file of this repository is from tf2onnx 1.17.
"""

import base64
import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
import tf2onnx
from keras import layers

V, D, H, T, N = 7, 3, 4, 5, 2


def case(name, count, last_step):
    keras.utils.set_random_seed(17)
    ids = xs = keras.Input((None,), dtype="int32")
    xs = layers.Embedding(V, D)(xs)
    for layer in range(count):
        xs = layers.LSTM(H, return_sequences=layer < count - 1 or not last_step)(xs)
    model = keras.Model(ids, layers.Dense(V)(xs))
    random = np.random.default_rng(17)
    for weight in model.weights:
        weight.assign(random.normal(size=weight.shape) * 0.7)
    signature = [tf.TensorSpec((None, None), tf.int32, name="ids")]
    proto, _ = tf2onnx.convert.from_function(
        tf.function(model, input_signature=signature), input_signature=signature, opset=17
    )
    texts = np.array([[(t * t * 7 + n * 3 + t) % V for n in range(N)] for t in range(T)])
    logits = np.array(model(texts.T))
    if not last_step:
        logits = logits.transpose(1, 0, 2)
    return {
        "name": name,
        "file": base64.b64encode(proto.SerializeToString()).decode(),
        "ids": texts.tolist(),
        "logits": logits.reshape(-1, N, V).tolist(),
    }


cases = [case("LSTM of Keras", 2, False), case("LSTM of Keras, last step", 1, True)]
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
print(path, path.stat().st_size)
