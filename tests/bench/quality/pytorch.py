"""
Compares the PyTorch programs of the quality bench with float64 loops written from the formulas; prints JSON. The argument is
the folder `bench/peers`.
"""

import json
import sys

import torch

sys.path.insert(0, sys.argv[1])
from language_model.recipe import LanguageModel, missing_in, start_from_frequencies  # noqa: E402
from language_model.sampled_softmax import inclusion  # noqa: E402
from language_model.schedule import Schedule  # noqa: E402
from language_model.text import mean_loss, mean_loss_of_windows, pairs_of_streams  # noqa: E402

torch.manual_seed(1)
torch.set_num_threads(1)
V = 7
recipe = {"cell": "lstm", "layers": 2, "wordvec": 4, "hidden": 5, "tied": True, "initScale": 0.8, "dropout": 0.3, "forgetBias": 1}
ids = torch.randint(V, (95,))
model = LanguageModel(recipe, V).eval()
mogrifier = LanguageModel({**recipe, "cell": "mogrifier-lstm", "mogrifierRounds": 3, "mogrifierRank": 2}, V).eval()


def modulated_by_hand(x, h, weights, layer):
    """x₁ = 2σ(h·Q₁) ⊙ x; h₂ = 2σ(x₁·R₂) ⊙ h; x₃ = 2σ(h₂·Q₃) ⊙ x₁"""
    Q1, R2, Q3 = [weights[f"rnns.{layer}.down.{i}"] @ weights[f"rnns.{layer}.up.{i}"] for i in range(3)]
    x = 2 * torch.sigmoid(h @ Q1) * x
    h = 2 * torch.sigmoid(x @ R2) * h
    return 2 * torch.sigmoid(h @ Q3) * x, h


def by_hand(text, model=model):
    """−log p of each token but the first, from an empty state."""
    weights = {name: value.double() for name, value in model.state_dict().items()}
    E = weights["embedding.weight"]
    states = [(torch.zeros(5).double(), torch.zeros(5).double()), (torch.zeros(4).double(), torch.zeros(4).double())]
    losses = []
    for token, target in zip(text, text[1:]):
        x = E[token]
        for layer, (h, c) in enumerate(states):
            if model is mogrifier:
                x, h = modulated_by_hand(x, h, weights, layer)
            W = {part: weights.get(f"rnns.{layer}.{part}_l0", 0) for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
            a = W["weight_ih"] @ x + W["bias_ih"] + W["weight_hh"] @ h + W["bias_hh"]
            i, f, g, o = a.chunk(4)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            x = h = torch.sigmoid(o) * torch.tanh(c)
            states[layer] = (h, c)
        losses.append(-torch.log_softmax(E @ x + weights["affine.bias"], 0)[target].item())
    return losses


def frequencies():
    """The output biases of a model that starts from 2, 0 and 1 tokens of 3 kinds."""
    small = LanguageModel(recipe, 3)
    start_from_frequencies(small, torch.tensor([0, 2, 0]))
    return small.affine.bias.tolist()


def mean(values):
    return sum(values) / len(values)


def windows_by_hand(W):
    return mean([loss for start in range(0, len(ids) - 1, W) for loss in by_hand(ids[start : start + W + 1])])


weights = torch.tensor([100.0, 50, 3, 2, 1, 1, 0], dtype=torch.double)
cosine = Schedule({"schedule": "cosine", "lr": 2, "epochs": 3, "warmup": 4}, 10)
plateau = Schedule({"schedule": "plateau", "lr": 2, "lrDecay": 0.25, "epochs": 3}, 10)
rates = []
for loss in (5, 4, 4.5, 4.2, 3):
    plateau.validated(loss)
    rates.append(plateau.rate(1, 1))
xs, ts = pairs_of_streams(torch.arange(12), 3)
ours = {**recipe, "optimizer": "sgd", "average": None, "streams": "cut", "stateful": True, "zoneout": 0}
print(
    json.dumps(
        {
            "stream": [mean_loss(model, ids, block=10), mean(by_hand(ids))],
            "mogrifier": [mean_loss(mogrifier, ids, block=10), mean(by_hand(ids, mogrifier))],
            "frequencies": frequencies(),
            "windows": [[mean_loss_of_windows(model, ids, W, N=3), windows_by_hand(W)] for W in (1, 7, 47, 94, 200)],
            "inclusion": [inclusion(weights, count).tolist() for count in (2, 4)],
            "cosine": [cosine.rate(1, 1), cosine.rate(1, 4), cosine.rate(2, 16), cosine.rate(3, 30)],
            "plateau": rates,
            "streams": [xs.tolist(), ts.tolist()],
            "missing": [missing_in(ours), missing_in({**ours, "zoneout": 0.1, "average": "nt-asgd", "cell": "mingru"})],
        }
    )
)
