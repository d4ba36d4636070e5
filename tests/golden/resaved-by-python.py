"""Saves a model file again, as a Python program does that changed nothing: python resaved-by-python.py IN OUT

IN was made by: unrolled train TEXT --hidden 3 --wordvec 2 --untied --cell rnn --layers 1 --batch 2 --time 5 --epochs 1,
where TEXT is 60 times "the cat sees the dog .\na dog sees a cat .\n".
"""
import sys

from safetensors import safe_open
from safetensors.numpy import save_file

with safe_open(sys.argv[1], "numpy") as file:
    metadata = file.metadata()
    tensors = {name: file.get_tensor(name) for name in reversed(list(file.keys()))}
save_file(tensors, sys.argv[2], {"saved by": "somebody else", **dict(reversed(list(metadata.items())))})
