"""Writes files of torch.save with tensors of all types, views and shared memory: zip and older format, and a checkpoint."""

import argparse
import pathlib

import torch

here = pathlib.Path(__file__).parent
a = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 8 - 1
weight = a.clone()
tensors = {
    "float32": a,
    "float64": a.double(),
    "float16": a.half(),
    "bfloat16": a.bfloat16(),
    "transposed": a.t(),
    "columns": a[:, 1:3],
    "rows": a[1:3],
    "three": a.reshape(2, 3, 4).permute(2, 0, 1),
    "number": torch.tensor(1.5),
    "empty": torch.zeros(0, 3),
    "encoder.weight": weight,
    "decoder.weight": weight,
    "int64": torch.arange(3),
    "bool": torch.tensor([True]),
}
torch.save(tensors, here / "tensors.pt")
torch.save(tensors, here / "tensors-legacy.pt", _use_new_zipfile_serialization=False)

module = torch.nn.LSTM(1, 1)
optimizer = torch.optim.Adam(module.parameters())
module(torch.zeros(1, 1, 1))[0].sum().backward()
optimizer.step()
checkpoint = {
    "epoch": 3,
    "optimizer_state_dict": optimizer.state_dict(),
    "model_state_dict": module.state_dict(),
    "args": argparse.Namespace(lr=0.1),
}
torch.save(checkpoint, here / "checkpoint.pt")
torch.save({"w": torch.eye(2).to_sparse()}, here / "sparse.pt")
