"""Runs the load.py of each exported folder on two blocks of ids. Prints their logits and the states after them, layer by layer.

    python run_load.py < JSON: [{"folder": ..., "blocks": [[ids], [ids]]}, ...]
"""
import importlib.util
import json
import sys

import torch


def states_of(state):
    """The states of each layer: h, and c if there is one."""
    if isinstance(state, list):
        return [part for layer in state for part in (layer if isinstance(layer, tuple) else (layer,))]
    if isinstance(state, tuple):
        return [part[i] for i in range(state[0].shape[0]) for part in state]
    return list(state)


results = []
for case in json.load(sys.stdin):
    spec = importlib.util.spec_from_file_location("load", case["folder"] + "/load.py")
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    model, state, logits = program.load(), None, []
    for ids in case["blocks"]:
        # Two texts at once; the second one must not change the first.
        batch = torch.tensor([ids, ids[::-1]]).T
        with torch.no_grad():
            block, state = model(batch, state)
        logits += block[:, 0].flatten().tolist()
    rows = [part.reshape(-1, part.shape[-1])[0].tolist() for part in states_of(state)]
    results.append({"logits": logits, "states": [x for row in rows for x in row]})
json.dump(results, sys.stdout)
