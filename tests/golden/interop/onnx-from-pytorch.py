"""Writes onnx-from-pytorch.json: graphs that both exporters of PyTorch write, and PyTorch's logits.

python onnx-from-pytorch.py, with torch, onnx and onnxscript. The file of this repository is from PyTorch 2.15.
"""

import base64
import io
import json
import pathlib
import warnings

import onnx
import torch
from torch import nn

warnings.filterwarnings("ignore")
torch.manual_seed(17)
V, D, H, T, N = 7, 3, 4, 5, 2


class LanguageModel(nn.Module):
    def __init__(self, kind, layers=2, tied=False, batch_first=False, **options):
        super().__init__()
        width = D if tied else H
        self.drop = nn.Dropout(0.5)
        self.encoder = nn.Embedding(V, D)
        self.rnn = getattr(nn, kind)(D, width, layers, batch_first=batch_first, **options)
        self.decoder = nn.Linear(width, V)
        if tied:
            self.decoder.weight = self.encoder.weight
        for parameter in self.parameters():
            nn.init.normal_(parameter, std=0.7)

    def forward(self, ids, *state):
        xs = self.drop(self.encoder(ids))
        hs, after = self.rnn(xs, state if len(state) == 2 else state[0]) if state else self.rnn(xs)
        return self.result(self.drop(hs)), *(after if isinstance(after, tuple) else (after,))

    def result(self, hs):
        return self.decoder(hs)


class LogProbabilities(LanguageModel):
    """As word_language_model of pytorch/examples."""

    def result(self, hs):
        return torch.log_softmax(self.decoder(hs).view(-1, V), dim=1)


class LastStep(LanguageModel):
    def result(self, hs):
        return self.decoder(hs[:, -1, :])


def states(kind, layers, width):
    return [torch.zeros(layers, N, width) for _ in range(2 if kind == "LSTM" else 1)]


def exported(model, inputs, **options):
    file = io.BytesIO()
    if options.get("dynamo"):
        torch.onnx.export(model, inputs, external_data=False, verbose=False, **options).save("/tmp/golden.onnx")
        proto = onnx.load("/tmp/golden.onnx")
    else:
        torch.onnx.export(model, inputs, file, dynamo=False, **options)
        proto = onnx.load_from_string(file.getvalue())
    # What the exporter tells of the source code and of each intermediate array is no part of the graph.
    for node in proto.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for part in (proto, proto.graph):
        part.ClearField("metadata_props")
    proto.graph.ClearField("value_info")
    for value in (*proto.graph.input, *proto.graph.output):
        value.ClearField("metadata_props")
    for initializer in proto.graph.initializer:
        initializer.ClearField("metadata_props")
    return proto.SerializeToString()


def case(name, kind, build=LanguageModel, *, with_states=False, dynamic=True, dynamo=False, opset=None, folding=True, **model):
    torch.manual_seed(17)
    network = build(kind, **model).eval()
    batch_first = model.get("batch_first", False)
    ids = torch.tensor([[(t * t * 7 + n * 3 + t) % V for n in range(N)] for t in range(T)])
    width = D if model.get("tied") else H
    inputs = (ids.T if batch_first else ids, *(states(kind, model.get("layers", 2), width) if with_states else []))
    options = {"dynamo": dynamo, "opset_version": opset} if opset else {"dynamo": dynamo}
    if not dynamo:
        options["do_constant_folding"] = folding
        options["input_names"] = ["ids", "h0", "c0"][: len(inputs)]
        if dynamic:
            options["dynamic_axes"] = {"ids": {0: "T", 1: "N"}, "h0": {1: "N"}, "c0": {1: "N"}}
    elif dynamic:
        steps, texts = torch.export.Dim("T"), torch.export.Dim("N")
        options["dynamic_shapes"] = ({0: steps, 1: texts}, tuple({1: texts} for _ in inputs[1:]))
    dynamo = options.pop("dynamo")
    file = exported(network, inputs, **({"dynamo": True} if dynamo else {}), **options)
    with torch.no_grad():
        logits = network(*inputs)[0]
    # (T, N, V), or (N, V) of the last step.
    if logits.dim() == 3 and batch_first:
        logits = logits.transpose(0, 1)
    return {
        "name": name,
        "file": base64.b64encode(file).decode(),
        "ids": ids.tolist(),
        "logits": logits.reshape(-1, N, V).tolist(),
    }


cases = [
    case("LSTM, batch first, zero states", "LSTM", batch_first=True),
    case("LSTM, gates reordered in the graph", "LSTM", layers=1, folding=False),
    case("LSTM, one layer, static sizes, last step", "LSTM", LastStep, layers=1, dynamic=False, batch_first=True),
    case("GRU, tied, states, opset 11", "GRU", tied=True, with_states=True, opset=11),
    case("RNN with ReLU, no bias", "RNN", nonlinearity="relu", bias=False),
    case("LSTM, log probabilities, dynamo", "LSTM", LogProbabilities, with_states=True, dynamo=True),
    case("GRU, tied, dynamo", "GRU", tied=True, with_states=True, dynamo=True),
]
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
print(path, path.stat().st_size)
