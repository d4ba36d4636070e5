"""A recipe of ours written in PyTorch: the same model, initial weights, dropout, batches, optimizer and schedule."""

import copy

import torch
import torch.nn.functional as F
from torch import nn

from .mogrifier import MogrifierLSTM
from .sampled_softmax import SampledSoftmax
from .schedule import Schedule
from .text import detach, pairs_of_streams

cells = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU, "mogrifier-lstm": MogrifierLSTM}
with_memory = (nn.LSTM, MogrifierLSTM)
optimizers = {
    "sgd": lambda params, r: torch.optim.SGD(params, lr=r["lr"], weight_decay=r["weightDecay"], foreach=True),
    "momentum": lambda params, r: torch.optim.SGD(
        params, lr=r["lr"], weight_decay=r["weightDecay"], momentum=r["momentum"] or 0.9, foreach=True
    ),
    "adam": lambda params, r: torch.optim.Adam(params, lr=r["lr"], weight_decay=r["weightDecay"], foreach=True),
    "adamw": lambda params, r: torch.optim.AdamW(params, lr=r["lr"], weight_decay=r["weightDecay"], foreach=True),
}
EMA_DECAY = 0.999
# All parameters in one call each, where this version knows how.
FOREACH = {"foreach": True} if int(torch.__version__.split(".")[0]) >= 2 else {}

# What this program honours, and what changes nothing here: texts and tokens are given as ids, machine settings by the job.
HONOURED = {
    "cell", "layers", "wordvec", "hidden", "tied", "dropout", "lockedDropout", "initScale", "forgetBias", "sampledSoftmax",
    "resetAfter", "batch", "time", "optimizer", "momentum", "weightDecay", "average", "lr", "schedule", "lrDecay", "decayAfter",
    "warmup", "clip", "epochs", "seed", "outputBias", "mogrifierRounds", "mogrifierRank",
}  # fmt: skip
NEUTRAL = {
    "tokens", "normalize", "vocabSize", "items", "skipBad", "maxTokens", "validFraction", "backend", "onDivergence", "patience",
}  # fmt: skip
# What ours have and this program leaves out: embeddings computed from co-occurrences, for which PyTorch has nothing.
LEFT_OUT = {"initEmbedding"}
ONLY = {
    "cell": set(cells), "optimizer": set(optimizers), "average": {None, "ema"}, "streams": {"cut"}, "stateful": {True},
    "outputBias": {None, "zero", "unigram"},
}  # fmt: skip


def missing_in(recipe):
    """The settings of a recipe that this program doesn't have."""
    wrong = [name for name, values in ONLY.items() if recipe.get(name) not in values]
    known = HONOURED | NEUTRAL | LEFT_OUT | set(ONLY)
    more = [name for name, value in recipe.items() if name not in known and value not in (None, False, 0)]
    gru = ["resetAfter: false"] if recipe["cell"] == "gru" and not recipe.get("resetAfter") else []
    return sorted({*wrong, *more, *gru})


class Dropout(nn.Module):
    """Per element, or with one mask (1, N, D) for all steps of a block."""

    def __init__(self, p, locked):
        super().__init__()
        self.p, self.locked = p, locked

    def forward(self, x):
        if not self.locked or not self.training or self.p == 0:
            return F.dropout(x, self.p, self.training)
        return x * F.dropout(x.new_ones(1, *x.shape[1:]), self.p)


class LanguageModel(nn.Module):
    def __init__(self, recipe, V):
        super().__init__()
        D, H, layers = recipe["wordvec"], recipe["hidden"], recipe["layers"]
        tied = bool(recipe.get("tied"))
        widths = [D, *(H if not tied or i < layers - 1 else D for i in range(layers))]
        self.embedding = nn.Embedding(V, D)
        cell = cells[recipe["cell"]]
        more = [recipe.get("mogrifierRounds"), recipe.get("mogrifierRank")] if cell is MogrifierLSTM else []
        self.rnns = nn.ModuleList(cell(*pair, *more) for pair in zip(widths, widths[1:]))
        self.affine = nn.Linear(widths[-1], V)
        if tied:
            self.affine.weight = self.embedding.weight
        self.drop = Dropout(recipe.get("dropout") or 0, bool(recipe.get("lockedDropout")))
        self.initialise(recipe)

    def initialise(self, recipe):
        """As our library: weights uniform in ±initScale, or normal by fan-in; biases 0. The second bias of PyTorch stays 0."""
        scale = recipe.get("initScale")
        for name, param in self.named_parameters():
            if "bias" in name:
                nn.init.zeros_(param)
                # A GRU's reset after the product needs the second bias of its candidate.
                param.requires_grad = "bias_hh" not in name or recipe["cell"] == "gru"
            elif scale is not None:
                nn.init.uniform_(param, -scale, scale)
            else:
                nn.init.normal_(param, std=0.01 if "embedding" in name else param.shape[1] ** -0.5)
        if isinstance(self.rnns[0], with_memory) and recipe.get("forgetBias"):
            for rnn in self.rnns:
                i, f, g, o = rnn.bias_ih_l0.data.chunk(4)
                f.fill_(recipe["forgetBias"])

    def states(self, xs, state):
        """(T, N) of ids → the top states (T·N, H), after dropout in training, and the state after xs."""
        hs, after = self.drop(self.embedding(xs)), []
        for rnn, before in zip(self.rnns, state):
            hs, last = rnn(hs, before)
            hs = self.drop(hs)
            after.append(last)
        return hs.flatten(0, 1), after

    def forward(self, xs, state):
        hs, after = self.states(xs, state)
        return self.affine(hs), after

    def start(self, N):
        zeros = [torch.zeros(1, N, rnn.hidden_size) for rnn in self.rnns]
        return [(h, h) if isinstance(rnn, with_memory) else h for h, rnn in zip(zeros, self.rnns)]


