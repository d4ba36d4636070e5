"""
PyTorch's word_language_model example (pytorch/examples, BSD-3-Clause) with its options for a tied model of 200 units:
its model, its batches, its loop of plain SGD, its evaluation with batches of 10, and its rule for the learning rate.
"""

import torch
import torch.nn.functional as F
from torch import nn

from .text import detach

OPTIONS = {
    "emsize": 200, "nhid": 200, "nlayers": 2, "dropout": 0.2, "lr": 20.0, "clip": 0.25,
    "batch_size": 20, "bptt": 35, "epochs": 40,
}  # fmt: skip
EVAL_BATCH_SIZE = 10


class RNNModel(nn.Module):
    def __init__(self, ntoken, emsize, nhid, nlayers, dropout):
        super().__init__()
        self.ntoken, self.nhid, self.nlayers = ntoken, nhid, nlayers
        self.drop = nn.Dropout(dropout)
        self.encoder = nn.Embedding(ntoken, emsize)
        self.rnn = nn.LSTM(emsize, nhid, nlayers, dropout=dropout)
        self.decoder = nn.Linear(nhid, ntoken)
        self.decoder.weight = self.encoder.weight
        nn.init.uniform_(self.encoder.weight, -0.1, 0.1)
        nn.init.zeros_(self.decoder.bias)

    def forward(self, xs, hidden):
        emb = self.drop(self.encoder(xs))
        output, hidden = self.rnn(emb, hidden)
        decoded = self.decoder(self.drop(output)).view(-1, self.ntoken)
        return F.log_softmax(decoded, dim=1), hidden

    def start(self, N):
        weight = next(self.parameters())
        return tuple(weight.new_zeros(self.nlayers, N, self.nhid) for _ in range(2))


def batchify(data, bsz):
    nbatch = data.size(0) // bsz
    return data.narrow(0, 0, nbatch * bsz).view(bsz, -1).t().contiguous()


def get_batch(source, i, bptt):
    seq_len = min(bptt, len(source) - 1 - i)
    return source[i : i + seq_len], source[i + 1 : i + 1 + seq_len].view(-1)


class ExampleRun:
    """`job` may replace the number of epochs, for a quick run."""

    def __init__(self, job, train, valid):
        torch.manual_seed(job["seed"])
        self.options = {**OPTIONS, **job.get("options", {})}
        sizes = {name: self.options[name] for name in ("emsize", "nhid", "nlayers", "dropout")}
        self.model = RNNModel(job["V"], **sizes)
        self.train_data = batchify(train, self.options["batch_size"])
        self.valid_data = batchify(valid, EVAL_BATCH_SIZE)
        self.epochs = self.options["epochs"]
        self.lr, self.best = self.options["lr"], None
        self.criterion = nn.NLLLoss()

    def train(self, check):
        """One epoch. Returns the mean training loss; `check` is called before each step."""
        options, model = self.options, self.model
        model.train()
        total, steps = 0.0, 0
        hidden = model.start(options["batch_size"])
        for i in range(0, self.train_data.size(0) - 1, options["bptt"]):
            check()
            data, targets = get_batch(self.train_data, i, options["bptt"])
            model.zero_grad()
            output, hidden = model(data, detach(hidden))
            loss = self.criterion(output, targets)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), options["clip"])
            for p in model.parameters():
                p.data.add_(p.grad, alpha=-self.lr)
            total += loss.item()
            steps += 1
        return total / steps

    @torch.no_grad()
    def validate(self):
        """The example's own evaluation, by which it chooses the learning rate. What it returns goes into the results."""
        self.model.eval()
        total, source, bptt = 0.0, self.valid_data, self.options["bptt"]
        hidden = self.model.start(EVAL_BATCH_SIZE)
        for i in range(0, source.size(0) - 1, bptt):
            data, targets = get_batch(source, i, bptt)
            output, hidden = self.model(data, hidden)
            total += len(data) * self.criterion(output, targets).item()
        val_loss = total / (len(source) - 1)
        lr = self.lr
        if self.best is None or val_loss < self.best:
            self.best = val_loss
        else:
            self.lr /= 4.0
        return {"exampleLoss": val_loss, "lr": lr}

    def evaluated(self):
        return self.model

    def validated(self, loss):
        """Nothing: its schedule has its own evaluation."""

    def save(self):
        return {"model": self.model.state_dict(), "lr": self.lr, "best": self.best}

    def restore(self, saved):
        self.model.load_state_dict(saved["model"])
        self.lr, self.best = saved["lr"], saved["best"]
