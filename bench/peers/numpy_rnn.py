"""A recurrent language model in plain NumPy, in the shape in which textbooks write it.

One object per time step, lists of params and grads, nothing planned ahead.
"""

import numpy as np

from child import read_job, serve

BLOCKS = 50


class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        h = np.tanh(h_prev @ Wh + x @ Wx + b)
        self.cache = (x, h_prev, h)
        return h

    def backward(self, dh):
        Wx, Wh, _ = self.params
        x, h_prev, h = self.cache
        dt = dh * (1 - h**2)
        self.grads[0][...] = x.T @ dt
        self.grads[1][...] = h_prev.T @ dt
        self.grads[2][...] = dt.sum(axis=0)
        return dt @ Wx.T, dt @ Wh.T


class TimeRNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.h = None

    def forward(self, xs):
        N, T, _ = xs.shape
        H = self.params[1].shape[0]
        self.layers = []
        hs = np.empty((N, T, H), dtype="f")
        if self.h is None:
            self.h = np.zeros((N, H), dtype="f")
        for t in range(T):
            layer = RNN(*self.params)
            self.h = layer.forward(xs[:, t, :], self.h)
            hs[:, t, :] = self.h
            self.layers.append(layer)
        return hs

    def backward(self, dhs):
        N, T, _ = dhs.shape
        dxs = np.empty((N, T, self.params[0].shape[0]), dtype="f")
        dh = 0
        grads = [0, 0, 0]
        for t in reversed(range(T)):
            dxs[:, t, :], dh = self.layers[t].backward(dhs[:, t, :] + dh)
            for i, grad in enumerate(self.layers[t].grads):
                grads[i] += grad
        for mine, grad in zip(self.grads, grads):
            mine[...] = grad
        return dxs


class TimeEmbedding:
    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]

    def forward(self, xs):
        self.xs = xs
        return self.params[0][xs]

    def backward(self, dout):
        self.grads[0][...] = 0
        np.add.at(self.grads[0], self.xs, dout)


class TimeAffine:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, xs):
        N, T, _ = xs.shape
        W, b = self.params
        self.xs = xs
        return (xs.reshape(N * T, -1) @ W + b).reshape(N, T, -1)

    def backward(self, dout):
        N, T, _ = dout.shape
        rows = dout.reshape(N * T, -1)
        self.grads[0][...] = self.xs.reshape(N * T, -1).T @ rows
        self.grads[1][...] = rows.sum(axis=0)
        return (rows @ self.params[0].T).reshape(self.xs.shape)


class TimeSoftmaxWithLoss:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, xs, ts):
        N, T, V = xs.shape
        rows, targets = xs.reshape(N * T, V), ts.reshape(N * T)
        ys = np.exp(rows - rows.max(axis=1, keepdims=True))
        ys /= ys.sum(axis=1, keepdims=True)
        self.cache = (ys, targets, (N, T, V))
        return -np.log(ys[np.arange(N * T), targets]).mean()

    def backward(self):
        ys, targets, shape = self.cache
        ys[np.arange(len(targets)), targets] -= 1
        ys /= len(targets)
        return ys.reshape(shape)


class Model:
    def __init__(self, layers, V, D, H, **_):
        randn = lambda *shape: np.random.randn(*shape).astype("f")
        self.layers = [TimeEmbedding(randn(V, D) / 100)]
        for width in [D] + [H] * (layers - 1):
            Wx, Wh = randn(width, H) / np.sqrt(width), randn(H, H) / np.sqrt(H)
            self.layers.append(TimeRNN(Wx.astype("f"), Wh.astype("f"), np.zeros(H, "f")))
        self.layers.append(TimeAffine((randn(H, V) / np.sqrt(H)).astype("f"), np.zeros(V, "f")))
        self.loss_layer = TimeSoftmaxWithLoss()
        self.params, self.grads = [], []
        for layer in self.layers:
            self.params += layer.params
            self.grads += layer.grads

    def forward(self, xs, ts):
        for layer in self.layers:
            xs = layer.forward(xs)
        return self.loss_layer.forward(xs, ts)

    def backward(self):
        dout = self.loss_layer.backward()
        for layer in reversed(self.layers):
            dout = layer.backward(dout)


def clip_grads(grads, max_norm):
    norm = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    rate = np.float32(max_norm / (norm + 1e-6))
    if rate < 1:
        for grad in grads:
            grad *= rate


def sgd(params, grads, lr):
    for param, grad in zip(params, grads):
        param -= lr * grad


def train_step(job):
    N, T = job["N"], job["T"]
    model = Model(**job)
    ids = np.random.randint(0, job["V"], (N, BLOCKS * T + 1))
    block = 0

    def step():
        nonlocal block
        start = block * T
        block = (block + 1) % BLOCKS
        model.forward(ids[:, start : start + T], ids[:, start + 1 : start + T + 1])
        model.backward()
        clip_grads(model.grads, 0.25)
        sgd(model.params, model.grads, np.float32(0.1))

    return step


np.random.seed(1)
serve(f"numpy {np.__version__}", train_step(read_job()))
