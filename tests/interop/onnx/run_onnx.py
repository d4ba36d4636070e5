"""Checks ONNX models and runs them. Standard input: JSON, a list of {"file", "blocks"}, where a block is ids (T, N). Standard
output: for each model the logits (T·N·V) of all blocks, in which the states carry over, starting from zeros."""

import json
import sys

import numpy as np
import onnx
import onnxruntime


def run(file, blocks):
    onnx.checker.check_model(onnx.load(file), full_check=True)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    ids, *states = session.get_inputs()
    N = len(blocks[0][0])
    values = {state.name: np.zeros((N, state.shape[1]), np.float32) for state in states}
    logits = []
    for block in blocks:
        output, *after = session.run(None, {ids.name: np.array(block, np.int64), **values})
        values = {state.name: value for state, value in zip(states, after, strict=True)}
        logits.extend(output.ravel().tolist())
    return logits


json.dump([run(**model) for model in json.load(sys.stdin)], sys.stdout)
