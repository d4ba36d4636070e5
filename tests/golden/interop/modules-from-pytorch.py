"""Writes files of torch.save that hold whole modules, and logits of PyTorch for them.

Usage: python modules-from-pytorch.py NAME, with the newest PyTorch and NAME `new`, and with PyTorch 1.13 and NAME `1.13`.
The first also writes one as PyTorch 0.3 did, which stored parameters in another way.
"""

import json
import pathlib
import sys
from collections import OrderedDict

import torch
import torch.serialization
from torch_modules import AwdModel, LockedDropout, RNNModel, SplitCrossEntropyLoss, WeightDrop, place

here = pathlib.Path(__file__).parent
tag = sys.argv[1]
V, D, H = 7, 3, 4
ids = [1, 4, 0, 6, 2, 2, 5, 3, 0, 1]
torch.manual_seed(17)

place(RNNModel, "model")
word_models = {
    "lstm": RNNModel("LSTM", V, D, H, 2),
    "gru": RNNModel("GRU", V, D, H, 1),
    "rnn-tanh": RNNModel("RNN_TANH", V, D, H, 1),
    "rnn-relu": RNNModel("RNN_RELU", V, D, H, 1),
    "tied": RNNModel("LSTM", V, H, H, 1, tied=True),
}
legacy = {"lstm", "rnn-relu"}
if tag != "new":
    word_models = {name: word_models[name] for name in ["lstm", "gru"]}
results = {}


def without_source(*_, **__):
    raise OSError("the older format stores the source of each class, which is long")


torch.serialization.get_source_lines_and_file = without_source


def note(file, model):
    model.eval()
    with torch.no_grad():
        logits = model.double().logits(torch.tensor(ids)[:, None])[:, 0]
    results[file] = [round(x, 12) for x in logits.flatten().tolist()]


def widened(model):
    # Random weights with a spread that lets each of them change the logits.
    for p in model.parameters():
        p.data.uniform_(-1, 1)
    return model


for name, model in word_models.items():
    file = f"module-{name}-{tag}.pt"
    old = name in legacy
    torch.save(widened(model), here / file, _use_new_zipfile_serialization=not old)
    note(file, model)

if tag == "new":
    of_0_3 = widened(RNNModel("LSTM", V, D, H, 1))
    plain, parameter = torch.Tensor.__reduce_ex__, torch.nn.Parameter.__reduce_ex__
    torch.Tensor.__reduce_ex__ = lambda t, _: (
        torch._utils._rebuild_tensor,
        (t.storage(), t.storage_offset(), t.size(), t.stride()),
    )
    torch.nn.Parameter.__reduce_ex__ = lambda p, _: (torch.nn.Parameter, (p.data,), (True, False, OrderedDict()))
    torch.save(of_0_3, here / "module-lstm-0.3.pt", _use_new_zipfile_serialization=False)
    torch.Tensor.__reduce_ex__, torch.nn.Parameter.__reduce_ex__ = plain, parameter
    note("module-lstm-0.3.pt", of_0_3)

for cls, module in [(LockedDropout, "locked_dropout"), (WeightDrop, "weight_drop"), (SplitCrossEntropyLoss, "splitcross")]:
    place(cls, module)
place(AwdModel, "model", "RNNModel")
awd = widened(AwdModel(V, D, H, 3))
optimizer = torch.optim.SGD(awd.parameters(), lr=30, weight_decay=1.2e-6)
file = f"module-awd-{tag}.pt"
torch.save([awd, SplitCrossEntropyLoss(D, V), optimizer], here / file)
note(file, awd)

path = here / f"modules-from-pytorch-{tag}.json"
json.dump({"torch": torch.__version__, "ids": ids, "logits": results}, path.open("w"))
