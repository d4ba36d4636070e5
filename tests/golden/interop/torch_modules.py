"""Modules of the structure and class names of published language models, for files that hold whole pickled modules.

Each class has the attributes that the program of its name stores; none has its training code.
"""

import sys
import types

import torch
from torch import nn


class RNNModel(nn.Module):
    """word_language_model of PyTorch's examples, and colorlessgreenRNNs: class model.RNNModel."""

    def __init__(self, rnn_type, V, D, H, layers, tied=False):
        super().__init__()
        self.ntoken = V
        self.drop = nn.Dropout(0.2)
        self.encoder = nn.Embedding(V, D)
        if rnn_type.startswith("RNN_"):
            self.rnn = nn.RNN(D, H, layers, nonlinearity=rnn_type[4:].lower(), dropout=0.2)
        else:
            self.rnn = getattr(nn, rnn_type)(D, H, layers, dropout=0.2)
        self.decoder = nn.Linear(H, V)
        if tied:
            self.decoder.weight = self.encoder.weight
        self.rnn_type = rnn_type
        self.nhid = H
        self.nlayers = layers

    def logits(self, ids):
        return self.decoder(self.rnn(self.encoder(ids))[0])


class LockedDropout(nn.Module):
    """awd-lstm-lm: class locked_dropout.LockedDropout."""


class WeightDrop(nn.Module):
    """awd-lstm-lm: class weight_drop.WeightDrop. The weight is a parameter `…_raw`; flatten_parameters is a method of this class."""

    def __init__(self, module, weights, dropout):
        super().__init__()
        self.module = module
        self.weights = weights
        self.dropout = dropout
        self.variational = False
        module.flatten_parameters = self.nothing
        for name in weights:
            weight = getattr(module, name)
            del module._parameters[name]
            module.register_parameter(name + "_raw", nn.Parameter(weight.data))

    def nothing(self):
        return

    def plain(self):
        lstm = nn.LSTM(self.module.input_size, self.module.hidden_size)
        for name in ["weight_ih_l0", "bias_ih_l0", "bias_hh_l0"]:
            getattr(lstm, name).data = getattr(self.module, name).data
        lstm.weight_hh_l0.data = self.module.weight_hh_l0_raw.data
        return lstm


class AwdModel(nn.Module):
    """awd-lstm-lm: class model.RNNModel. The last layer has the width of the embedding, which the decoder shares."""

    def __init__(self, V, D, H, layers):
        super().__init__()
        self.lockdrop = LockedDropout()
        self.idrop = nn.Dropout(0.1)
        self.hdrop = nn.Dropout(0.1)
        self.drop = nn.Dropout(0.1)
        self.encoder = nn.Embedding(V, D)
        widths = [D] + [H] * (layers - 1) + [D]
        rnns = [nn.LSTM(widths[i], widths[i + 1]) for i in range(layers)]
        self.rnns = nn.ModuleList([WeightDrop(rnn, ["weight_hh_l0"], 0.5) for rnn in rnns])
        self.decoder = nn.Linear(D, V)
        self.decoder.weight = self.encoder.weight
        self.rnn_type = "LSTM"
        self.ninp, self.nhid, self.nlayers = D, H, layers
        self.dropout, self.dropouti, self.dropouth, self.dropoute = 0.4, 0.1, 0.1, 0.1
        self.tie_weights = True

    def logits(self, ids):
        hs = self.encoder(ids)
        for rnn in self.rnns:
            hs = rnn.plain()(hs)[0]
        return self.decoder(hs)


class SplitCrossEntropyLoss(nn.Module):
    """awd-lstm-lm: class splitcross.SplitCrossEntropyLoss, the criterion beside the model."""

    def __init__(self, H, V):
        super().__init__()
        self.hidden_size, self.splits, self.nsplits, self.stats = H, [0, V, 100000000], 2, {}
        self.tail_vectors = nn.Parameter(torch.zeros(1, H))
        self.tail_bias = nn.Parameter(torch.zeros(1))


def place(cls, module, name=None):
    """Gives a class the module, and the name, of the program that stores it."""
    cls.__module__, cls.__qualname__ = module, name or cls.__name__
    cls.__name__ = cls.__qualname__
    here = sys.modules.setdefault(module, types.ModuleType(module))
    setattr(here, cls.__name__, cls)
    return cls
