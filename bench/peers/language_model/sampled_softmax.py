"""
Our sampled softmax in PyTorch (docs/layers/loss.md): the loss of a block over its unique targets and other tokens, drawn
without replacement with probabilities proportional to count + 1. −log p is added to the logit of a drawn token.
"""

import torch
import torch.nn.functional as F


class SampledSoftmax:
    def __init__(self, size, train, V, affine):
        self.size, self.affine = size, affine
        self.weights = torch.bincount(train, minlength=V).double() + 1

    def __call__(self, hs, targets):
        unique, labels = torch.unique(targets, return_inverse=True)
        if len(unique) >= self.size:
            return F.cross_entropy(self.affine(hs), targets)
        drawn, shifts = self.draw(unique)
        ids = torch.cat([unique, drawn])
        bias = self.affine.bias[ids] + torch.cat([torch.zeros(len(unique)), shifts])
        return F.cross_entropy(F.linear(hs, self.affine.weight[ids], bias), labels)

    def draw(self, unique):
        """Other tokens by systematic sampling, and −log of the probability with which each was included."""
        weights = self.weights.clone()
        weights[unique] = 0
        p = inclusion(weights, self.size - len(unique))
        ends = p.cumsum(0)
        u = torch.rand((), dtype=torch.double)
        # Token j is drawn where u + k, for a whole k, lies in its part of the cumulative probabilities.
        crossed = (ends - u).floor() - (ends - p - u).floor()
        drawn = torch.nonzero(crossed > 0).squeeze(1)
        return drawn, -p[drawn].log().float()


def inclusion(weights, count):
    """p = min(1, c·weight) with the sum `count`: tokens that would exceed 1 are certain, and c grows for the others."""
    p = weights * (count / weights.sum())
    while (p > 1).any():
        certain = p >= 1
        others = torch.where(certain, 0, weights)
        p = torch.where(certain, 1, others * ((count - certain.sum()) / others.sum()))
    return p
