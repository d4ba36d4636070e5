"""The Mogrifier LSTM of Melis, Kočiský and Blunsom 2020 (docs/layers/mogrifier-lstm.md), with the interface of nn.LSTM."""

import math

import torch
from torch import nn

ROUNDS = 5


class MogrifierLSTM(nn.Module):
    """One layer of D inputs and H units. Parameters have the names and the gate order of nn.LSTM: i, f, g, o."""

    def __init__(self, D, H, rounds=None, rank=None):
        super().__init__()
        self.hidden_size = H
        K = rank or min(40, math.ceil(min(D, H) / 4))
        self.weight_ih_l0 = nn.Parameter(torch.empty(4 * H, D))
        self.weight_hh_l0 = nn.Parameter(torch.empty(4 * H, H))
        self.bias_ih_l0 = nn.Parameter(torch.zeros(4 * H))
        # Each round has a thin pair: from h to x, then from x to h, in turns.
        pairs = [(H, D) if i % 2 == 0 else (D, H) for i in range(rounds or ROUNDS)]
        self.down = nn.ParameterList(nn.Parameter(torch.empty(source, K)) for source, _ in pairs)
        self.up = nn.ParameterList(nn.Parameter(torch.empty(K, target)) for _, target in pairs)

    def modulated(self, x, h):
        for i, (down, up) in enumerate(zip(self.down, self.up)):
            if i % 2 == 0:
                x = 2 * torch.sigmoid(h @ down @ up) * x
            else:
                h = 2 * torch.sigmoid(x @ down @ up) * h
        return x, h

    def step(self, x, h, c):
        x, h = self.modulated(x, h)
        a = torch.addmm(self.bias_ih_l0, x, self.weight_ih_l0.t()) + h @ self.weight_hh_l0.t()
        i, f, g, o = a.chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c

    def forward(self, xs, state):
        """xs (T, N, D) and the state (h, c), each (1, N, H) → hs (T, N, H) and the state after them."""
        h, c = (part[0] for part in state)
        hs = []
        for x in xs:
            h, c = self.step(x, h, c)
            hs.append(h)
        return torch.stack(hs), (h[None], c[None])
