"""PyTorch on the CPU: `pytorch.py THREADS JOB`."""

import sys

import torch
import torch.nn.functional as F
from torch import nn

from child import read_job, serve

BLOCKS = 50

cells = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class Model(nn.Module):
    def __init__(self, cell, layers, V, D, H, **_):
        super().__init__()
        self.embedding = nn.Embedding(V, D)
        self.rnn = cells[cell](D, H, layers)
        self.affine = nn.Linear(H, V)

    def forward(self, xs, h):
        hs, h = self.rnn(self.embedding(xs), h)
        return self.affine(hs), h


def start_state(job, N):
    """The state before the first step: a tensor, or of an LSTM the pair of h and c."""
    zeros = torch.zeros(job["layers"], N, job["H"])
    return (zeros, zeros) if job["cell"] == "lstm" else zeros


def detach(state):
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def train_step(job):
    N, T, V = job["N"], job["T"], job["V"]
    model = Model(**job)
    params = list(model.parameters())
    # All parameters of an update in one call each, where this version knows how.
    optimizer = torch.optim.SGD(params, lr=0.1, foreach=True)
    options = {"foreach": True} if int(torch.__version__.split(".")[0]) >= 2 else {}
    ids = torch.randint(V, (BLOCKS * T + 1, N))
    h, block = start_state(job, N), 0

    def step():
        nonlocal h, block
        start = block * T
        block = (block + 1) % BLOCKS
        optimizer.zero_grad(set_to_none=True)
        scores, h = model(ids[start : start + T], detach(h))
        targets = ids[start + 1 : start + T + 1]
        loss = F.cross_entropy(scores.view(-1, V), targets.reshape(-1))
        loss.backward()
        nn.utils.clip_grad_norm_(params, 0.25, **options)
        optimizer.step()
        loss.item()

    return step


@torch.no_grad()
def read(model, xs, h):
    """Returns a token drawn from the scores after xs (T, 1), and the state there."""
    hs, h = model.rnn(model.embedding(xs), h)
    scores = model.affine(hs[-1])
    return torch.multinomial(F.softmax(scores, dim=-1), 1), h


def generate_step(job):
    model = Model(**job).eval()
    prompt = torch.randint(job["V"], (job["prompt"], 1))
    if job["kind"] == "first-token":
        return lambda: read(model, prompt, start_state(job, 1))[0].item()
    token, h = read(model, prompt, start_state(job, 1))

    def step():
        nonlocal token, h
        token, h = read(model, token, h)
        token.item()

    return step


def gemm_step(job):
    a, b = torch.randn(job["M"], job["K"]), torch.randn(job["K"], job["N"])
    out = torch.empty(job["M"], job["N"])
    return lambda: torch.mm(a, b, out=out)


torch.manual_seed(1)
torch.set_num_threads(int(sys.argv[1]))
job = read_job()
steps = {"train": train_step, "gemm": gemm_step}
serve(f"torch {torch.__version__}", steps.get(job["kind"], generate_step)(job))
