"""Token ids of a text as streams, and the loss of a model on a text, counted as in our library."""

import torch
import torch.nn.functional as F


def read_ids(path):
    """A file of int32 ids, little endian."""
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.int32).long()


def pairs_of_streams(ids, N):
    """Inputs and targets of N streams, each (⌊size/N⌋, N): stream i starts at pair i·⌊size/N⌋."""
    jump = (len(ids) - 1) // N
    return tuple(ids[shift : shift + N * jump].view(N, jump).t().contiguous() for shift in (0, 1))


@torch.no_grad()
def mean_loss(model, ids, block=512):
    """
    One stream whose state is carried to the end; every token but the first counts once. In nats.
    `model(xs, state)` returns logits or log probabilities (T·N, V), and the state after xs (T, N).
    """
    model.eval()
    state, total, targets = model.start(1), 0.0, len(ids) - 1
    for start in range(0, targets, block):
        end = min(start + block, targets)
        scores, state = model(ids[start:end].unsqueeze(1), state)
        total += F.cross_entropy(scores, ids[start + 1 : end + 1], reduction="sum").item()
    return total / targets


@torch.no_grad()
def mean_loss_of_windows(model, ids, window, N=64):
    """Consecutive windows of `window` targets, each from the zero state; every token but the first counts once. In nats."""
    model.eval()
    total, targets = 0.0, len(ids) - 1
    whole = targets // window * window
    xs, ts = (ids[shift : shift + whole].view(-1, window) for shift in (0, 1))
    batches = list(zip(xs.split(N), ts.split(N)))
    if whole < targets:
        batches.append((ids[whole:targets].unsqueeze(0), ids[whole + 1 :].unsqueeze(0)))
    for inputs, expected in batches:
        scores, _ = model(inputs.t(), model.start(len(inputs)))
        total += F.cross_entropy(scores, expected.t().reshape(-1), reduction="sum").item()
    return total / targets


def detach(state):
    """The state without its history, so that no gradient crosses the start of a block."""
    return tuple(map(detach, state)) if isinstance(state, (tuple, list)) else state.detach()
