"""Pickles of parameter lists as the book's save_params writes them, float16: one layer, and two tied ones; their logits in float64.

Needs only NumPy. BetterRnnlm's affine W is the transposed embedding, which NumPy stores column-major.
"""

import json
import pathlib
import pickle

import numpy

here = pathlib.Path(__file__).parent
numpy.random.seed(17)
r = numpy.random.randn
V, D, H = 7, 3, 4


def layer(D, H, gates):
    return [r(D, gates * H), r(H, gates * H), r(gates * H)]


models = {
    "SimpleRnnlm": [r(V, D), *layer(D, H, 1), r(H, V), r(V)],
    "Rnnlm": [r(V, D), *layer(D, H, 4), r(H, V), r(V)],
}
table = r(V, H)
models["BetterRnnlm"] = [table, *layer(H, H, 4), *layer(H, H, 4), table.T, r(V)]
ids = [1, 4, 0, 6, 2, 2, 5, 3]


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))


def logits(params):
    W, *layers, affine_W, affine_b = [p.astype("f2").astype("f8") for p in params]
    xs = W[ids]
    for i in range(0, len(layers), 3):
        Wx, Wh, b = layers[i : i + 3]
        H = Wh.shape[0]
        h, c, hs = numpy.zeros(H), numpy.zeros(H), []
        for x in xs:
            a = x @ Wx + h @ Wh + b
            if len(a) == H:
                h = numpy.tanh(a)
            else:
                f, g, i_, o = numpy.split(a, 4)
                c = sigmoid(f) * c + numpy.tanh(g) * sigmoid(i_)
                h = sigmoid(o) * numpy.tanh(c)
            hs.append(h)
        xs = numpy.array(hs)
    return (xs @ affine_W + affine_b).flatten().round(12).tolist()


golden = {"ids": ids, "logits": {f"{name}.pkl": logits(params) for name, params in models.items()}}
(here / "book-from-numpy.json").write_text(json.dumps(golden))
for name, params in models.items():
    with open(here / f"{name}.pkl", "wb") as file:
        pickle.dump([p.astype("f2") for p in params], file, 3 if name == "Rnnlm" else 4)