def start_from_frequencies(model, train):
    """Output biases ln((count + 1) / (tokens + V)): the first predictions are the smoothed frequencies of the tokens."""
    counts = torch.bincount(train, minlength=len(model.affine.bias)).float() + 1
    model.affine.bias.data.copy_(torch.log(counts / counts.sum()))


class RecipeRun:
    def __init__(self, job, train, valid):
        recipe = self.recipe = job["recipe"]
        torch.manual_seed(job["seed"])
        self.model = LanguageModel(recipe, job["V"])
        if recipe.get("outputBias") == "unigram":
            start_from_frequencies(self.model, train)
        self.params = [param for param in self.model.parameters() if param.requires_grad]
        self.optimizer = optimizers[recipe["optimizer"]](self.params, recipe)
        self.xs, self.ts = pairs_of_streams(train, recipe["batch"])
        self.steps_per_epoch = len(self.xs) // recipe["time"]
        self.epochs, self.epoch = recipe["epochs"], 0
        self.schedule = Schedule(recipe, self.steps_per_epoch)
        self.average = copy.deepcopy(self.model) if recipe.get("average") else None
        size = recipe.get("sampledSoftmax") if job["sampled"] else None
        self.sampled = SampledSoftmax(size, train, job["V"], self.model.affine) if size else None

    def train(self, check):
        """One epoch. Returns the mean training loss; `check` is called before each step."""
        self.model.train()
        self.epoch += 1
        state, total = self.model.start(self.recipe["batch"]), 0.0
        for block in range(self.steps_per_epoch):
            check()
            loss, state = self.step(block, detach(state))
            total += loss
        return total / self.steps_per_epoch

    def step(self, block, state):
        T, number = self.recipe["time"], (self.epoch - 1) * self.steps_per_epoch + block + 1
        part = slice(block * T, block * T + T)
        self.optimizer.zero_grad(set_to_none=True)
        hs, state = self.model.states(self.xs[part], state)
        loss = self.loss(hs, self.ts[part].reshape(-1))
        loss.backward()
        if self.recipe.get("clip"):
            nn.utils.clip_grad_norm_(self.params, self.recipe["clip"], **FOREACH)
        for group in self.optimizer.param_groups:
            group["lr"] = self.schedule.rate(self.epoch, number)
        self.optimizer.step()
        self.update_average(number)
        return loss.item(), state

    def loss(self, hs, targets):
        if self.sampled:
            return self.sampled(hs, targets)
        return F.cross_entropy(self.model.affine(hs), targets)

    @torch.no_grad()
    def update_average(self, number):
        if self.average is None:
            return
        share = 1 if number == 1 else 1 - EMA_DECAY
        averages, weights = list(self.average.parameters()), list(self.model.parameters())
        torch._foreach_mul_(averages, 1 - share)
        torch._foreach_add_(averages, weights, alpha=share)

    def validate(self):
        return {}

    def evaluated(self):
        """The model to evaluate: the average of the weights, if there is one."""
        return self.average or self.model

    def validated(self, loss):
        self.schedule.validated(loss)

    def save(self):
        parts = {"model": self.model, "optimizer": self.optimizer, **({"average": self.average} if self.average else {})}
        saved = {name: part.state_dict() for name, part in parts.items()}
        return {**saved, "epoch": self.epoch, "schedule": self.schedule.save()}

    def restore(self, saved):
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
        if self.average:
            self.average.load_state_dict(saved["average"])
        self.epoch = saved["epoch"]
        self.schedule.restore(saved["schedule"])
