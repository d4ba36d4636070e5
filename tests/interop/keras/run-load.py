"""Runs the load.py of exported folders: paths and blocks of ids as JSON on the standard input, logits as JSON on the output."""
import importlib.util
import json
import os
import sys

os.environ.setdefault('KERAS_BACKEND', 'jax')
import numpy as np

rows = []
for i, case in enumerate(json.load(sys.stdin)):
    spec = importlib.util.spec_from_file_location(f'load_{i}', f"{case['folder']}/load.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.load(stateful=True, batch_size=1)
    rows.append([row.tolist() for ids in case['blocks'] for row in np.array(model(np.array([ids])))[0]])
    model.save(f"{case['folder']}/again.keras")
print(json.dumps(rows))
