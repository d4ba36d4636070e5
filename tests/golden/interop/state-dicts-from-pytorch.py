"""Makes state-dicts-from-pytorch.json: state dicts of language models in safetensors, and the logits that PyTorch computes.

    python3 tests/golden/interop/state-dicts-from-pytorch.py > tests/golden/interop/state-dicts-from-pytorch.json

Needs torch (1.13 or newer) and safetensors. The modules are named as those of pytorch/examples word_language_model
(encoder, rnn, decoder), of awd-lstm-lm (rnns.N.module, weight_hh_l0_raw of a WeightDrop) and of programs of one's own. The logits
are computed in float64 from the weights as saved.
"""
import base64
import json

import torch
from safetensors.torch import save
from torch import nn

V, D, H = 7, 3, 4
IDS = [1, 6, 2, 0, 2, 5, 3]


class Model(nn.Module):
    """An embedding, recurrent modules and a linear layer under the given names."""

    def __init__(self, modules, names=("encoder", "rnn", "decoder"), tied=False, bias=True):
        super().__init__()
        self.parts = nn.ModuleList([nn.Embedding(V, modules[0].input_size), *modules])
        width = modules[-1].hidden_size
        self.output = nn.Linear(width, V, bias=bias)
        if tied:
            self.output.weight = self.parts[0].weight
        self.names = names

    def logits(self, ids):
        embedding, *modules = self.parts
        hs = embedding(torch.tensor(ids).view(-1, 1))
        for module in modules:
            hs, _ = module(hs)
        return self.output(hs).squeeze(1)

    def arrays(self):
        embedding, *modules = self.parts
        of_embedding, of_modules, of_output = self.names
        arrays = {f"{of_embedding}.weight": embedding.weight}
        for i, module in enumerate(modules):
            prefix = of_modules.format(i)
            arrays.update({f"{prefix}.{name}": value for name, value in module.state_dict().items()})
        arrays.update({f"{of_output}.{name}": value for name, value in self.output.state_dict().items()})
        return {name: value.detach().clone() for name, value in arrays.items()}


def weight_drop(arrays):
    """Adds the names of a WeightDrop: the weights as trained, and what the last mask left of them."""
    for name in [name for name in arrays if name.endswith("weight_hh_l0")]:
        arrays[name + "_raw"] = arrays[name]
        arrays[name] = arrays[name] * 0.5
    return arrays


CASES = {
    "lstm": dict(model=lambda: Model([nn.LSTM(D, H, 2)])),
    "gru float16": dict(model=lambda: Model([nn.GRU(D, H, 2)]), dtype=torch.float16),
    "rnn bfloat16": dict(model=lambda: Model([nn.RNN(D, H)]), dtype=torch.bfloat16, map={"cell": "rnn"}),
    "rnn-relu float64": dict(
        model=lambda: Model([nn.RNN(D, H, nonlinearity="relu")]), dtype=torch.float64, map={"cell": "rnn-relu"}
    ),
    "tied lstm without biases": dict(model=lambda: Model([nn.LSTM(H, H, bias=False)], tied=True, bias=False)),
    "awd-lstm-lm": dict(
        model=lambda: Model([nn.LSTM(D, H), nn.LSTM(H, H), nn.LSTM(H, D)], ("encoder", "rnns.{}.module", "decoder"), tied=True),
        change=weight_drop,
    ),
    "names of its own": dict(
        model=lambda: Model([nn.GRU(H, H), nn.GRU(H, H)], ("module.tok", "module.gru{}", "module.fc2")),
        change=lambda arrays: {**arrays, "module.steps": torch.tensor([7]), "optimizer.exp_avg": torch.ones(2)},
        map={"embedding": "module.tok.weight", "rnn": "module.gru0,module.gru1", "output": "module.fc2.weight"},
    ),
}


def case(name, model, dtype=torch.float32, change=lambda arrays: arrays, map={}):
    torch.manual_seed(len(name))
    made = model().to(dtype)
    file = save(change(made.arrays()))
    logits = made.double().logits(IDS)
    return {"name": name, "map": map, "file": base64.b64encode(file).decode(), "logits": logits.tolist()}


print(json.dumps({"ids": IDS, "cases": [case(name, **rest) for name, rest in CASES.items()]}))
